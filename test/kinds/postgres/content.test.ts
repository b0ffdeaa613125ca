import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Content } from '../../../src/kinds/postgres/content/capture.js';
import { captureContent } from '../../../src/kinds/postgres/content/capture.js';
import { captureLargeObjects } from '../../../src/kinds/postgres/content/large-objects.js';
import { compareContent } from '../../../src/kinds/postgres/content/compare.js';
import type { ConnectionParts, Session } from '../../../src/ports/postgres.js';
import type { Server } from '../../../src/ports/sandbox.js';
import type { World } from '../../support/server.js';
import { openSession, openWorld, startServer } from '../../support/server.js';

const schema = `
  CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader; CREATE ROLE plain LOGIN; CREATE ROLE owner_role;
  CREATE SCHEMA gov; GRANT USAGE ON SCHEMA gov TO plain;
  CREATE TYPE gov.mood AS ENUM ('sad', 'ok');
  CREATE TABLE gov.tricky (t text, "gatebook row" int, "Điều" gov.mood DEFAULT 'ok', g int GENERATED ALWAYS AS ("gatebook row" * 2) STORED);
  INSERT INTO gov.tricky VALUES ('same', 1), ('same', 2);
  CREATE TABLE gov.parted (id int, v text) PARTITION BY RANGE (id);
  CREATE TABLE gov.parted_1 PARTITION OF gov.parted FOR VALUES FROM (0) TO (10);
  CREATE INDEX part ON gov.parted_1 (id) WHERE id > 1;
  CREATE TABLE gov.parted_2 PARTITION OF gov.parted FOR VALUES FROM (10) TO (20);
  INSERT INTO gov.parted SELECT i, 'x' FROM generate_series(0, 14) i;
  CREATE TABLE gov.numbered (id bigserial PRIMARY KEY, b bytea, f float8); INSERT INTO gov.numbered (f) VALUES (0.1), ('NaN');
  CREATE TABLE gov.guarded (i int); INSERT INTO gov.guarded VALUES (1), (2); ALTER TABLE gov.guarded ENABLE ROW LEVEL SECURITY;
  CREATE POLICY none ON gov.guarded TO plain USING (false); GRANT SELECT ON gov.guarded TO plain, reader;
  CREATE TABLE gov.empty (); CREATE VIEW gov.v AS SELECT * FROM gov.tricky; CREATE MATERIALIZED VIEW gov.m AS SELECT 1 AS one;
  CREATE FUNCTION gov.f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1';
  CREATE AGGREGATE gov.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
  COMMENT ON TABLE gov.tricky IS 'luật'; ALTER TABLE gov.empty OWNER TO owner_role;
  CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw;
  CREATE FOREIGN TABLE gov.far (i int) SERVER s OPTIONS (filename '/dev/null');
  CREATE TABLE public."dot.ted" (i int); SELECT lo_from_bytea(0, 'large');
`;

let world: World;
let server: Server;
let session: Session;
const as = (user: string): ConnectionParts => ({ ...server.superuser, user });
beforeAll(async () => {
  world = await openWorld();
  server = await startServer(world, { seed: [{ name: 'schema', sql: schema }] });
  session = await openSession(world, server.superuser);
}, 60_000);
afterAll(async () => {
  await session.close();
  await world.sandboxes.destroy(server.handle);
  await world.close();
});

const run = async (sql: string) => {
  const done = await session.script(sql);
  if (!done.ok) throw new Error(done.error.message);
};
const capture = async (on: Session = session, tables: readonly string[] | null = null): Promise<Content> => {
  const content = await captureContent(on, { tables });
  if (!content.ok) throw new Error(`${content.error.code}: ${content.error.message}`);
  return content.value;
};
const countOf = (content: Content, table: string) => content.tables.find((t) => t.table === table)?.count;

