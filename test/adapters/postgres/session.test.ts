import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { assertIdentity } from '../../../src/adapters/postgres/identity.js';
import type { Server } from '../../../src/ports/sandbox.js';
import type { ConnectionParts } from '../../../src/ports/postgres.js';
import { queryReadOnly } from '../../../src/kinds/postgres/transaction.js';
import type { World } from '../../support/server.js';
import { openSession, openWorld, sessionSpec, startServer } from '../../support/server.js';

let world: World;
let server: Server;
let reader: ConnectionParts;
beforeAll(async () => {
  world = await openWorld();
  const sql = `CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader; CREATE ROLE chief SUPERUSER;
    CREATE ROLE heir LOGIN NOINHERIT; GRANT chief TO heir; CREATE ROLE runner LOGIN; GRANT pg_execute_server_program TO runner;
    CREATE ROLE filer LOGIN; GRANT pg_write_server_files TO filer; CREATE ROLE masked LOGIN SUPERUSER; ALTER ROLE masked SET role = reader;
    CREATE ROLE elsewhere LOGIN; ALTER ROLE elsewhere SET standard_conforming_strings = off; ALTER ROLE elsewhere SET TimeZone = 'Asia/Ho_Chi_Minh';
    ALTER ROLE elsewhere SET DateStyle = 'SQL, DMY'; ALTER ROLE elsewhere SET IntervalStyle = 'iso_8601';
    ALTER ROLE elsewhere SET extra_float_digits = -10; ALTER ROLE elsewhere SET bytea_output = 'escape';
    CREATE TABLE t (i int); INSERT INTO t VALUES (1), (2); CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DATABASE other; CREATE DATABASE closed; REVOKE CONNECT ON DATABASE closed FROM PUBLIC; CREATE ROLE nobody LOGIN CONNECTION LIMIT 0;
    CREATE ROLE idle; CREATE DATABASE shut ALLOW_CONNECTIONS false;
    CREATE SCHEMA odd; GRANT USAGE ON SCHEMA odd TO PUBLIC; CREATE DOMAIN odd.text AS pg_catalog.text CHECK (VALUE IS NULL);
    CREATE FUNCTION odd.no(name, name) RETURNS bool LANGUAGE sql AS 'SELECT false';
    CREATE OPERATOR odd.= (LEFTARG = name, RIGHTARG = name, FUNCTION = odd.no);
    CREATE ROLE lost LOGIN IN ROLE pg_execute_server_program; ALTER ROLE lost SET search_path = odd, pg_catalog;
    CREATE ROLE blind LOGIN; CREATE ROLE writer LOGIN; GRANT ALL ON t TO writer;`;
  server = await startServer(world, { seed: [{ name: 'seed', sql }] });
  reader = { ...server.superuser, user: 'reader' };
}, 60_000);
afterAll(async () => {
  await world.sandboxes.destroy(server.handle);
  await world.close();
});
const as = (user: string): ConnectionParts => ({ ...server.superuser, user });
const count = async (): Promise<unknown> => {
  const session = await openSession(world, server.superuser);
  const rows = await session.query('SELECT count(*) AS n FROM t');
  await session.close();
  return rows.ok && rows.value.rows[0]?.['n'];
};
const endSessions = (connection: ConnectionParts, applicationPrefix: string, timeoutMs: number) =>
  world.postgres.endSessions({ connection, applicationPrefix, whose: 'all', timeoutMs });
const backends = async (prefix: string): Promise<unknown> => {
  const session = await openSession(world, server.superuser, { applicationName: 'look' });
  const rows = await session.query(
    'SELECT count(*) AS n FROM pg_stat_activity WHERE starts_with(application_name, $1)',
    [prefix],
  );
  await session.close();
  return rows.ok && rows.value.rows[0]?.['n'];
};

