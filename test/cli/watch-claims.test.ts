import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPostgres } from '../../src/adapters/postgres/index.js';
import { watchClaims } from '../../src/cli/targets/watch-claims.js';
import type { Cause } from '../../src/model/event.js';
import type { Session } from '../../src/ports/postgres.js';
import { sessionSpec } from '../support/server.js';
import type { Network } from '../support/tcp-proxy.js';
import { startNetwork } from '../support/tcp-proxy.js';
import type { TcpServer } from '../support/tcp-server.js';
import { database, secret, startTcpServer } from '../support/tcp-server.js';

const everyMs = 50;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
let server: TcpServer;
let network: Network;
let session: Session;
let causes: Cause[];
let unwatch: () => void;
/** One of two, of which the other is never lost. */
const other = { query: () => Promise.resolve({ ok: true }), ended: new Promise(() => undefined) };
const watch = (ms: number): (() => void) =>
  watchClaims(
    [
      { target: 'other', session: other as unknown as Session },
      { target: 'prod', session },
    ],
    { abort: (cause) => causes.push(cause) },
    ms,
  );
const terminate = async (): Promise<void> => {
  const admin = await server.admin();
  await admin.query('SELECT pg_terminate_backend($1)', [session.backendPid]);
  await admin.close();
};

beforeAll(async () => {
  server = await startTcpServer({});
});
afterAll(() => server.close());
beforeEach(async () => {
  network = await startNetwork(server.port);
  const opened = await createPostgres().open(
    sessionSpec({ host: '127.0.0.1', port: network.port, database, user: 'the_reader', password: secret }),
  );
  if (!opened.ok) throw new Error(opened.error.message);
  session = opened.value;
  causes = [];
  unwatch = watch(everyMs);
});
afterEach(async () => {
  unwatch();
  await session.close();
  await network.close();
});

describe('a claim that is watched', () => {
  test('says nothing while the server answers, nor when it is given back', async () => {
    await pause(6 * everyMs);
    unwatch();
    await session.close();
    await pause(6 * everyMs);
    expect(causes).toEqual([]);
  });

  test('is lost, once, when someone ends its session', async () => {
    await terminate();
    await expect.poll(() => causes.length).toBe(1);
    await pause(6 * everyMs);
    expect(causes).toMatchObject([{ kind: 'environment', code: 'CLAIM_LOST' }]);
    expect(causes[0]?.message).toMatch(/prod.*administrator command/);
  });

  test('is lost for the reason that the server gave, also where its socket is not closed yet', async () => {
    network.hideEnds();
    await terminate();
    await expect.poll(() => causes.length).toBe(1);
    expect(causes[0]?.message).toMatch(/prod.*administrator command/);
    await network.close();
  });

  test('is lost as soon as its session ends, before anybody asks', async () => {
    unwatch();
    unwatch = watch(60_000);
    await terminate();
    await expect.poll(() => causes.length).toBe(1);
  });

  test('is lost when the network swallows everything', async () => {
    network.swallow();
    await expect.poll(() => causes.length).toBe(1);
    expect(causes[0]).toMatchObject({
      code: 'CLAIM_LOST',
      message: expect.stringContaining('not answered') as string,
    });
  });

  test('outlives a network that is slow for a moment', async () => {
    network.swallow();
    await pause(2 * everyMs);
    network.deliver();
    await pause(8 * everyMs);
    expect(causes).toEqual([]);
  });
});

describe('a claim whose server', () => {
  type Answer = Awaited<ReturnType<Session['query']>>;
  /** So many rounds, of which each asks once at most. */
  const rounds = async (count: number, answer: () => Promise<Answer>): Promise<number> => {
    let asked = 0;
    const query = () => (asked++, answer());
    const one = {
      target: 'prod',
      session: { query, ended: new Promise(() => undefined) } as unknown as Session,
    };
    const stop = watchClaims([one], { abort: (cause) => causes.push(cause) }, everyMs);
    await vi.advanceTimersByTimeAsync(count * everyMs);
    stop();
    await vi.advanceTimersByTimeAsync(10 * everyMs);
    return asked;
  };
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('does not answer is asked once, and lost after three rounds more', async () => {
    const never = () => new Promise<Answer>(() => undefined);
    expect(await rounds(3, never)).toBe(1);
    expect(causes).toEqual([]);
    expect(await rounds(4, never)).toBe(1);
    expect(causes).toMatchObject([{ message: expect.stringContaining('not answered for 0.15 s') as string }]);
  });

  test('answers anything at all is not lost', async () => {
    const error = { code: 'TIMEOUT', message: 'busy' } as const;
    expect(await rounds(9, () => Promise.resolve({ ok: false, error }))).toBe(9);
    expect(causes).toEqual([]);
  });
});
