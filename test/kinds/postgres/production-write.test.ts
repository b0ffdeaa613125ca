import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { queryInTransaction, queryReadOnly } from '../../../src/kinds/postgres/transaction.js';
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

test('what the server alone finds to run in no transaction is told so', async () => {
  await session.query('create table public.parted (id int primary key) partition by range (id)');
  for (const text of ['reindex table public.parted', 'do $$ begin commit; end $$'])
    expect(await change(text)).toMatchObject({
      error: { unchanged: true, next: expect.stringContaining('transaction: none') as string },
    });
});

test('a session that is ended meanwhile leaves it open what became of the statement', async () => {
  const other = await openSession(world, server.superuser);
  const lost = await queryInTransaction(other, 'select pg_terminate_backend(pg_backend_pid())', []);
  expect(lost).toMatchObject({ ok: false, error: { code: 'CONNECTION_LOST' } });
  expect(lost.ok || lost.error.unchanged).toBeUndefined();
});

describe('a statement that gets out of its transaction, by a way that nobody knew', () => {
  const insert = 'insert into public.orders values (1)';
  /** Runs these before the statement, as if they were a part of it. */
  const leaving = (statement: string, ...before: readonly string[]): Session => ({
    ...session,
    query: async (text, params) => {
      if (text === statement) for (const one of before) await session.query(one);
      return session.query(text, params);
    },
  });
  afterEach(async () => {
    await session.query('rollback');
    await session.query('reset all');
  });

  test('is seen once it has run, also where the session is read-only by itself', async () => {
    await session.query('set default_transaction_read_only = on');
    expect(await queryReadOnly(leaving('select 1', 'commit'), 'select 1', [])).toMatchObject({
      error: { code: 'READ_ONLY_ESCAPED' },
    });
  });
  test('is seen where it has put the mark of ours into a transaction that writes', async () => {
    const forged = `select set_config('gatebook.transaction', pg_backend_pid()::text, true)`;
    expect(
      await queryReadOnly(leaving(insert, 'commit', 'start transaction read write', forged), insert, []),
    ).toMatchObject({
      error: { code: 'READ_ONLY_ESCAPED' },
    });
    expect(await ids()).toEqual([]);
  });
  test('is seen on production, and what follows it there is not committed', async () => {
    expect(await queryInTransaction(leaving(insert, 'commit', 'begin'), insert, [])).toMatchObject({
      error: { code: 'TRANSACTION_ESCAPED' },
    });
    expect(await ids()).toEqual([]);
  });
});
