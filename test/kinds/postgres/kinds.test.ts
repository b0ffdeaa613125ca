import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ok } from '../../../src/base/result.js';
import type { Value } from '../../../src/base/value.js';
import { execute as runSql } from '../../../src/kinds/actions/sql/execute.js';
import { captureContent } from '../../../src/kinds/postgres/content/capture.js';
import { execute as compareRows } from '../../../src/kinds/probes/postgres.rows/execute.js';
import { execute as startSandbox } from '../../../src/kinds/actions/postgres.sandbox/execute.js';
import type { ActionContext, LiveTarget } from '../../../src/kinds/executor.js';
import { executors } from '../../../src/kinds/probes/executors.js';
import type { ResourceHandle } from '../../../src/model/event.js';
import type { ConnectionParts } from '../../../src/ports/postgres.js';
import type { Server } from '../../../src/ports/sandbox.js';
import type { World } from '../../support/server.js';
import { openSession, openWorld, sessionSpec, startServer } from '../../support/server.js';

const seed = `
  CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader; CREATE ROLE cutter_exec NOLOGIN;
  CREATE SCHEMA gov; CREATE TABLE gov.entry (id int, note text); INSERT INTO gov.entry VALUES (1, 'a'), (2, 'b');
  GRANT SELECT, INSERT ON gov.entry TO cutter_exec WITH GRANT OPTION; GRANT UPDATE (note) ON gov.entry TO cutter_exec;
  CREATE VIEW gov.v_entry_observe AS SELECT id FROM gov.entry;
  CREATE FUNCTION gov.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE TABLE gov.parted (id int) PARTITION BY LIST (id); CREATE TABLE gov.p1 PARTITION OF gov.parted FOR VALUES IN (1);
  CREATE TABLE gov.p2 PARTITION OF gov.parted FOR VALUES IN (2); INSERT INTO gov.parted VALUES (1), (2), (2);`;
/** One object of each kind, and a right that two people gave. */
const kinds = `
  CREATE ROLE keeper; CREATE ROLE holder; CREATE SCHEMA shop; GRANT USAGE ON SCHEMA shop TO keeper, holder;
  CREATE TABLE shop.main (id int PRIMARY KEY REFERENCES shop.main); CREATE SEQUENCE shop.counter;
  CREATE TABLE shop.parted (id int) PARTITION BY LIST (id); CREATE INDEX parted_id ON shop.parted (id);
  CREATE TABLE shop.part PARTITION OF shop.parted DEFAULT; CREATE MATERIALIZED VIEW shop.seen AS SELECT 1 AS a;
  CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER touch BEFORE INSERT ON shop.parted FOR EACH ROW EXECUTE FUNCTION shop.touch();
  CREATE FOREIGN DATA WRAPPER far; CREATE SERVER far FOREIGN DATA WRAPPER far; CREATE FOREIGN TABLE shop.far (id int) SERVER far;
  CREATE TYPE shop.mood AS ENUM ('ok'); CREATE DOMAIN shop.low AS int; CREATE TYPE shop.pair AS (a int);
  CREATE TYPE shop.span AS RANGE (subtype = int4);
  CREATE SCHEMA my_pg_shop; CREATE TABLE my_pg_shop.own (); CREATE SCHEMA "my_pg_shop.x"; CREATE TABLE "my_pg_shop.x".y ();
  CREATE TABLE my_pg_shop."x.y" ();
  GRANT SELECT ON shop.main TO keeper WITH GRANT OPTION; GRANT SELECT ON shop.main TO holder WITH GRANT OPTION;
  SET ROLE keeper; GRANT SELECT ON shop.main TO holder; RESET ROLE;`;

let world: World;
let server: Server;
const file = Buffer.from('CREATE TABLE gov.made (i int);\nINSERT INTO gov.made VALUES (1), (2);\n');
const sha256 = createHash('sha256').update(file).digest('hex');
const recorded: { state: string; handle: ResourceHandle }[] = [];
const provided: { connection: ConnectionParts }[] = [];

beforeAll(async () => {
  world = await openWorld();
  server = await startServer(world, { seed: [{ name: 'seed', sql: seed + kinds }], sessionsAs: 'reader' });
}, 60_000);
afterAll(async () => {
  await world.sandboxes.destroy(server.handle);
  await world.close();
});

