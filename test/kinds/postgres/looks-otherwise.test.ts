import { afterAll, beforeAll, expect, test } from 'vitest';
import { handedOn } from '../../support/kind-context.js';
import { captureContent } from '../../../src/kinds/postgres/content/capture.js';
import { compareContent } from '../../../src/kinds/postgres/content/compare.js';
import { asReprinted } from '../../../src/kinds/postgres/catalog/reprint.js';
import { execute as rows } from '../../../src/kinds/probes/postgres.rows/execute.js';
import type { World } from '../../support/server.js';
import { openSession, openWorld, startServer } from '../../support/server.js';
import { bring, openBench, take, value } from './backup-fixture.js';

// What a faithful restore brings back in other words, under another name, or only in the right order.

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** A list of varchars is printed otherwise once it was read from a dump. */
const lists = `
  CREATE FUNCTION public.any_of(float8[]) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
  CREATE TABLE public.t (v varchar(9) CHECK (v IN ('a', 'it''s', 'x]y', '))::text[]', lower('B,(') || 'c')), w varchar,
    g int GENERATED ALWAYS AS (CASE WHEN w NOT IN ('a', 'b') THEN 1 END) STORED, CHECK (public.any_of(ARRAY[1, length(v)])));
  CREATE INDEX i ON public.t (w) WHERE v IN ('a', 'b') OR w IN ('c', v);
  CREATE STATISTICS public.s ON (v IN ('a', 'b')), w FROM public.t;
  CREATE VIEW public.v AS SELECT w IN ('a', 'b') AS "in", ARRAY[w, v] = ARRAY['a']::varchar[] AS same FROM public.t;`;
const twins = `
  CREATE SCHEMA x; CREATE SCHEMA "x.a"; CREATE TABLE x."a.b" AS SELECT 1 AS i; CREATE TABLE "x.a".b AS SELECT 2 AS i, 'b' AS t;
  CREATE SEQUENCE x."a.s" START 5; CREATE SEQUENCE "x.a".s START 9;`;
/** Copies of a foreign key, on partitions and of them, get other names. */
const copies = `
  CREATE TABLE public.parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
  CREATE TABLE public.second PARTITION OF public.parted FOR VALUES FROM (10) TO (20);
  CREATE TABLE public.pointing (id int REFERENCES public.parted) PARTITION BY RANGE (id);
  CREATE TABLE public.pointing_1 PARTITION OF public.pointing FOR VALUES FROM (0) TO (10);
  CREATE TABLE public.first PARTITION OF public.parted FOR VALUES FROM (0) TO (10);
  ALTER TABLE public.pointing RENAME CONSTRAINT pointing_id_fkey TO renamed;`;
/** Its owner may read what it reads once the privileges are there. */
const granted = `
  CREATE ROLE giver; CREATE ROLE taker; CREATE SCHEMA y; GRANT USAGE ON SCHEMA y TO taker;
  CREATE TABLE y.t AS SELECT 1 AS id; ALTER TABLE y.t OWNER TO giver; GRANT SELECT ON y.t TO taker;
  CREATE MATERIALIZED VIEW y.m AS SELECT * FROM y.t; CREATE INDEX ON y.m (id); ALTER MATERIALIZED VIEW y.m OWNER TO taker;`;
/** Roles that are named in rows alone: no catalog says which. What the client's encoding lacks is in the dump. */
const inRows = `
  ALTER DATABASE directus SET client_encoding = 'LATIN1'; COMMENT ON SCHEMA public IS 'bảng';
  CREATE ROLE reader_of_rows; CREATE ROLE another;
  CREATE TABLE public.named AS SELECT 'reader_of_rows'::regrole AS r, '{another=r/reader_of_rows}'::aclitem[] AS a;`;
/** Writes down every DDL, grants and refreshes too. */
const eventTrigger = `
  CREATE TABLE public.ddl (tag text);
  CREATE FUNCTION public.note() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.ddl VALUES (tg_tag); END';
  CREATE EVENT TRIGGER noting ON ddl_command_end EXECUTE FUNCTION public.note(); COMMENT ON EVENT TRIGGER noting IS 'x';
  GRANT SELECT ON public.ddl TO taker;`;
/** What a dump is silent about: words on what an extension brings, or that it has none, whose a range's constructors are, grants in information_schema. */
const unsaid = `
  CREATE TYPE public.period AS RANGE (subtype = float8); ALTER FUNCTION public.period(float8, float8) OWNER TO giver;
  REVOKE ALL ON FUNCTION public.period(float8, float8, text) FROM PUBLIC;
  CREATE EXTENSION hstore SCHEMA public; COMMENT ON EXTENSION hstore IS NULL;
  DROP EXTENSION plpgsql; CREATE EXTENSION plpgsql; ALTER LANGUAGE plpgsql OWNER TO giver;
  COMMENT ON EXTENSION plpgsql IS 'x'; COMMENT ON LANGUAGE plpgsql IS 'x';
  GRANT USAGE ON SCHEMA information_schema TO taker; GRANT INSERT ON information_schema.tables TO taker;`;

