import { describe, expect, it } from 'vitest';
import { classify } from '../../../src/kinds/actions/postgres.restore/allowed.js';
import { splitStatements } from '../../../src/kinds/postgres/sql/split.js';
import { checkStatement } from '../../../src/kinds/postgres/transaction.js';
import { isOwnSetting } from '../../../src/kinds/postgres/sql/own-settings.js';
import { qualifiedName, rolesIn, statementKind } from '../../../src/kinds/postgres/sql/statement.js';

const kinds = (script: string) => [...splitStatements(script)].map(statementKind);

describe('statements', () => {
  it('ends a statement at no semicolon within quotes, comments, dollar quotes or parentheses', () => {
    const script = `\\restrict abc;\n-- a; b\nSELECT ';''', E'\\';' , "a;""b";
      CREATE FUNCTION f() RETURNS int AS $x$ BEGIN; GRANT ALL TO y; $$;$$ END $x$ LANGUAGE sql;
      CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); /* ; */ GRANT SELECT ON a.b TO c`;
    expect(kinds(script)).toEqual(['', 'SELECT', 'CREATE FUNCTION', 'CREATE RULE', 'GRANT']);
  });

  it('takes no statement of a routine in SQL for one of the script', () => {
    const script = `CREATE FUNCTION a.f() RETURNS integer LANGUAGE sql BEGIN ATOMIC
        GRANT SELECT ON a.b TO inside; SELECT CASE WHEN true THEN 1 END; END;
      GRANT SELECT ON a.b /* /* nested; */ ; */ TO outside;`;
    expect(kinds(script)).toEqual(['CREATE FUNCTION', 'GRANT']);
  });

  it.each([
    ['ALTER TABLE a.b OWNER TO x;', 'ALTER OWNER', 'a', ['x']],
    ['CREATE UNIQUE INDEX i ON a.b USING btree (c);', 'CREATE INDEX', 'a', []],
    ['CREATE MATERIALIZED VIEW "A b".c AS SELECT 1;', 'CREATE MATERIALIZED VIEW', 'A b', []],
    [
      'ALTER DEFAULT PRIVILEGES FOR ROLE r IN SCHEMA s GRANT SELECT ON TABLES TO "x""y";',
      'ALTER DEFAULT PRIVILEGES',
      's',
      ['r', 'x"y'],
    ],
    ['GRANT SELECT ON TABLE a.b TO x, PUBLIC WITH GRANT OPTION;', 'GRANT', 'a', ['x']],
    ['REVOKE ALL ON SCHEMA s FROM PUBLIC;', 'REVOKE', 's', []],
    ['COPY a.b (c) FROM stdin;', 'COPY', 'a', []],
    ['CREATE POLICY p ON a.b TO x USING (true);', 'CREATE POLICY', 'a', ['x']],
    ['CREATE POLICY p ON a.b USING ((c > (d)::interval day to second));', 'CREATE POLICY', 'a', []],
    ["CREATE USER MAPPING FOR x SERVER s OPTIONS (user 'for y');", 'CREATE USER MAPPING', undefined, ['x']],
    ['GRANT role TO x;', 'GRANT', undefined, ['x']],
  ])('%s is %s', (text, kind, schema, roles) => {
    const [statement] = [...splitStatements(text)];
    if (!statement) throw new Error('no statement');
    expect(statementKind(statement)).toBe(kind);
    expect(qualifiedName(statement)?.schema).toBe(schema);
    expect(rolesIn(statement)).toEqual(roles);
  });
});