function target(name: string): LiveTarget {
  const production = name.startsWith('prod');
  const access = name === 'prod' ? 'read' : 'write';
  const connection = access === 'read' ? server.connection : server.superuser;
  return {
    name,
    declaration: { postgres: { via: 'url', url: 'x' }, access, production },
    standIn: false,
    engine: null,
    connection,
    open: (purpose) =>
      world.postgres.open(
        sessionSpec(connection, {
          readOnly: access === 'read' || (production && purpose?.write !== true),
          refuseSuperuser: access === 'read',
          ...purpose,
        }),
      ),
  };
}
const context = () =>
  ({
    run: { id: 'R1' },
    label: 'C-01',
    as: 'copy',
    signal: new AbortController().signal,
    timeoutMs: 30_000,
    postgres: world.postgres,
    sandboxes: world.sandboxes,
    sandboxRequest: () => ok({ engine: 'local', like: 'prod' }),
    target: (name: string) => ok(target(name)),
    pinned: (path: string) =>
      ({ 'a.sql': { sha256, content: file }, 'latin1.sql': { sha256, content: Buffer.from([0xe9]) } })[path],
    provide: (_: string, made: { connection: ConnectionParts }) => provided.push(made),
    ledger: {
      intend: ({ handle }: { handle: ResourceHandle }) => {
        recorded.push({ state: 'intended', handle });
        return Promise.resolve('R-1');
      },
      created: (_: string, handle: ResourceHandle) => {
        recorded.push({ state: 'created', handle });
        return Promise.resolve();
      },
    },
  }) as unknown as ActionContext;

async function observe(kind: keyof typeof executors, args: Value): Promise<unknown> {
  const { execute } = await executors[kind]();
  const result = await execute(args as never, context());
  return result.ok ? result.value : result;
}