describe('the content of a database', () => {
  test('counts leaves once, not their parent', async () => {
    const content = await capture();
    expect(countOf(content, 'gov.parted')).toBeUndefined();
    expect(countOf(content, 'gov.parted_1')).toBe(10);
    expect(countOf(content, 'gov.parted_2')).toBe(5);
    const both = await capture(session, ['gov.parted', 'gov.parted_1']);
    expect(both.tables.map((t) => t.count)).toEqual([10, 5]);
    expect(both.relations.map((r) => r.table)).toEqual(['gov.parted', 'gov.parted_1', 'gov.parted_2']);
  });
  test('says what it does not cover', async () => {
    const content = await capture();
    expect(content.notCovered).toEqual([
      'foreign table gov.far',
      'rows of materialized view gov.m (made anew by a restore)',
      'versions and objects of extensions: file_fdw',
    ]);
    expect(content.largeObjects).toMatchObject({ count: 1 });
    const some = await capture(session, ['gov.tricky']);
    expect(some.largeObjects).toBeNull();
    expect(some.notCovered).toContain('1 large object (a dump of named tables has none)');
    expect(content.roles).toEqual(expect.arrayContaining(['owner_role', 'plain']));
  });
  test('hashes the whole row, also where a column is called like an alias', async () => {
    const before = await capture(session, ['gov.tricky']);
    await run(`UPDATE gov.tricky SET "gatebook row" = 3 WHERE "gatebook row" = 2`);
    const after = await capture(session, ['gov.tricky']);
    await run(`UPDATE gov.tricky SET "gatebook row" = 2 WHERE "gatebook row" = 3`);
    const again = await capture(session, ['gov.tricky']);
    expect(compareContent(before, after).map((d) => d.words)).toEqual([
      expect.stringMatching(/^table gov\.tricky: 2 rows as expected, but not the same/),
    ]);
    expect(compareContent(before, again)).toEqual([]);
  });
  test('a role under row-level security fails instead of counting nothing', async () => {
    const plain = await openSession(world, as('plain'));
    const hidden = await captureContent(plain, { tables: ['gov.guarded'] });
    await plain.close();
    expect(hidden).toMatchObject({ ok: false, error: { code: 'SQL_ERROR', sqlstate: '42501' } });
  });
  test('names are exact: no pattern, no missing one, no view, no empty list', async () => {
    for (const [tables, code] of [
      [['gov.parted_?'], 'TABLE_MISSING'],
      [['gov.tricky', 'gov.missing'], 'TABLE_MISSING'],
      [['gov.v'], 'NOT_A_TABLE'],
      [[], 'NOTHING_SELECTED'],
    ] as const)
      expect(await captureContent(session, { tables })).toMatchObject({ ok: false, error: { code } });
    expect((await capture(session, ['public.dot.ted'])).tables).toHaveLength(1);
  });
  test.each([
    ['a column', 'ALTER TABLE gov.tricky ADD z int', 'column gov.tricky.z: not in the source'],
    [
      'a default',
      'ALTER TABLE gov.tricky ALTER t SET DEFAULT 1',
      'column gov.tricky.t: defined differently (default)',
    ],
    [
      'a type',
      'ALTER TABLE gov.numbered ALTER f TYPE numeric, ALTER f SET NOT NULL, ALTER f SET DEFAULT 1',
      'column gov.numbered.f: defined differently (type numeric, expected double precision; NOT NULL t, expected f; storage m, expected p; default)',
    ],
    [
      'an index with another condition',
      'DROP INDEX gov.part; CREATE INDEX part ON gov.parted_1 (id) WHERE id > 2',
      'index gov.part: defined differently (definition)',
    ],
    [
      'row-level security',
      'ALTER TABLE gov.tricky ENABLE ROW LEVEL SECURITY',
      'table gov.tricky: defined differently (row-level security t, expected f)',
    ],
    ['an index', 'CREATE INDEX extra ON gov.tricky (t)', 'index gov.extra: not in the source'],
    [
      'a view',
      'CREATE OR REPLACE VIEW gov.v AS SELECT t, "gatebook row", "Điều", g FROM gov.tricky WHERE g > 0',
      'view gov.v: defined differently (query)',
    ],
    [
      'a function',
      "CREATE OR REPLACE FUNCTION gov.f(a int) RETURNS int LANGUAGE sql AS 'SELECT a'",
      'function gov.f(a integer): defined differently',
    ],
    [
      'a trigger',
      'CREATE TRIGGER tr BEFORE UPDATE ON gov.tricky FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
      'trigger gov.tricky.tr: not in the source',
    ],
    [
      'an enum',
      "ALTER TYPE gov.mood RENAME VALUE 'sad' TO 'blue'",
      'type gov.mood: defined differently (labels)',
    ],
    ['a policy', 'DROP POLICY none ON gov.guarded', 'policy gov.guarded.none: missing'],
    ['a comment', "COMMENT ON TABLE gov.tricky IS 'other'", 'table gov.tricky: its comment is another'],
    [
      'an owner',
      'ALTER TABLE gov.tricky OWNER TO owner_role',
      'table gov.tricky: owner is owner_role, expected postgres',
    ],
    [
      'a grant',
      'GRANT DELETE ON gov.tricky TO plain',
      /^table gov\.tricky: privileges of plain are DELETE, expected /,
    ],
    [
      'a column grant',
      'GRANT UPDATE (t) ON gov.tricky TO plain',
      'column gov.tricky.t: privileges of plain are UPDATE by postgres, expected none',
    ],
    ['a large object', "SELECT lo_from_bytea(0, 'more')", 'large objects: 2, expected 1'],
    [
      'a constraint',
      'ALTER TABLE gov.tricky ADD CONSTRAINT c CHECK (g > 0)',
      'constraint gov.tricky.c: not in the source',
    ],
    [
      'default privileges',
      'ALTER DEFAULT PRIVILEGES IN SCHEMA gov GRANT SELECT ON TABLES TO plain',
      /^default privileges postgres in gov/,
    ],
  ])('%s that differs is named', async (_, sql, words) => {
    const before = await capture();
    const begun = await session.query('BEGIN');
    expect(begun.ok).toBe(true);
    await run(sql);
    const after = await capture();
    await session.query('ROLLBACK');
    expect(compareContent(before, after).map((d) => d.words)).toEqual(
      expect.arrayContaining([typeof words === 'string' ? words : expect.stringMatching(words)]),
    );
  });
  test('a sequence may move between before and after, in its direction, and no further', async () => {
    const before = await capture();
    await run("SELECT nextval('gov.numbered_id_seq')");
    const restored = await capture();
    await run("SELECT nextval('gov.numbered_id_seq')");
    const after = await capture();
    const source = { ...before, sequencesAfter: after.sequences };
    expect(compareContent(source, restored)).toEqual([]);
    expect(
      compareContent({ ...before, sequencesAfter: restored.sequences }, after).map((d) => d.words),
    ).toEqual(['sequence gov.numbered_id_seq: at 4, expected between 2 and 3']);
    expect(compareContent({ ...after }, before).map((d) => d.words)).toEqual([
      'sequence gov.numbered_id_seq: at 2, expected 4',
    ]);
  });
  // A gigabyte is hashed twice.
  test('the last byte of a large object that no value could hold is seen', { timeout: 120_000 }, async () => {
    const end = 1_100_000_000;
    await run(`SELECT lo_from_bytea(9, ''); SELECT lo_put(9, ${end}, 'x')`);
    const before = await captureLargeObjects(session, true);
    await run(`SELECT lo_put(9, ${end}, 'y')`);
    const after = await captureLargeObjects(session, true);
    await run('SELECT lo_unlink(9)');
    expect([before, after]).toMatchObject([{ ok: true }, { ok: true }]);
    expect(before).not.toEqual(after);
  });
  test('a role that only reads sees the same', async () => {
    await run('SELECT lo_unlink(oid) FROM pg_largeobject_metadata');
    await run('GRANT SELECT ON ALL SEQUENCES IN SCHEMA gov TO reader; ALTER ROLE reader BYPASSRLS');
    const reader = await openSession(world, as('reader'), { readOnly: true, refuseSuperuser: true });
    expect(compareContent(await capture(), await capture(reader))).toEqual([]);
    await reader.close();
    await run("SELECT lo_from_bytea(0, 'large')");
  });
  test('what needs a role that is missing is left out, and only that', async () => {
    const source = await capture();
    const acl = (from: string) =>
      source.catalog.map((e) => ({
        ...e,
        acl: e.acl
          .split('\n')
          .filter((i) => !i.startsWith(from))
          .join('\n'),
      }));
    const restored = { ...source, catalog: acl('plain=') };
    expect(compareContent(source, restored).length).toBeGreaterThan(0);
    expect(compareContent(source, restored, { missingRoles: ['plain'] })).toEqual([]);
  });
});
