import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../src/ports/postgres.js';
import type { People } from '../support/approvers.js';
import { openPeople } from '../support/approvers.js';
import { projectRoot } from '../support/gatebook.js';
import type { Project } from '../support/project.js';
import { openProject, until } from '../support/project.js';
import type { World } from '../support/server.js';
import { openSession, openWorld, startServer } from '../support/server.js';

const fixture = join(projectRoot, 'test/fixtures/outside');
let world: World;
let server: Awaited<ReturnType<typeof startServer>>;
let admin: Session;
let project: Project;
let people: People;
let approval: readonly string[];

const sql = async (text: string): Promise<readonly Record<string, unknown>[]> => {
  const done = await admin.query(text);
  if (!done.ok) throw new Error(done.error.message);
  return done.value.rows;
};
const indexes = () =>
  sql(`SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass('public.orders_amount_idx')`);
const building = async () =>
  (await sql(`SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE UNIQUE%' AND state = 'active'`)).length;

beforeAll(async () => {
  world = await openWorld();
  const text = await readFile(join(fixture, 'production.sql'), 'utf8');
  server = await startServer(world, { database: 'shop', seed: [{ name: 'production.sql', sql: text }] });
  admin = await openSession(world, server.superuser);
});
afterAll(async () => {
  await admin.close();
  await world.sandboxes.destroy(server.handle);
  await world.close();
});
beforeEach(async () => {
  await sql('DROP INDEX IF EXISTS public.orders_amount_idx');
  await sql('UPDATE public.orders SET amount = id');
  const url = `postgresql://owner@/shop?host=${encodeURIComponent(server.superuser.host)}&port=5432`;
  project = await openProject(fixture, { DB_URL: url });
  people = openPeople(project, ['olga', 'anna', 'bert']);
  approval = await people.approval('index.yaml', 'SG_1', 'anna');
});
afterEach(() => project.close());

test('what PostgreSQL does in no transaction is done, in a rehearsal and on production', async () => {
  const rehearsed = await project.run('index.yaml', '--embedded');
  expect(rehearsed, rehearsed.stderr).toMatchObject({ code: 0 });
  expect(await indexes()).toEqual([]);
  const done = await project.run('index.yaml', ...approval);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(await indexes()).toEqual([{ valid: true }]);
});

test('what a failure leaves is said, and engages the kill switch', async () => {
  await sql('UPDATE public.orders SET amount = 1 WHERE id = 2');
  const failed = await project.run('index.yaml', ...approval);
  expect(failed, failed.stderr).toMatchObject({ code: 1 });
  expect(failed.stderr).toContain('outside a transaction: look for what it did before it failed');
  expect(failed.stderr).toContain('escalated to SG_3');
  expect(await indexes()).toEqual([{ valid: false }]);
});

test('a stop ends the statement on the server, where it waits for another’s transaction', async () => {
  const writer = await openSession(world, server.superuser);
  await writer.query('BEGIN');
  await writer.query('UPDATE public.orders SET amount = 5000 WHERE id = 3');
  const stopped = project.start('index.yaml', ...approval);
  await until('it is being built', async () => (await building()) > 0);
  stopped.kill('SIGINT');
  expect(await stopped.ended).toMatchObject({ code: 130 });
  expect(await building()).toBe(0);
  await writer.close();
});

test('what a transaction took back is no change: it is said, and nothing is switched off', async () => {
  const also = await people.approval('column.yaml', 'SG_1', 'bert');
  const failed = await project.run('column.yaml', ...also);
  expect(failed, failed.stderr).toMatchObject({ code: 1 });
  expect(failed.stderr).toContain('rolled back, so nothing was changed');
  expect(failed.stderr).not.toContain('COMPENSATION');
  const next = await project.run('index.yaml', ...approval);
  expect(next, next.stderr).toMatchObject({ code: 0 });
});