describe('probes', () => {
  test('sql', async () => {
    const query = 'SELECT id, note FROM gov.entry WHERE id = $1';
    expect(await observe('sql', { target: 'prod', query, params: [2] })).toEqual({
      rows: [{ id: 2, note: 'b' }],
      row_count: 1,
    });
    expect(await observe('sql', { target: 'copy', query: 'DELETE FROM gov.entry' })).toMatchObject({
      ok: false,
      error: { sqlstate: '25006' },
    });
  });
  test('postgres.identity', async () => {
    expect(await observe('postgres.identity', { target: 'prod' })).toMatchObject({
      system_identifier: server.systemIdentifier,
      database: 'directus',
      server_version: { text: expect.stringContaining('.') as string, major: server.version.major },
      started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      role: 'reader',
      superuser: false,
      in_recovery: false,
      timeline: 1,
      session_read_only: true,
    });
    expect(await observe('postgres.identity', { target: 'copy' })).toMatchObject({
      superuser: true,
      session_read_only: false,
    });
    // Whoever logged in can be that again at any time.
    const admin = await openSession(world, server.superuser);
    await admin.query('ALTER ROLE postgres SET role = reader');
    expect(await observe('postgres.identity', { target: 'copy' })).toMatchObject({
      ...{ role: 'postgres', superuser: true },
    });
    await admin.query('ALTER ROLE postgres RESET role');
    await admin.close();
  });
  test('no operator of a search_path answers in the place of a built-in one', async () => {
    const observed = () => observe('postgres.catalog', { target: 'prod', schemas: ['gov'] });
    const before = await observed();
    const admin = await openSession(world, server.superuser);
    await admin.script(`CREATE SCHEMA odd; GRANT USAGE ON SCHEMA odd TO PUBLIC;
      CREATE FUNCTION odd.no(oid, oid) RETURNS bool LANGUAGE sql AS 'SELECT false';
      CREATE OPERATOR odd.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = odd.no); ALTER ROLE reader SET search_path = odd, pg_catalog`);
    expect(await observed()).toEqual(before);
    await admin.script('ALTER ROLE reader RESET search_path; DROP SCHEMA odd CASCADE');
    await admin.close();
  });
  test('postgres.rows with tables, and like a list of counts', async () => {
    expect(
      await observe('postgres.rows', { target: 'prod', tables: ['gov.entry', 'gov.parted'] }),
    ).toMatchObject({
      tables: [
        { table: 'gov.entry', count: 2, expected_count: null },
        { table: 'gov.p1', count: 1 },
        { table: 'gov.p2', count: 2 },
      ],
      total: 5,
      differences: [],
    });
    const like = [
      { table: 'gov.entry', count: 3 },
      { table: 'gov.parted', count: 3 },
      { table: 'gov.absent', count: 0 },
    ];
    expect(await observe('postgres.rows', { target: 'prod', like })).toMatchObject({
      tables: [
        { table: 'gov.entry', count: 2, expected_count: 3 },
        { table: 'gov.parted', count: 3, expected_count: 3 },
        { table: 'gov.absent', count: null, expected_count: 0 },
      ],
      total: 5,
      differences: ['table gov.entry: 2 rows, expected 3', 'table gov.absent: missing'],
    });
  });
  test('postgres.rows takes no name that two tables bear, and no view for a table', async () => {
    const rows = (...tables: string[]) => observe('postgres.rows', { target: 'prod', tables });
    expect(await rows('my_pg_shop.x.y')).toMatchObject({ error: { code: 'AMBIGUOUS_NAME' } });
    for (const view of ['shop.seen', 'gov.v_entry_observe'])
      expect(await rows(view)).toMatchObject({ error: { code: 'NOT_A_TABLE' } });
    expect(await rows('my_pg_shop.own', 'gov.lost')).toMatchObject({ error: { code: 'TABLE_MISSING' } });
  });
  test('postgres.catalog: only a name that begins with pg_ is the system’s', async () => {
    const args = { target: 'prod', schemas: ['my_pg_shop'], kinds: ['table'] };
    expect(await observe('postgres.catalog', args)).toMatchObject({
      names: ['my_pg_shop.own', 'my_pg_shop.x.y'],
    });
  });
  test('postgres.rows counts all tables at one moment, whatever is written meanwhile', async () => {
    const other = await openSession(world, server.superuser);
    const live = target('copy');
    const open: LiveTarget['open'] = async (purpose) => {
      const session = await live.open(purpose);
      if (!session.ok) return session;
      const query: typeof session.value.query = async (text, params) => {
        if (text.includes('FROM ONLY')) await other.query("INSERT INTO gov.entry VALUES (3, 'c')");
        return session.value.query(text, params);
      };
      return ok({ ...session.value, query });
    };
    const given = { ...context(), target: () => ok({ ...live, open }) };
    const counted = await compareRows({ target: 'copy', tables: ['gov.entry'] } as never, given);
    await other.query('DELETE FROM gov.entry WHERE id = 3');
    await other.close();
    expect(counted).toMatchObject({ ok: true, value: { total: 2 } });
  });
  test('postgres.rows like a backup: rows, and the rest where the list is whole', async () => {
    const session = await openSession(world, server.superuser);
    const content = await captureContent(session, { tables: null });
    if (!content.ok) throw new Error(content.error.message);
    const of = 'a'.repeat(64);
    // Somebody drew numbers during the dump: it may hold each of them.
    const sequencesAfter = content.value.sequences.map((s) => ({ ...s, last_value: '5', is_called: true }));
    await session.query("SELECT nextval('shop.counter')");
    const record = { artifact: of, selection: { tables: null }, content: content.value, sequencesAfter };
    const bytes = Buffer.from(JSON.stringify(record));
    const files = { read: () => Promise.resolve(ok(bytes)) };
    const given = { ...context(), run: { id: 'R1', work: '/w' }, files } as unknown as ActionContext;
    const like = content.value.tables.map((t) => ({ ...t, of }));
    const compare = async (rows: Value) => {
      const result = await compareRows({ target: 'copy', like: rows } as never, given);
      return result.ok ? (result.value as { differences: readonly string[] }).differences : result.error.code;
    };
    expect(await compare(like)).toEqual([]);
    await session.query('CREATE VIEW gov.later AS SELECT 1 AS one');
    await session.query('DELETE FROM gov.p2');
    const words = 'table gov.p2: 0 rows, expected 2';
    expect(await compare(like)).toEqual([
      words,
      'column gov.later.one: not in the source',
      'view gov.later: not in the source',
    ]);
    expect(await compare(like.filter((t) => t.table === 'gov.p2'))).toEqual([words]);
    await session.query('DROP TABLE gov.p2');
    expect(await compare(like.filter((t) => t.table === 'gov.p2'))).toEqual(['table gov.p2: missing']);
    // What no backup says is compared with what somebody wrote down.
    const written = { table: 'gov.absent', count: 0 };
    expect(await compare([...like.filter((t) => t.table === 'gov.p1'), written])).toEqual([
      'table gov.absent: missing',
    ]);
    await session.script(
      'DROP VIEW gov.later; CREATE TABLE gov.p2 PARTITION OF gov.parted FOR VALUES IN (2); INSERT INTO gov.p2 VALUES (2), (2);',
    );
    expect(await compare(like)).toEqual([]);
    await session.close();
  });
  test('postgres.catalog', async () => {
    const args = { target: 'prod', schemas: ['gov'], kinds: ['view', 'function'] };
    expect(await observe('postgres.catalog', args)).toEqual({
      objects: [
        { kind: 'function', schema: 'gov', name: 'f()' },
        { kind: 'view', schema: 'gov', name: 'v_entry_observe' },
      ],
      names: ['gov.f()', 'gov.v_entry_observe'],
    });
    expect(await observe('postgres.catalog', { target: 'prod', schemas: ['gov', 'gvo'] })).toMatchObject({
      error: { code: 'SCHEMA_MISSING' },
    });
  });
  test('postgres.catalog lists what is there of every kind, and no trigger that only a constraint is made of', async () => {
    const all = ['foreign_table', 'index', 'materialized_view', 'sequence', 'table', 'trigger', 'type'];
    const seen = await observe('postgres.catalog', { target: 'prod', schemas: ['shop'], kinds: all });
    const { objects } = seen as { objects: readonly { kind: string; name: string }[] };
    expect(objects.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...['foreign_table far', 'index main_pkey', 'index parted_id', 'index part_id_idx'].sort(),
      ...['materialized_view seen', 'sequence counter', 'table main', 'table part', 'table parted'],
      ...['trigger part.touch', 'trigger parted.touch', 'type low', 'type mood', 'type pair', 'type span'],
    ]);
  });
  test('postgres.privileges explodes, columns and null ACLs included', async () => {
    const table = { kind: 'table', schema: 'gov', object: 'entry', column: null, grantee: 'cutter_exec' };
    expect(await observe('postgres.privileges', { target: 'prod', roles: ['cutter_exec'] })).toEqual({
      privileges: [
        { ...table, kind: 'column', column: 'note', privilege: 'UPDATE', grant_option: false },
        { ...table, privilege: 'INSERT', grant_option: true },
        { ...table, privilege: 'SELECT', grant_option: true },
      ],
    });
    expect(
      await observe('postgres.privileges', { target: 'prod', roles: ['PUBLIC'], schemas: ['gov'] }),
    ).toEqual({
      privileges: [
        {
          kind: 'function',
          schema: 'gov',
          object: 'f()',
          column: null,
          grantee: 'PUBLIC',
          privilege: 'EXECUTE',
          grant_option: false,
        },
      ],
    });
    expect(await observe('postgres.privileges', { target: 'prod', schemas: ['gvo'] })).toMatchObject({
      error: { code: 'SCHEMA_MISSING' },
    });
    expect(await observe('postgres.privileges', { target: 'prod', roles: ['cutter'] })).toMatchObject({
      error: { code: 'ROLE_MISSING' },
    });
  });
});

