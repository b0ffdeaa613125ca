import { expect, test } from 'vitest';
import { err, ok } from '../../src/base/result.js';
import type { Bound } from '../../src/bind/index.js';
import type { Claim } from '../../src/cli/targets/claim.js';
import { claimLive } from '../../src/cli/targets/claim.js';
import type { Execution } from '../../src/execute/context.js';

const connection = { host: 'db.example', port: 5432, database: 'shop', user: 'reader' };

/** What is claimed on a server that answers so, and what it was asked. */
async function claimed(
  answers: { readonly locked?: boolean; readonly room?: number; readonly refuses?: string },
  mode = 'live',
) {
  const asked: string[] = [];
  const rows = (text: string): object => {
    if (text.includes('server_version')) return { text: '15.18', major: 15 };
    if (text.includes('rolconnlimit')) return { room: answers.room ?? -1 };
    return text.includes('pg_try_advisory_lock') ? { locked: answers.locked ?? true } : {};
  };
  const query = (text: string) => {
    asked.push(/idle_session_timeout|pg_try_advisory_lock/.exec(text)?.[0] ?? '');
    return Promise.resolve(ok({ rows: [rows(text)] }));
  };
  const session = { query, reached: { address: null, encrypted: false } };
  const { refuses } = answers;
  const open = () =>
    Promise.resolve(refuses === undefined ? ok(session) : err({ code: refuses, message: 'no' }));
  const execution = {
    plan: { targets: { prod: { postgres: { via: 'url' } } }, commands: [], teardown: [] },
    facts: { id: 'run-1', mode },
    targets: { provide: () => undefined, get: () => ok({ open }) },
    scope: { setTarget: () => undefined },
    cancellation: { signal: new AbortController().signal },
    world: { processes: {} },
  } as unknown as Execution;
  const bound = {
    binding: { targets: { prod: { via: 'url', identity: {} } } },
    connections: new Map([['prod', connection]]),
  } as unknown as Bound;
  const held: Claim[] = [];
  const result = await claimLive(execution, 'prod', bound, held);
  return { result, asked: asked.filter((one) => one !== ''), held: held.map(({ target }) => target) };
}

test('a claim is taken by a session that no idle time ends', async () => {
  expect(await claimed({})).toEqual({
    ...{ result: ok(null), asked: ['idle_session_timeout', 'pg_try_advisory_lock'], held: ['prod'] },
  });
});

test('one that another run has is refused; its session is among those to close', async () => {
  const { result, held } = await claimed({ locked: false });
  // Which run it is the server says, whatever machine it is on; this state folder may not know it.
  const next: unknown = expect.stringContaining('pg_stat_activity');
  expect([result, held]).toMatchObject([{ error: { code: 'CLAIMED', exit: 6, next } }, ['prod']]);
});

test('a dry run takes none', async () => {
  expect(await claimed({}, 'dry-run')).toMatchObject({ result: { ok: true }, asked: [] });
});

test.each([
  [2, 'CONNECTION_LIMIT'],
  [0, 'CONNECTION_LIMIT'],
  [3, null],
  [-1, null],
])('a role that may have %i sessions: %s', async (room, code) => {
  const { result, asked } = await claimed({ room });
  expect(result.ok ? null : result.error.code).toBe(code);
  expect(asked.length).toBe(code === null ? 2 : 0);
});

test.each([
  ['IDENTITY_MISMATCH', 6],
  ['SUPERUSER_REFUSED', 6],
  ['UNREACHABLE', 4],
])('a server that says %s: exit %i', async (refuses, exit) => {
  const { result } = await claimed({ refuses });
  expect(result).toMatchObject({ error: { code: refuses, exit, message: 'target prod: no' } });
});