describe('identity comes first', () => {
  test.each([
    ['another database', { database: 'directus2' }],
    ['another cluster', { systemIdentifier: '7611578671664259111' }],
  ])('%s is a mismatch', async (_, expected) => {
    const applicationName = 'gatebook/mismatch';
    const session = await world.postgres.open(sessionSpec(reader, { expected, applicationName }));
    expect(session).toMatchObject({ ok: false, error: { code: 'IDENTITY_MISMATCH' } });
    await expect.poll(() => backends(applicationName)).toBe(0);
  });
  test('the cluster that it must differ from is a mismatch; the right one is not', async () => {
    const same = { notSystemIdentifier: server.systemIdentifier };
    expect(await world.postgres.open(sessionSpec(reader, { expected: same }))).toMatchObject({
      ok: false,
      error: { code: 'IDENTITY_MISMATCH' },
    });
    const right = { systemIdentifier: server.systemIdentifier, database: 'directus' };
    await (await openSession(world, reader, { expected: right })).close();
  });
  test('two sessions of one run on two clusters: the second is refused', async () => {
    const two = await startServer(world);
    const expected = { systemIdentifier: server.systemIdentifier };
    const second = await world.postgres.open(sessionSpec(two.connection, { expected }));
    await world.sandboxes.destroy(two.handle);
    expect(second).toMatchObject({ ok: false, error: { code: 'IDENTITY_MISMATCH' } });
  });
  test('a role that may not read it is told what to grant', async () => {
    const session = await openSession(world, server.superuser);
    await session.query('REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC');
    const blind = await world.postgres.open(sessionSpec(as('blind')));
    await session.query('GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC');
    await session.close();
    expect(blind).toMatchObject({ ok: false, error: { code: 'IDENTITY_UNREADABLE', sqlstate: '42501' } });
    if (!blind.ok)
      expect(blind.error.next).toContain('GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system()');
  });
  test('a session that did not become read-only is refused', async () => {
    const session = await openSession(world, reader);
    const asserted = (readOnly: boolean) =>
      assertIdentity((text) => session.query(text), sessionSpec(reader, { readOnly }), session.backendPid);
    expect(await asserted(false)).toEqual({ ok: true, value: session.backendPid });
    expect(await asserted(true)).toMatchObject({ ok: false, error: { code: 'NOT_READ_ONLY' } });
    await session.close();
  });
  test('a setting that the server refuses opens no session', async () => {
    const session = await world.postgres.open(sessionSpec(reader, { settings: { work_mem: 'much' } }));
    expect(session).toMatchObject({ ok: false, error: { sqlstate: '22023' } });
  });
  test.each(['postgres', 'heir', 'runner', 'filer', 'masked', 'lost'])(
    '%s could do more than read: refused',
    async (user) => {
      const session = await world.postgres.open(
        sessionSpec(as(user), { refuseSuperuser: true, readOnly: true }),
      );
      expect(session).toMatchObject({ ok: false, error: { code: 'SUPERUSER_REFUSED' } });
    },
  );
  test.each([
    ['CONNECT', { database: 'closed' }],
    ['CONNECTION LIMIT', { user: 'nobody' }],
    ['LOGIN', { user: 'idle' }],
    ['pg_hba.conf', { user: 'not_there' }],
    ['name of the database', { database: 'not_there' }],
    ['ALLOW_CONNECTIONS', { database: 'shut' }],
    ['socket there', { port: 1 }],
    ['Nothing listens', { host: '127.0.0.1', port: 1 }],
  ])('who is refused is told of %s', async (what, there) => {
    const session = await world.postgres.open(sessionSpec({ ...reader, ...there }));
    const next = expect.stringContaining(what) as string;
    expect(session).toMatchObject({ ok: false, error: { code: 'UNREACHABLE', next } });
  });
  test('nobody there is UNREACHABLE, and no password is in the message', async () => {
    const nowhere = { host: '127.0.0.1', port: 1, database: 'd', user: 'u', password: 'hunter2222' };
    const session = await world.postgres.open(sessionSpec(nowhere));
    expect(session).toMatchObject({ ok: false, error: { code: 'UNREACHABLE' } });
    expect(JSON.stringify(session)).not.toContain('hunter2222');
  });
});