describe('classify', () => {
  const error = {
    sqlstate: '42704',
    message: 'role "x" does not exist',
    statement: 'GRANT SELECT ON TABLE a.b TO x;',
  };
  const rule = { note: 'N-1', why: 'roles', sqlstate: '42704' };
  const allows = (more: object, other: object = {}) =>
    classify([{ ...error, ...other }], [{ ...rule, ...more }]).disallowed.length === 0;

  it('counts what is allowed by role, schema and statement', () => {
    expect(classify([error, error], [rule]).allowed).toEqual([
      { note: 'N-1', role: 'x', schema: 'a', statement: 'GRANT', count: 2 },
    ]);
  });
  it('needs every field of only, and none of never', () => {
    expect(allows({ only: { role: ['x'], statement: ['grant'], schema: ['a'] } })).toBe(true);
    expect(allows({ only: { role: ['y'] } })).toBe(false);
    expect(allows({ only: { role: ['x'], statement: ['REVOKE'] } })).toBe(false);
    expect(allows({ never: { schema: ['a'] } })).toBe(false);
    expect(allows({ never: { role: ['x'] } })).toBe(false);
    expect(allows({ never: { statement: ['COPY'] } })).toBe(true);
    expect(allows({ sqlstate: '42P01' })).toBe(false);
  });
  it('takes a schema that it can’t find for none that is allowed', () => {
    expect(allows({ only: { schema: ['b'] } })).toBe(false);
    expect(allows({ only: { schema: ['a'] } }, { statement: 'GRANT r TO x;' })).toBe(false);
  });
  it.each([
    ['another object', 'ALTER TABLE a.b ADD FOREIGN KEY (i) REFERENCES c.d;'],
    ['another statement of the same query', 'GRANT SELECT ON a.b TO x; GRANT SELECT ON c.d TO x;'],
    ['a text', `SELECT pg_catalog.setval('c.s', 1);`],
  ])('refuses a schema of never wherever it is: %s', (_, statement) => {
    expect(allows({}, { statement })).toBe(true);
    expect(allows({ never: { schema: ['c'] } }, { statement })).toBe(false);
  });
  it('refuses a statement of never', () => {
    expect(allows({ never: { statement: ['grant'] } })).toBe(false);
  });
  it('never takes a missing type or collation for a role', () => {
    expect(allows({ only: { role: ['x'] } }, { message: 'type of role "x" does not exist' })).toBe(false);
    expect(allows({ only: { role: ['x'] } }, { message: 'type "x" does not exist' })).toBe(false);
    expect(
      allows({ only: { role: ['x'] } }, { message: 'collation "x" for encoding "UTF8" does not exist' }),
    ).toBe(false);
  });
  it('is not fooled by text inside a statement', () => {
    const statement = `COMMENT ON TABLE a.b IS 'ALTER TABLE q OWNER TO x';`;
    expect(allows({ only: { statement: ['ALTER OWNER'] } }, { statement })).toBe(false);
  });
});

describe('one statement of the author', () => {
  it.each([
    ['COPY a.b TO PROGRAM $$sh$$', 'copies to or from'],
    ['/* x */ set role chief', 'changes the session'],
    ['RESET ALL', 'changes the session'],
    ['LOAD $$/tmp/x.so$$', 'changes the session'],
    ['START TRANSACTION', 'controls the transaction'],
    ['Prepare Transaction $$x$$', 'controls the transaction'],
  ])('%s is refused', (text, why) => {
    expect(checkStatement(text)).toMatchObject({
      error: { code: 'STATEMENT_REFUSED', message: expect.stringContaining(why) as string },
    });
  });
  it('is there', () => {
    expect(checkStatement('/* nothing */ -- at all')).toMatchObject({ error: { code: 'STATEMENT_EMPTY' } });
    expect(checkStatement('SELECT $$COMMIT$$')).toMatchObject({ ok: true });
  });
});

it.each([
  ...['default_transaction_read_only', 'TRANSACTION_isolation', 'session_authorization', 'application_name'],
  ...['client_encoding', 'statement_timeout', 'lock_timeout', 'session_replication_role'],
  ...['session_preload_libraries', 'local_preload_libraries'],
])('the setting %s is the runner’s own, on a copy too', (name) => {
  expect(isOwnSetting(name, false)).toBe(true);
});
