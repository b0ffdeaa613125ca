import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createPostgres } from '../../../src/adapters/postgres/index.js';
import type { ConnectionParts } from '../../../src/ports/postgres.js';
import { sessionSpec } from '../../support/server.js';
import type { TcpServer } from '../../support/tcp-server.js';
import { database, secret, startTcpServer } from '../../support/tcp-server.js';

// The resolver is the one thing that a test can't have for real; the addresses and the server are.
const lookup = vi.spyOn(dns, 'lookup');
syncBuiltinESMExports();
const resolves = (...addresses: readonly string[]) =>
  lookup.mockImplementation((() =>
    Promise.resolve(addresses.map((address) => ({ address, family: 4 })))) as never);

let server: TcpServer;
beforeAll(async () => {
  server = await startTcpServer({});
});
afterEach(() => {
  lookup.mockReset();
});
afterAll(async () => {
  lookup.mockRestore();
  syncBuiltinESMExports();
  await server.close();
});
const named = (password = secret): ConnectionParts => ({
  ...{ host: 'db.example', port: server.port, database, user: 'the_reader', password },
});

describe('a name with several addresses', () => {
  test('leads to the first that answers, which is then known', async () => {
    resolves('127.0.0.2', '127.0.0.1');
    const opened = await createPostgres().open(sessionSpec(named()));
    if (!opened.ok) throw new Error(opened.error.message);
    expect(opened.value.reached).toEqual({ address: '127.0.0.1', encrypted: false });
    await opened.value.close();
  });

  test('is not asked again once the address is known', async () => {
    const opened = await createPostgres().open(sessionSpec({ ...named(), address: '127.0.0.1' }));
    expect(opened).toMatchObject({ ok: true });
    expect(lookup).not.toHaveBeenCalled();
    if (opened.ok) await opened.value.close();
  });

  test('leads nowhere else where a server refuses', async () => {
    resolves('127.0.0.1', '127.0.0.2');
    const opened = await createPostgres().open(sessionSpec(named('not-this-one')));
    expect(opened).toMatchObject({
      ok: false,
      error: { code: 'UNREACHABLE', message: expect.stringContaining('password') as string },
    });
  });

  test('that nobody answers on any, or that nobody knows, is UNREACHABLE', async () => {
    resolves('127.0.0.2', '127.0.0.3');
    expect(await createPostgres().open(sessionSpec(named()))).toMatchObject({
      error: { code: 'UNREACHABLE' },
    });
    lookup.mockRejectedValue(
      Object.assign(new Error('getaddrinfo ENOTFOUND db.example'), { code: 'ENOTFOUND' }),
    );
    expect(await createPostgres().open(sessionSpec(named()))).toMatchObject({
      error: { code: 'UNREACHABLE', next: expect.stringContaining('DNS') as string },
    });
  });
});