test.each([
  ['asks for no login that we know', [82, 0, 0, 0, 8, 0, 0, 0, 7], 'pg_hba.conf'],
  ['asks for a password that we don’t have', [82, 0, 0, 0, 8, 0, 0, 0, 3], 'percent-encoded'],
  ['is none of PostgreSQL', [74, 0, 0, 0, 10, 56, 46, 48, 0, 0, 0], 'speaks otherwise'],
])(
  'a server that %s is told of, and hung up on',
  async (_, answer, advice) => {
    let hungUp = (): void => undefined;
    const gone = new Promise<void>((resolve) => (hungUp = resolve));
    const asking = createServer((socket) => {
      socket.once('data', () => socket.write(Buffer.from(answer)));
      socket.on('error', () => undefined).once('close', hungUp);
    });
    await once(asking.listen(0, '127.0.0.1'), 'listening');
    const { port } = asking.address() as AddressInfo;
    const there = { host: '127.0.0.1', port, database: 'd', user: 'u', ssl: { mode: 'disable' } } as const;
    const next = expect.stringContaining(advice) as string;
    const opened = await world.postgres.open(sessionSpec(there));
    expect(opened).toMatchObject({ ok: false, error: { code: 'UNREACHABLE', next } });
    await gone;
    asking.close();
  },
  5_000,
);

test('on a socket of this machine sslmode means nothing, as libpq has it', async () => {
  const session = await openSession(world, { ...reader, ssl: { mode: 'require' } });
  expect(session.reached).toEqual({ address: null, encrypted: false });
  await session.close();
});

describe('a read-only session stays one', () => {
  test.each([
    'INSERT INTO t VALUES (3)',
    'SET TRANSACTION READ WRITE',
    '/* a /* nested */ comment */ SET TRANSACTION READ WRITE',
    '-- x\nCOMMIT',
    'SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE',
    'SELECT 1; COMMIT; INSERT INTO t VALUES (3)',
    'SELECT 1; INSERT INTO t VALUES (3)',
    'DO $$ BEGIN COMMIT; INSERT INTO t VALUES (3); END $$',
    "SELECT set_config('transaction_read_only', 'off', false)",
    'WITH x AS (INSERT INTO t VALUES (3) RETURNING i) SELECT * FROM x',
    'EXPLAIN ANALYZE INSERT INTO t VALUES (3)',
    "COPY t TO PROGRAM 'cat > /tmp/gatebook-escape'",
    'CREATE TABLE u (i int)',
    'ROLLBACK AND CHAIN',
    'PREPARE TRANSACTION $$x$$',
  ])('%s', async (statement) => {
    const session = await openSession(world, as('writer'), { readOnly: true, refuseSuperuser: true });
    const result = await queryReadOnly(session, statement, []);
    await session.close();
    expect(result.ok).toBe(false);
    expect(await count()).toBe(2);
  });
  test('what PostgreSQL lets pass in a read-only transaction is rolled back', async () => {
    const session = await openSession(world, as('writer'), { readOnly: true });
    // Before 16 a large object can be made there.
    await queryReadOnly(session, "SELECT lo_from_bytea(0, 'x')", []);
    expect(await session.query('SELECT count(*) AS n FROM pg_largeobject_metadata')).toMatchObject({
      value: { rows: [{ n: 0 }] },
    });
    await session.close();
  });
  test('rows come through', async () => {
    const session = await openSession(world, reader, { readOnly: true });
    expect(await queryReadOnly(session, 'SELECT i FROM t WHERE i = $1', [2])).toMatchObject({
      ok: true,
      value: { rows: [{ i: 2 }], rowCount: 1 },
    });
    await session.close();
  });
});