test.each([
  ['none of it', [lists, twins, copies, granted, inRows, unsaid, eventTrigger].join('\n'), 5, true],
  [
    'nothing that a new database has and the source has not',
    'DROP SCHEMA public; DROP EXTENSION plpgsql; CREATE SCHEMA s; CREATE TABLE s.t (i int); INSERT INTO s.t VALUES (1);',
    1,
    false,
  ],
])('%s is an error or a difference', async (_, sql, total, isNamed) => {
  const bench = await openBench(world, sql);
  const run = await bench.run();
  const { outputs } = value(await take(run.context, { all: true }));
  await bench.sandbox(run);
  const back = await bring(run.context, outputs);
  expect(back).toMatchObject({ ok: true, value: { outputs: { errors: 0 } } });
  const seen = value(await rows({ target: 'copy', like: handedOn(outputs['tables']) }, run.context));
  expect(seen).toMatchObject({ differences: [], total });
  for (const one of [
    'privileges in information_schema (on 2 objects; a dump has none)',
    'that there is no comment on extensions: hstore (a restored one has its own)',
  ])
    expect(JSON.stringify(seen).includes(one)).toBe(isNamed);
  await run.close();
  await bench.close();
});

test('a difference in a list of varchars stays one', () => {
  const cast = "CHECK (((v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))";
  const read =
    "CHECK (((v)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])))";
  expect(asReprinted(cast)).toBe(read);
  expect(asReprinted(read)).toBe(read);
  for (const [from, to] of [
    ["'b'", "'c'"],
    ["'a'", "'a '"],
    ['::text[]', '::public.other[]'],
    ['= ANY', '<> ALL'],
  ] as const)
    expect(asReprinted(cast.replace(from, to))).not.toBe(read);
});

test('a text of many doubled quotes is read once', () => {
  const text = `'${"''".repeat(50_000)}'`;
  const without = `CHECK (v = ANY (ARRAY[${text}]))`;
  expect(asReprinted(without)).toBe(without);
  expect(asReprinted(`((ARRAY[${text}::character varying])::text[])`)).toBe(
    `(ARRAY[(${text}::character varying)::text])`,
  );
});

test('a database with more columns than a session hands over rows is read', async () => {
  const sql = `DO $$BEGIN FOR i IN 1..63 LOOP EXECUTE (SELECT format('CREATE TABLE t%s (%s)', i, string_agg('c' || c || ' int', ','))
    FROM generate_series(1, 1600) c); END LOOP; END$$`;
  const server = await startServer(world, { seed: [{ name: 'wide', sql }] });
  const session = await openSession(world, server.superuser);
  const content = value(await captureContent(session, { tables: null }));
  expect(content.catalog.filter(({ kind }) => kind === 'column')).toHaveLength(63 * 1600);
  await session.close();
  await world.sandboxes.destroy(server.handle);
});

test('of two tables that read like each other each is compared', async () => {
  const server = await startServer(world, { seed: [{ name: 'twins', sql: twins }] });
  const session = await openSession(world, server.superuser);
  const before = value(await captureContent(session, { tables: null }));
  for (const [table, name] of [
    ['x."a.b"', 'x.a.b'],
    ['"x.a".b', 'x.a.b (2)'],
  ] as const) {
    await session.script(`BEGIN; UPDATE ${table} SET i = 3`);
    const after = value(await captureContent(session, { tables: null }));
    await session.query('ROLLBACK');
    expect(compareContent(before, after)).toMatchObject([{ of: 'table', name }]);
  }
  await session.close();
  await world.sandboxes.destroy(server.handle);
});

test.each([
  [
    'LATIN1',
    `CREATE ROLE "ø"; CREATE TABLE public."é" AS SELECT 'ü'::char(3) AS "ß"; GRANT SELECT ON public."é" TO "ø"`,
    'public.é',
  ],
  [
    'SQL_ASCII',
    String.raw`CREATE TABLE public.t AS SELECT E'\xe9'::char(3) AS c, E'\xff'::text AS t`,
    'public.t',
  ],
])('a database in %s is read, and its names come back', async (encoding, sql, table) => {
  const locale = { encoding, provider: 'libc', collate: 'C', ctype: 'C' } as const;
  const bench = await openBench(world, sql, { locale });
  for (const scope of [{ all: true }, { tables: [table] }]) {
    const run = await bench.run();
    const { outputs } = value(await take(run.context, scope));
    await bench.sandbox(run);
    value(await bring(run.context, outputs));
    const seen = value(await rows({ target: 'copy', like: handedOn(outputs['tables']) }, run.context));
    expect(seen).toMatchObject({ differences: [], total: 1 });
    await run.close();
  }
  await bench.close();
});
