import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerSpec } from '../../src/ports/sandbox.js';
import { projectRoot } from './gatebook.js';
import { operatorKeyring } from './postgres-run.js';
import type { World } from './server.js';
import { openSession, startServer } from './server.js';

export const password = 'sesame:open\\wide@7';
const adminPassword = 'of-the-superuser-only';

/** A cluster with a password for everyone, the seed's rows, and a login that may read and nothing else. */
export async function startProduction(
  world: World,
  seed: string,
  database: string,
  more: Partial<ServerSpec> & { readonly attributes?: string } = {},
) {
  const sql = await readFile(join(projectRoot, seed), 'utf8');
  const server = await startServer(world, {
    database,
    seed: [{ name: seed, sql }],
    password: adminPassword,
    ...more,
  });
  const admin = await openSession(world, server.superuser);
  const literal = `'${password.replaceAll("'", "''")}'`;
  const made = await admin.script(
    `SET standard_conforming_strings = on;
     CREATE ROLE the_reader LOGIN PASSWORD ${literal} ${more.attributes ?? ''};
     GRANT pg_read_all_data TO the_reader;
     CREATE ROLE the_boss LOGIN SUPERUSER PASSWORD ${literal};`,
  );
  if (!made.ok) throw new Error(made.error.message);
  const url = (user: string, secret = password) =>
    `postgresql://${user}:${encodeURIComponent(secret)}@/${database}?host=${encodeURIComponent(server.superuser.host)}&port=5432`;
  return {
    server,
    admin,
    url,
    close: async () => {
      await admin.close();
      await world.sandboxes.destroy(server.handle);
    },
  };
}
export type Production = Awaited<ReturnType<typeof startProduction>>;

/** A keyring that holds the public half of a key only, and the one elsewhere that can decrypt. */
export async function publicKeyring() {
  const secret = await operatorKeyring();
  const home = await mkdtemp(join(tmpdir(), 'gbp-'));
  const armored = execFileSync('gpg', ['--homedir', secret.home, '--armor', '--export', secret.fingerprint]);
  execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--import'], {
    input: armored,
    stdio: 'pipe',
  });
  return {
    home,
    secret,
    fingerprint: secret.fingerprint,
    close: async () => {
      execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
      await secret.close();
    },
  };
}