describe('values', () => {
  const one = async (
    expression: string,
    params: readonly never[] | readonly (string | bigint | object)[] = [],
  ) => {
    const session = await openSession(world, reader);
    const result = await session.query(`SELECT ${expression} AS v`, params as never);
    await session.close();
    if (!result.ok) throw new Error(result.error.message);
    return result.value.rows[0]?.['v'];
  };
  test.each<[string, unknown]>([
    ['9223372036854775807::int8', 9223372036854775807n],
    ['42::int8', 42],
    ['true', true],
    ['NULL::text', null],
    ['0.1::float8', 0.1],
    ["'NaN'::float8", 'NaN'],
    ["'Infinity'::float8", 'Infinity'],
    ['1.10::numeric', '1.10'],
    ["'Điều 44: “quyền”'::text", 'Điều 44: “quyền”'],
    ['ARRAY[1,NULL,9223372036854775807]::int8[]', [1, null, 9223372036854775807n]],
    [`ARRAY['a"b', 'c,d', 'NULL', '\\']`, ['a"b', 'c,d', 'NULL', '\\']],
    [
      "ARRAY[['a','b'],['c','d']]",
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ["ARRAY['sad']::mood[]", ['sad']],
    [
      `'{"a":12345678901234567890,"b":"1234567890123456789"}'::jsonb`,
      { a: 12345678901234567890n, b: '1234567890123456789' },
    ],
    // A text stays a text, whatever it looks like.
    [
      String.raw`'["\u0000big:12", ":123", "\u003a12345678901234567890", 12345678901234567890]'::json`,
      ['\u0000big:12', ':123', ':12345678901234567890', 12345678901234567890n],
    ],
    ["'2026-05-16 23:33:17+07'::timestamptz", '2026-05-16 16:33:17+00'],
    ["'\\x00ff'::bytea", '\\x00ff'],
  ])('%s', async (expression, value) => {
    expect(await one(expression)).toEqual(value);
  });
  test('are printed in one way, whatever a role has set for itself', async () => {
    const session = await openSession(world, as('elsewhere'));
    const result = await session.query(
      String.raw`SELECT 'a\b' AS text, '2026-05-16 23:33:17+07'::timestamptz AS at, '2026-05-16'::date AS day,
        '1 day 02:00'::interval AS lasts, (1 / 3.0)::float8 AS part, decode('00ff', 'hex') AS bytes`,
    );
    expect(result).toMatchObject({
      value: {
        rows: [
          {
            ...{ text: String.raw`a\b`, at: '2026-05-16 16:33:17+00', day: '2026-05-16' },
            ...{ lasts: '1 day 02:00:00', part: 1 / 3, bytes: String.raw`\x00ff` },
          },
        ],
      },
    });
    await session.close();
  });
  test('parameters are bound as text, exactly', async () => {
    expect(await one('$1::int8', [9223372036854775807n])).toBe(9223372036854775807n);
    expect(await one('$1::text[]', [['a"b', 'c\\d', 'NULL']] as never)).toEqual(['a"b', 'c\\d', 'NULL']);
    expect(await one('$1::jsonb', [{ n: 12345678901234567890n }])).toEqual({ n: 12345678901234567890n });
  });
  test('json nested without end is an error', async () => {
    const session = await openSession(world, reader);
    const nested = await session.query("SELECT (repeat('[', 1000) || repeat(']', 1000))::json AS a");
    expect(nested).toMatchObject({
      ok: false,
      error: {
        code: 'RESULT_TOO_LARGE',
        message: expect.stringContaining('nested deeper than 200') as string,
      },
    });
    await session.close();
  });
  test('a result’s limit counts bytes, whatever its letters', async () => {
    const session = await openSession(world, reader);
    const large = await session.query("SELECT repeat('€', 22 * 1024 * 1024) AS a");
    expect(large).toMatchObject({ ok: false, error: { code: 'RESULT_TOO_LARGE' } });
    await session.close();
  });
  test('two columns of one name are an error, a result without end too', async () => {
    const session = await openSession(world, reader);
    expect(await session.query('SELECT 1 AS a, 2 AS a')).toMatchObject({
      ok: false,
      error: { code: 'DUPLICATE_COLUMN' },
    });
    const endless = await session.query(
      'SELECT a FROM generate_series(1, 20000) a, generate_series(1, 20000) b',
    );
    expect(endless).toMatchObject({ ok: false, error: { code: 'RESULT_TOO_LARGE' } });
    const wide = await session.query(`SELECT repeat('x', 1000000) AS a FROM generate_series(1, 70)`);
    expect(wide).toMatchObject({ ok: false, error: { code: 'RESULT_TOO_LARGE' } });
    expect(await session.query('SELECT 1 AS a')).toMatchObject({ ok: true, value: { rows: [{ a: 1 }] } });
    await session.close();
  });
});

describe('ending', () => {
  test('a server that takes the call and says nothing is not waited for once we are cancelled', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const abort = new AbortController();
    silent.once('connection', () => setTimeout(() => abort.abort(), 100));
    const startedAt = performance.now();
    const nobody = { host: '127.0.0.1', port, database: 'd', user: 'u' };
    const opened = await world.postgres.open(sessionSpec(nobody, { signal: abort.signal }));
    expect(opened).toMatchObject({ ok: false, error: { code: 'CANCELLED' } });
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    silent.close();
  });
  test('a cancelled statement is cancelled on the server, and no backend remains', async () => {
    const abort = new AbortController();
    const session = await openSession(world, reader, {
      applicationName: 'gatebook/R1/C-01',
      signal: abort.signal,
    });
    const running = session.query('SELECT pg_sleep(60)');
    setTimeout(() => abort.abort(), 150);
    expect(await running).toMatchObject({ ok: false, error: { code: 'CANCELLED' } });
    expect(await session.query('SELECT 1')).toMatchObject({ ok: false, error: { code: 'CANCELLED' } });
    await session.close();
    await expect.poll(() => backends('gatebook/R1/')).toBe(0);
  });
  test('a cancellation that comes late doesn’t reach the next statement', async () => {
    const session = await openSession(world, reader);
    const first = session.query('SELECT 1');
    session.cancel();
    await first;
    expect(await session.query('SELECT pg_sleep(0.3)')).toMatchObject({ ok: true });
    await session.close();
  });
  test('endSessions never ends everybody’s, nor its own', async () => {
    const session = await openSession(world, reader, { applicationName: 'another program' });
    expect(await endSessions(server.superuser, '', 5_000)).toMatchObject({ ok: false });
    expect(await session.query('SELECT 1')).toMatchObject({ ok: true });
    await session.close();
    expect(await endSessions(reader, 'gatebook-end', 5_000)).toEqual({ ok: true, value: 0 });
  });
  test('endSessions proves nothing on another cluster than theirs', async () => {
    const spec = {
      connection: reader,
      applicationPrefix: 'gatebook/R5/',
      whose: 'all',
      timeoutMs: 5_000,
    } as const;
    const { systemIdentifier } = server;
    const other = await world.postgres.endSessions({ ...spec, systemIdentifier: '7611578671664259111' });
    expect(other).toMatchObject({ ok: false, error: { code: 'IDENTITY_MISMATCH' } });
    expect(await world.postgres.endSessions({ ...spec, systemIdentifier })).toEqual({ ok: true, value: 0 });
  });
  test('endSessions says of a backend that doesn’t end that it is still there', async () => {
    const stuck = await openSession(world, reader, { applicationName: 'gatebook/R3/C-01' });
    process.kill(stuck.backendPid, 'SIGSTOP');
    const ended = await endSessions(reader, 'gatebook/R3/', 300);
    process.kill(stuck.backendPid, 'SIGCONT');
    expect(ended).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    await expect.poll(() => backends('gatebook/R3/')).toBe(0);
    await stuck.close();
  });
  test('endSessions waits for a backend that its role may not end', async () => {
    const others = await openSession(world, as('writer'), { applicationName: 'gatebook/R5/C-01' });
    expect(await endSessions(reader, 'gatebook/R5/', 100)).toMatchObject({ error: { code: 'TIMEOUT' } });
    const ended = endSessions(reader, 'gatebook/R5/', 5_000);
    await others.close();
    expect(await ended).toMatchObject({ ok: true });
  });
  test.each([
    ['says nothing', 'UNREACHABLE', ''],
    ['refuses when the time is up', 'SQL_ERROR', 'SERROR\0C42501\0Mno\0\0'],
  ])(
    'endSessions is over in time where the server lets it in and then %s',
    async (_, code, said) => {
      const letIn = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1');
      const refusal = Buffer.from(`E\0\0\0${String.fromCharCode(said.length + 4)}${said}`, 'latin1');
      const mute = createServer((socket) =>
        socket
          .on('error', () => undefined)
          .once('data', () => {
            socket.write(letIn);
            if (said !== '') setTimeout(() => socket.write(refusal), 400);
          }),
      );
      await once(mute.listen(0, '127.0.0.1'), 'listening');
      const { port } = mute.address() as AddressInfo;
      const to = { host: '127.0.0.1', port, database: 'd', user: 'u', ssl: { mode: 'disable' } } as const;
      const ended = await endSessions(to, 'gatebook/R4/', 200);
      expect(ended).toMatchObject({ ok: false, error: { code } });
      mute.close();
    },
    5_000,
  );
  test('a server that took the connection and falls silent is not waited for without end', async () => {
    const session = await openSession(world, reader, { statementTimeoutMs: 15_000 });
    process.kill(session.backendPid, 'SIGSTOP');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked = session.query('SELECT 1');
    vi.advanceTimersByTime(35_000);
    vi.useRealTimers();
    const message = expect.stringContaining('has not answered for 35 s') as string;
    expect(await asked).toMatchObject({ ok: false, error: { code: 'CONNECTION_LOST', message } });
    process.kill(session.backendPid, 'SIGCONT');
    await session.close();
  });
  test('endSessions ends those of one run, no other, and proves it', async () => {
    const mine = await openSession(world, reader, { applicationName: 'gatebook/R2/C-01' });
    const other = await openSession(world, reader, { applicationName: 'gatebook/R20/C-01' });
    const lost = mine.query('SELECT pg_sleep(60)');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await endSessions(reader, 'gatebook/R2/', 5_000)).toEqual({ ok: true, value: 1 });
    expect(await lost).toMatchObject({ ok: false, error: { code: 'CONNECTION_LOST' } });
    expect(await mine.query('SELECT 1')).toMatchObject({ ok: false, error: { code: 'CONNECTION_LOST' } });
    expect(await other.query('SELECT 1 AS a')).toMatchObject({ ok: true });
    await mine.close();
    await other.close();
    expect(await endSessions(reader, 'gatebook/R2/', 5_000)).toEqual({ ok: true, value: 0 });
  });
  test('a statement that takes too long, and a lock that is not given', async () => {
    const slow = await openSession(world, reader, { statementTimeoutMs: 100 });
    expect(await slow.query('SELECT pg_sleep(5)')).toMatchObject({
      ok: false,
      error: { code: 'TIMEOUT', sqlstate: '57014' },
    });
    await slow.close();
    const holder = await openSession(world, server.superuser);
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE t');
    const waiter = await openSession(world, reader, { lockTimeoutMs: 100 });
    expect(await waiter.query('SELECT * FROM t')).toMatchObject({
      ok: false,
      error: { code: 'TIMEOUT', sqlstate: '55P03' },
    });
    await waiter.close();
    await holder.close();
  });
  test('a script runs as one transaction', async () => {
    const session = await openSession(world, server.superuser);
    const failed = await session.script('CREATE TABLE half (i int); SELECT 1/0;');
    expect(failed).toMatchObject({ ok: false, error: { sqlstate: '22012' } });
    expect(await session.query("SELECT to_regclass('half')::text AS t")).toMatchObject({
      value: { rows: [{ t: null }] },
    });
    const many = await session.script('SELECT 1 AS a; SELECT 2 AS b;');
    expect(many).toMatchObject({ ok: true, value: { rows: [], rowCount: 1 } });
    await session.close();
  });
});
