import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPostgres } from '../../../src/adapters/postgres/index.js';
import type { ConnectionParts } from '../../../src/ports/postgres.js';
import { startPgbouncer } from '../../support/pgbouncer.js';
import { sessionSpec } from '../../support/server.js';
import type { TcpServer } from '../../support/tcp-server.js';
import { database, secret, startTcpServer } from '../../support/tcp-server.js';

let server: TcpServer;
beforeAll(async () => {
  server = await startTcpServer({});
});
afterAll(() => server.close());

const at = (port: number): ConnectionParts => ({
  ...{ host: '127.0.0.1', port, database, user: 'the_reader', password: secret },
});

describe('a pooler in front of PostgreSQL', () => {
  test.each([
    ['session', true],
    ['transaction', true],
    ['statement', true],
    ['session', false],
    ['transaction', false],
  ] as const)('%s pooling, options ignored: %s: refused, and said what to do', async (mode, lenient) => {
    const pooler = await startPgbouncer(server, mode, lenient);
    const opened = await createPostgres().open(sessionSpec(at(pooler.port)));
    await pooler.close();
    expect(opened).toMatchObject({
      ok: false,
      error: {
        code: 'POOLED_CONNECTION',
        message: expect.stringContaining('pooler') as string,
        next: expect.stringContaining('Connect to the server itself') as string,
      },
    });
  });

  test('the server itself is not taken for one', async () => {
    const opened = await createPostgres().open(sessionSpec(at(server.port)));
    expect(opened).toMatchObject({ ok: true });
    if (opened.ok) await opened.value.close();
  });
});
