import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Content } from '../../../src/kinds/postgres/content/capture.js';
import { captureContent } from '../../../src/kinds/postgres/content/capture.js';
import type { Session } from '../../../src/ports/postgres.js';
import type { Server } from '../../../src/ports/sandbox.js';
import type { World } from '../../support/server.js';
import { openSession, openWorld, startServer } from '../../support/server.js';

/** Each has a value, and others that a hash, an equality or a cast of its type would take for the same. */
const types: readonly (readonly [type: string, value: string, ...others: string[]])[] = [
  ['bool', 'true', 'false'],
  ['int2', '1', '-1'],
  ['int4', '1', '-1'],
  ['int8', '-1', '4294967295', '-4294967296', '0', '1'],
  ['oid', '1', '2'],
  ['numeric', '1.0', '1.00', '1', "'NaN'"],
  ['float4', '0', "'-0'", "'NaN'"],
  ['float8', '0', "'-0'", "'NaN'", '5e-324'],
  ['money', '1', '1.01'],
  ['text', "''", "' '", "U&'\\FFFD'", "U&'\\+10FFFF'", "U&'e\\0301'", "U&'\\00E9'"],
  ['text COLLATE public.caseless', "'a'", "'A'"],
  ['varchar(9)', "'a'", "'a '"],
  ['bpchar', "'a'", "'a '"],
  ['"char"', "'a'", "'b'"],
  ['name', "'a'", "'b'"],
  ['bytea', "'\\x00'", "'\\x0000'", "''"],
  ['uuid', 'md5(1::text)::uuid', 'md5(2::text)::uuid'],
  ['date', "'2026-01-01'", "'infinity'", "'2026-01-02'", "'2026-01-01 BC'", "'-infinity'"],
  ['time', "'01:00'", "'01:00:00.000001'"],
  ['timetz', "'01:00+00'", "'02:00+01'"],
  ['timestamp', "'2000-01-01 00:00:00'::timestamp - interval '1 us'", "'2000-01-01 01:11:34.967295'"],
  ['timestamptz', "'2026-01-01 00:00+00'", "'2026-01-01 00:00:00.000001+00'", "'infinity'"],
  ['timestamptz', "'2000-01-01 00:00+00'::timestamptz - interval '1 us'", "'2000-01-01 01:11:34.967295+00'"],
  ['interval', "'1 day'", "'24 hours'", "'1 mon'", "'30 days'"],
  ['json', `'{"a":1}'`, `'{"a": 1}'`],
  ['jsonb', `'{"a":1.0}'`, `'{"a":1}'`, "'null'", `'"null"'`],
  ['xml', "'<a/>'", "'<a></a>'"],
  ['inet', "'10.0.0.1'", "'10.0.0.1/8'"],
  ['bit varying', "B'0'", "B'00'"],
  ['bit(3)', "B'001'", "B'100'"],
  ['int8[]', "'{-1}'", "'{4294967295}'", "'{}'"],
  ['int4[]', "'{1,2}'", "'[0:1]={1,2}'", "'{{1,2}}'", "'{1,NULL,2}'"],
  ['text[]', "'{a,NULL}'", `'{a,"NULL"}'`, `'{a,""}'`, `'{"a,NULL"}'`],
  ['numeric', "repeat('9', 1000)::numeric", "repeat('9', 1000)::numeric + 1", "'-Infinity'"],
  ['numeric[]', "'{1.0}'", "'{1.00}'"],
  ['int4range', "'[1,2)'", "'empty'"],
  ['int4multirange', "'{[1,2),[3,4)}'", "'{[1,4)}'", "'{}'"],
  ['tsquery', "'a & b'", "'a | b'", "''"],
  ['tsvector', "'a:1'", "'a:2'"],
  ['public.mood', "'sad'", "'ok'"],
  ['public.positive', '1', '2'],
  ['public.pair', "'(1,)'", '\'(1,"")\'', "'(-1,)'", "'(,)'"],
  ['public.shouted', "'a'", "'A'"],
];

const schema = `
  CREATE COLLATION public.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE TYPE public.mood AS ENUM ('sad', 'ok');
  CREATE DOMAIN public.positive AS int8 CHECK (VALUE > 0);
  CREATE TYPE public.pair AS (a int8, b text);
  CREATE TYPE public.shouted AS ENUM ('a', 'A');
  CREATE FUNCTION public.shout(public.shouted) RETURNS text LANGUAGE sql AS $$SELECT 'A'$$;
  CREATE CAST (public.shouted AS text) WITH FUNCTION public.shout(public.shouted);
`;

let world: World;
let server: Server;
let session: Session;
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

const capture = async (tables: readonly string[]): Promise<Content> => {
  const content = await captureContent(session, { tables }, { parts: 'rows' });
  if (!content.ok) throw new Error(`${content.error.code}: ${content.error.message}`);
  return content.value;
};
/** The hash of a table that these statements make. */
const hashOf = async (sql: string): Promise<string | undefined> => {
  const made = await session.script(
    `SET search_path = public; DROP TABLE IF EXISTS public.h, public.parent CASCADE; ${sql}`,
  );
  if (!made.ok) throw new Error(made.error.message);
  return (await capture(['public.h'])).tables[0]?.hash;
};