test('postgres.privileges tells what nobody granted, and the option where anyone gave it', async () => {
  const of = async (role: string, schema: string): Promise<readonly string[]> => {
    const seen = await observe('postgres.privileges', { target: 'prod', roles: [role], schemas: [schema] });
    const { privileges } = seen as { privileges: readonly Record<string, string | boolean>[] };
    return privileges.map(
      (one) =>
        `${one['kind']} ${one['object']} ${one['privilege']}${one['grant_option'] === true ? '*' : ''}`,
    );
  };
  expect(await of('holder', 'shop')).toEqual(['schema shop USAGE', 'table main SELECT*']);
  expect((await of('PUBLIC', 'shop')).filter((words) => words.startsWith('type '))).toEqual([
    ...['type low USAGE', 'type mood USAGE', 'type pair USAGE', 'type span USAGE'],
  ]);
  expect(await of('postgres', 'gov')).toEqual(expect.arrayContaining(['schema gov CREATE']));
  expect(await of('postgres', 'shop')).toEqual(expect.arrayContaining(['foreign_table far SELECT']));
});

describe('the action sql', () => {
  const run = (args: Value) => runSql(args as never, context());
  test('a query on production is read-only', async () => {
    expect(await run({ target: 'prod', query: 'SELECT 1 AS a' })).toMatchObject({
      ok: true,
      value: { outputs: { rows: [{ a: 1 }], row_count: 1, sqlstate: '00000' } },
    });
    expect(await run({ target: 'prod', query: 'UPDATE gov.entry SET id = 3' })).toMatchObject({
      error: { sqlstate: '25006', next: expect.stringContaining('standby') as string },
    });
    expect(
      await run({ target: 'prod', query: 'SELECT 1', settings: { default_transaction_read_only: 'off' } }),
    ).toMatchObject({ ok: false, error: { code: 'SETTING_REFUSED' } });
  });
  test('none changed is a count, too', async () => {
    const query = 'UPDATE gov.entry SET id = id WHERE false';
    expect(await run({ target: 'copy', query })).toMatchObject({ value: { words: 'UPDATE, 0 rows' } });
    expect(await run({ target: 'copy', query: 'ANALYZE gov.entry' })).toMatchObject({
      value: { words: 'ANALYZE' },
    });
  });
  test('settings reach the statement', async () => {
    const query = "SELECT current_setting('app.x') AS x";
    expect(await run({ target: 'copy', query, settings: { 'app.x': 'v' } })).toMatchObject({
      value: { outputs: { rows: [{ x: 'v' }] } },
    });
  });
  test('a pinned file runs whole on a copy, one statement on production, never unpinned', async () => {
    expect(await run({ target: 'prod', file: 'a.sql', sha256 })).toMatchObject({
      error: { sqlstate: '42601' },
    });
    expect(await run({ target: 'copy', file: 'a.sql', sha256 })).toMatchObject({
      ok: true,
      value: { outputs: { row_count: 2 } },
    });
    const other = '0'.repeat(64);
    expect(await run({ target: 'copy', file: 'a.sql', sha256: other })).toMatchObject({
      error: { code: 'PIN_MISMATCH' },
    });
    for (const unclear of [{}, { file: 'a.sql' }, { file: 'a.sql', sha256, query: 'SELECT 1' }])
      expect(await run({ target: 'copy', ...unclear })).toMatchObject({ error: { code: 'SQL_ARGS' } });
    expect(await run({ target: 'copy', file: 'latin1.sql', sha256 })).toMatchObject({
      error: { code: 'NOT_UTF8' },
    });
  });
  test('with parameters a file is one statement too; no query controls the transaction', async () => {
    expect(await run({ target: 'copy', file: 'a.sql', sha256, params: [1] })).toMatchObject({
      error: { sqlstate: '42601' },
    });
    expect(await run({ target: 'copy', query: 'COMMIT' })).toMatchObject({
      error: { code: 'STATEMENT_REFUSED' },
    });
  });
  test('what is written on production is committed by us alone', async () => {
    const query = 'DO $$ BEGIN DELETE FROM gov.entry; COMMIT; END $$';
    expect(await run({ target: 'prod-orders', query })).toMatchObject({ error: { sqlstate: '2D000' } });
    expect(await run({ target: 'prod', query: 'SELECT count(*) AS n FROM gov.entry' })).toMatchObject({
      value: { outputs: { rows: [{ n: 2 }] } },
    });
  });
});

test('postgres.sandbox starts another cluster like its source, in the ledger before it exists', async () => {
  const started = await startSandbox({ target: 'copy' }, context());
  const handle = recorded.at(-1)?.handle ?? {};
  expect(recorded.map((r) => r.state)).toEqual(['intended', 'created']);
  expect(recorded[0]?.handle).toMatchObject({ folder: handle['folder'], pid: null });
  expect(started).toMatchObject({
    ok: true,
    value: { outputs: { engine: 'local', version: server.version.text } },
  });
  expect(provided[0]?.connection.database).toBe('directus');
  expect(await world.sandboxes.destroy(handle)).toMatchObject({ ok: true });
});
