import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogMark } from '../../../src/kinds/actions/postgres.restore/server-log.js';
import { errorsSince, markLog } from '../../../src/kinds/actions/postgres.restore/server-log.js';
import { textOf } from '../../../src/kinds/postgres/ask.js';
import type { Session } from '../../../src/ports/postgres.js';
import type { Server } from '../../../src/ports/sandbox.js';
import type { World } from '../../support/server.js';
import { openSession, openWorld, startServer } from '../../support/server.js';
import { value } from './backup-fixture.js';

// PostgreSQL 14 writes its log as CSV, 15 and later as JSON; this one writes both.

let world: World;
let server: Server;
let session: Session;
beforeAll(async () => {
  world = await openWorld();
  server = await startServer(world, { settings: { log_destination: 'jsonlog,csvlog' } });
  session = await openSession(world, server.superuser, { applicationName: 'restore' });
}, 60_000);
afterAll(async () => {
  await session.close();
  await world.sandboxes.destroy(server.handle);
  await world.close();
});

/** Where the CSV ends now; what a server of 14 would answer. */
async function markCsv(): Promise<LogMark> {
  const { rows } = value(
    await session.query(
      `SELECT f AS file, (pg_stat_file(f)).size::text AS size FROM pg_current_logfile('csvlog') f`,
    ),
  );
  const row = rows[0] ?? {};
  return { file: textOf(row, 'file'), format: 'csvlog', offset: Number(textOf(row, 'size')) };
}
let nth = 0;
const since = async (mark: LogMark, application = 'restore') =>
  value(await errorsSince(session, mark, application, `n-${(nth += 1)}`));

test('both say the same of the same errors, whatever stands in a statement', async () => {
  const before = [value(await markLog(session)), await markCsv()];
  await session.query('SELECT 1/0');
  // The server's collector writes when it comes to it: only what is in the files lies before the marks.
  for (const mark of before) await since(mark);
  const [json, csv] = [value(await markLog(session)), await markCsv()];
  const raise = `DO $$ BEGIN RAISE EXCEPTION E'a, "b"\\n,c' USING ERRCODE = '42704'; END $$`;
  const other = await openSession(world, server.superuser, { applicationName: 'another' });
  for (const text of [raise, 'SELECT "a""b,\n" FROM ",\n\'"', 'SELECT 1 AS "ERROR"', 'RESET nothing'])
    await session.query(text);
  await other.query('SELECT 2/0');
  await other.close();
  expect(await since(json)).toMatchObject([
    { sqlstate: '42704', message: 'a, "b"\n,c', statement: raise },
    { sqlstate: '42P01', statement: 'SELECT "a""b,\n" FROM ",\n\'"' },
    { sqlstate: '42704', statement: 'RESET nothing' },
  ]);
  expect(await since(csv)).toEqual(await since(json));
  expect(await since(csv, 'another')).toMatchObject([{ sqlstate: '22012', statement: 'SELECT 2/0' }]);
});

test('a statement of ten megabytes is read', async () => {
  const csv = await markCsv();
  const statement = `SELECT nothing /* ${'x'.repeat(10_000_000)} */`;
  await session.query(statement);
  const errors = await since(csv);
  expect(errors).toMatchObject([{ sqlstate: '42703' }]);
  expect(errors[0]?.statement.length).toBe(statement.length);
});