describe('the hash of a row', () => {
  test.each(types)('tells apart values of %s', async (type, ...values) => {
    const hashes = [];
    for (const value of [...values, 'NULL'])
      hashes.push(
        await hashOf(`CREATE TABLE h (a int, v ${type}, z int); INSERT INTO h VALUES (1, ${value}, 2)`),
      );
    expect(new Set(hashes).size).toBe(values.length + 1);
    const again = await hashOf(
      `CREATE TABLE h (a int, v ${type}, z int); INSERT INTO h VALUES (1, ${values[0]}, 2)`,
    );
    expect(again).toBe(hashes[0]);
  });
  test('sees two rows exchange a value, and two columns', async () => {
    const of = (rows: string) => hashOf(`CREATE TABLE h (a int, b text); INSERT INTO h VALUES ${rows}`);
    const straight = await of("(1, '1'), (2, '2')");
    expect(await of("(2, '2'), (1, '1')")).toBe(straight);
    expect(await of("(1, '2'), (2, '1')")).not.toBe(straight);
    expect(await of("(1, NULL), (2, '2')")).not.toBe(await of("(2, NULL), (1, '2')"));
    const columns = (row: string) => hashOf(`CREATE TABLE h (a text, b text); INSERT INTO h VALUES ${row}`);
    expect(await columns("('x', 'y')")).not.toBe(await columns("('y', 'x')"));
    expect(await columns("('x', NULL)")).not.toBe(await columns("(NULL, 'x')"));
  });
  test('sees each of several columns that only their types can print', async () => {
    const of = (row: string) =>
      hashOf(`CREATE TABLE h (a mood, b mood, c xml); INSERT INTO h VALUES (${row})`);
    const hashes = [];
    for (const row of [
      "'ok', 'ok', '<a/>'",
      "'sad', 'ok', '<a/>'",
      "'ok', 'sad', '<a/>'",
      "'ok', 'ok', '<b/>'",
    ])
      hashes.push(await of(row));
    expect(new Set(hashes).size).toBe(4);
  });
  test('sees one pair of equal rows become another', async () => {
    const of = (rows: string) => hashOf(`CREATE TABLE h (a int); INSERT INTO h VALUES ${rows}`);
    expect(await of('(1), (1)')).not.toBe(await of('(2), (2)'));
    expect(await of('(1), (1), (1)')).not.toBe(await of('(1), (1), (2)'));
    expect(await of('(NULL), (NULL)')).not.toBe(await of('(NULL)'));
  });
  test('takes blanks that pad a character(n) for what they are: none', async () => {
    const of = (value: string) => hashOf(`CREATE TABLE h (c char(6)); INSERT INTO h VALUES (${value})`);
    expect(await of("'a   '")).toBe(await of("'a'"));
    expect(await of("' a'")).not.toBe(await of("'a'"));
  });
  test('hashes no small number to zero, which NULL is', async () => {
    const zero = `SELECT i FROM generate_series(-32768, 32767) i WHERE hashint2extended(i::int2, 0) = 0 OR hashint4extended(i, 0) = 0`;
    expect(await session.query(zero)).toMatchObject({ ok: true, value: { rows: [] } });
  });
  test('takes odd tables as they are', async () => {
    expect(await hashOf('CREATE TABLE h (); INSERT INTO h DEFAULT VALUES')).not.toBe('0');
    expect(await hashOf('CREATE TABLE h ()')).toBe('0');
    const odd = (t: number, row: string) =>
      hashOf(
        `CREATE TABLE h (t int, h int, "gatebook row" text, "q""u.o;te" mood, g int GENERATED ALWAYS AS (t * 2) STORED);
         INSERT INTO h VALUES (${t}, 1, '${row}', 'ok')`,
      );
    const first = await odd(1, 'x');
    expect(await odd(2, 'x')).not.toBe(first);
    expect(await odd(1, 'y')).not.toBe(first);
    const plain = await hashOf('CREATE TABLE h (a int, b int); INSERT INTO h VALUES (1, 2)');
    const dropped =
      'CREATE TABLE h (a int, gone text, b int); INSERT INTO h VALUES (1, $$x$$, 2); ALTER TABLE h DROP gone';
    expect(await hashOf(dropped)).toBe(plain);
  });
});

test('the order in which an inherited table got its columns makes no difference', async () => {
  const grown = `CREATE TABLE parent (z int); CREATE TABLE h (a int) INHERITS (parent);
    INSERT INTO h (z, a) VALUES (1, 2)`;
  const attached = `CREATE TABLE parent (z int); CREATE TABLE h (a int, z int); ALTER TABLE h INHERIT parent;
    INSERT INTO h (z, a) VALUES (1, 2)`;
  expect(await hashOf(grown)).toBe(await hashOf(attached));
});

test('a parent’s own rows are counted, and those of its children once', async () => {
  await hashOf(`CREATE TABLE parent (a int); CREATE TABLE h () INHERITS (parent);
    INSERT INTO parent VALUES (1); INSERT INTO h VALUES (2), (3)`);
  expect((await capture(['public.parent'])).tables).toMatchObject([
    { table: 'public.h', count: 2 },
    { table: 'public.parent', count: 1 },
  ]);
});
