import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createPostgres } from '../../../src/adapters/postgres/index.js';
import { sessionSpec } from '../../support/server.js';

/** A message of the server: its letter, its length, what it says. */
function message(body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from('R'), length, Buffer.from(body, 'latin1')]);
}
const askForScram = message('\0\0\0\x0aSCRAM-SHA-256\0\0');
const badPassword = Buffer.from('E\0\0\0\x13SFATAL\0C28P01\0\0', 'latin1');

/** Asks for a password that is derived in so many rounds; what it is answered, if anything. */
async function asked(iterations: number): Promise<{ readonly answered: boolean; readonly error: unknown }> {
  let answered = false;
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', () => {
        socket.write(askForScram);
        socket.once('data', (first) => {
          const nonce = /r=(.*)$/.exec(first.toString('latin1'))?.[1] ?? '';
          socket.write(message(`\0\0\0\x0br=${nonce}x,s=c2FsdA==,i=${iterations}`));
          socket.once('data', (proof) => {
            answered = proof.includes(',p=');
            socket.end(badPassword);
          });
        });
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const ssl = { mode: 'disable' } as const;
  const there = { host: '127.0.0.1', port, database: 'd', user: 'u', password: 'sesame', ssl };
  const opened = await createPostgres().open(sessionSpec(there));
  server.close();
  return { answered, error: opened.ok ? null : opened.error };
}

test('a password of more iterations than node-pg takes by itself is taken, as libpq takes it', async () => {
  const { answered, error } = await asked(100_001);
  expect({ answered, error }).toMatchObject({ answered: true, error: { sqlstate: '28P01' } });
});

test('a server can’t keep us busy with iterations without end', async () => {
  const next = expect.stringContaining('scram_iterations') as string;
  expect(await asked(10_000_001)).toMatchObject({ answered: false, error: { code: 'UNREACHABLE', next } });
});
