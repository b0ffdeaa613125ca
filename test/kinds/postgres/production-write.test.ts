import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { queryInTransaction } from '../../../src/kinds/postgres/statement.js';
import type { Session } from '../../../src/ports/postgres.js';
import { openSession, openWorld, startServer } from '../../support/server.js';
import type { World } from '../../support/server.js';

let world: World;
let server: Awaited<ReturnType<typeof startServer>>;
let session: Session;

beforeAll(async () => {
  world = await openWorld();
  server = await startServer(world, { database: 'shop' });
  session = await openSession(world, server.superuser);
  await session.query('create table public.orders (id int primary key deferrable initially deferred)');
});
afterAll(async () => {
  await session.close();
  await world.sandboxes.destroy(server.handle);
  await world.close();
});
beforeEach(async () => {
  await session.query('truncate public.orders');
});

const ids = async (): Promise<readonly unknown[]> => {
  const rows = await session.query('select id from public.orders order by id');
  return rows.ok ? rows.value.rows.map(({ id }) => id) : [];
};
const change = (text: string) => queryInTransaction(session, text, []);

test('one statement is committed', async () => {
  const done = await change('insert into public.orders values (1), (2) returning id');
  expect(done).toMatchObject({ ok: true, value: { rowCount: 2, rows: [{ id: 1 }, { id: 2 }] } });
  expect(await ids()).toEqual([1, 2]);
});

test.each([
  ['two statements', 'insert into public.orders values (1); select 1', 'multiple commands'],
  ['transaction control', 'commit', 'controls the transaction'],
  ['another mode', 'set session characteristics as transaction read only', 'changes the session'],
  [
    'transaction control inside it',
    'do $$ begin insert into public.orders values (1); commit; end $$',
    'invalid transaction termination',
  ],
  ['what only the commit finds', 'insert into public.orders values (1), (1)', 'duplicate key'],
])('%s: refused, and nothing stays', async (_, text, message) => {
  expect(await change(text)).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining(message) as string, unchanged: true },
  });
  expect(await ids()).toEqual([]);
  expect(await change('insert into public.orders values (3)')).toMatchObject({ ok: true });
});

test('a session that is ended meanwhile leaves it open what became of the statement', async () => {
  const other = await openSession(world, server.superuser);
  const lost = await queryInTransaction(other, 'select pg_terminate_backend(pg_backend_pid())', []);
  expect(lost).toMatchObject({ ok: false, error: { code: 'CONNECTION_LOST' } });
  expect(lost.ok || lost.error.unchanged).toBeUndefined();
});
