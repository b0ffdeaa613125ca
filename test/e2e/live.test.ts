import { execFileSync } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Folders } from '../support/gatebook.js';
import {
  filesBelow,
  lastBundle,
  openFolders,
  options,
  startGatebook,
  watchArguments,
} from '../support/gatebook.js';
import type { Production } from '../support/production.js';
import { password, publicKeyring, startProduction } from '../support/production.js';
import type { World } from '../support/server.js';
import { openWorld } from '../support/server.js';

const runbook = 'runbooks/o9-backup.yaml';
let world: World;
let production: Production;
let keyring: Awaited<ReturnType<typeof publicKeyring>>;
let folders: Folders;

beforeAll(async () => {
  world = await openWorld();
  production = await startProduction(world, 'runbooks/embedded/production.sql', 'directus');
  keyring = await publicKeyring();
});
afterAll(async () => {
  await keyring.close();
  await production.close();
  await world.close();
});
beforeEach(async () => {
  folders = await openFolders();
});
afterEach(() => folders.close());

const configured = (): Record<string, string> => ({
  PROD_DATABASE_URL: production.url('the_reader'),
  PROD_SYSTEM_IDENTIFIER: production.server.systemIdentifier,
  BACKUP_GPG_FPR: keyring.fingerprint,
  GNUPGHOME: keyring.home,
});
const without = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(configured()).filter(([name]) => !names.includes(name)));
const start = (env: Record<string, string>, ...more: readonly string[]) =>
  startGatebook(['run', runbook, ...options(folders), ...more], env);
const run = (env: Record<string, string>, ...more: readonly string[]) => start(env, ...more).ended;
const artifacts = async (): Promise<readonly string[]> => {
  const names = await readdir(join(folders.state, 'artifacts'), { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith('.gpg'));
};
const sessions = async (): Promise<number> => {
  const rows = await production.admin.query(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'gatebook/2%'`,
  );
  return rows.ok ? Number(rows.value.rows[0]?.['n']) : -1;
};
/** Every session that this database has had; ours of the moment is counted at its end. */
const connectionsSoFar = async (): Promise<number> => {
  const rows = await production.admin.query(
    `SELECT sessions::int AS n FROM pg_stat_database WHERE datname = 'directus'`,
  );
  return rows.ok ? Number(rows.value.rows[0]?.['n']) : -1;
};

describe('a production that is configured', () => {
  test('is backed up and proved; the artifact is kept and only the private half elsewhere reads it', async () => {
    const watch = watchArguments();
    const ended = await run(configured());
    const seen = await watch.stop();
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    const { id, path, report, markdown } = await lastBundle(folders, 'o9-backup');
    expect(report).toMatchObject({ run: { mode: 'live' }, verdict: 'PASS' });
    expect(markdown).not.toMatch(/STAND-IN|No production was/);

    const folder = join(folders.state, 'artifacts', id);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const [artifact = '', ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect((await stat(join(folder, artifact))).mode & 0o777).toBe(0o600);
    const archive = execFileSync('sh', [
      '-c',
      'gpg --homedir "$0" --batch --quiet --decrypt "$1" 2>/dev/null | zstd -dc | pg_restore --list',
      keyring.secret.home,
      join(folder, artifact),
    ]).toString();
    expect(archive).toContain('TABLE DATA public information_unit');

    expect([...seen].some((line) => line.includes('pg_dump'))).toBe(true);
    const forms = [password, encodeURIComponent(password), Buffer.from(password).toString('base64')];
    for (const form of forms) {
      expect([...seen].filter((line) => line.includes(form))).toEqual([]);
      for (const [file, bytes] of await filesBelow(folders.root))
        expect(bytes.includes(form), file).toBe(false);
      expect(path).not.toContain(form);
      expect(ended.stdout + ended.stderr).not.toContain(form);
    }
    expect(await sessions()).toBe(0);
  });

  test('what was live once is no rehearsal by an empty environment, only when it is asked for', async () => {
    const live = await run(without('BACKUP_GPG_FPR'));
    expect(live, live.stderr).toMatchObject({ code: 7 });
    await refused({}, 4, { code: 'NOT_CONFIGURED', names: 'PROD_DATABASE_URL' });
    const connections = await connectionsSoFar();
    const rehearsal = await run(configured(), '--embedded');
    expect(rehearsal, rehearsal.stderr).toMatchObject({ code: 0 });
    expect((await lastBundle(folders, 'o9-backup')).report).toMatchObject({ run: { mode: 'rehearsal' } });
    expect(await connectionsSoFar()).toBe(connections);
    expect(await artifacts()).toEqual([]);
  });
});

describe('the key of the backup', () => {
  const partial = {
    run: { mode: 'live' },
    verdict: 'PARTIAL',
    verdict_lines: {
      backup_key: expect.stringMatching(/^MISSING/),
      f4_status: expect.stringMatching(/^PARTIAL/),
      restore_proof: 'NOT RUN',
    },
  };

  test.each([
    ['is not named', () => without('BACKUP_GPG_FPR')],
    ['is not in the keyring', () => ({ ...configured(), BACKUP_GPG_FPR: 'A'.repeat(40) })],
  ])('%s: recorded as missing, exit 7, no artifact', async (_, env) => {
    const ended = await run(env());
    expect(ended, ended.stderr).toMatchObject({ code: 7 });
    const { report } = await lastBundle(folders, 'o9-backup');
    expect(report).toMatchObject(partial);
    expect(await artifacts()).toEqual([]);
  });

  test.each([
    ['empty', '', 'VALUE_EMPTY'],
    ['blank', '  ', 'VALUE_EMPTY'],
    ['a short id', 'DEADBEEFDEADBEEF', 'FINGERPRINT_MALFORMED'],
    ['an address', 'backup@example.org', 'FINGERPRINT_MALFORMED'],
  ])('%s: refused by name', async (_, value, code) => {
    await refused({ ...configured(), BACKUP_GPG_FPR: value }, 4, { code, names: 'BACKUP_GPG_FPR' });
  });
});

describe('what is configured by half is refused by name', () => {
  test.each(['PROD_DATABASE_URL', 'PROD_SYSTEM_IDENTIFIER'])('%s: absent, empty, misspelt', async (name) => {
    await refused(without(name), 4, { code: 'NOT_CONFIGURED', names: name });
    await refused({ ...configured(), [name]: '' }, 4, { code: 'VALUE_EMPTY', names: name });
    const slip = { ...without(name), [name.replace('PROD', 'PRDO')]: configured()[name] ?? '' };
    await refused(slip, 4, { code: 'NOT_CONFIGURED', names: `did you mean ${name}` });
  });

  test('a misspelt key is no missing key', async () => {
    const slip = { ...without('BACKUP_GPG_FPR'), BACKUP_GPG_FRP: keyring.fingerprint };
    await refused(slip, 4, { code: 'NOT_CONFIGURED', names: 'did you mean BACKUP_GPG_FPR' });
  });

  test('nothing but a misspelt name is no rehearsal', async () => {
    await refused({ PROD_DATABSE_URL: production.url('the_reader') }, 4, {
      code: 'NOT_CONFIGURED',
      names: 'did you mean PROD_DATABASE_URL',
    });
  });

  test('a URL that is none, without showing it', async () => {
    const url = `mysql://reader:${encodeURIComponent(password)}@localhost/directus`;
    const { stderr } = await refused({ ...configured(), PROD_DATABASE_URL: url }, 4, {
      code: 'BAD_CONNECTION_URL',
      names: 'PROD_DATABASE_URL',
    });
    expect(stderr).not.toContain(encodeURIComponent(password));
  });
});

describe('another server than the one that is meant', () => {
  test.each([
    [
      'system identifier',
      () => ({ ...configured(), PROD_SYSTEM_IDENTIFIER: '7611578671664259111' }),
      'IDENTITY_MISMATCH',
      6,
    ],
    [
      'no system identifier',
      () => ({ ...configured(), PROD_SYSTEM_IDENTIFIER: 'prod' }),
      'IDENTITY_MALFORMED',
      4,
    ],
    [
      'database',
      () => ({
        ...configured(),
        PROD_DATABASE_URL: production.url('the_reader').replace('/directus?', '/postgres?'),
      }),
      'IDENTITY_MISMATCH',
      6,
    ],
    [
      'superuser',
      () => ({ ...configured(), PROD_DATABASE_URL: production.url('the_boss') }),
      'SUPERUSER_REFUSED',
      6,
    ],
    [
      'password',
      () => ({ ...configured(), PROD_DATABASE_URL: production.url('the_reader', 'not-this-one') }),
      'UNREACHABLE',
      4,
    ],
    [
      'nobody there',
      () => ({ ...configured(), PROD_DATABASE_URL: 'postgresql://a:bcdefghi@127.0.0.1:1/directus' }),
      'UNREACHABLE',
      4,
    ],
  ] as const)('%s: refused before anything is started', async (_, env, code, exit) => {
    const watch = watchArguments();
    await refused(env(), exit, { code, names: 'prod' });
    const programs = [...(await watch.stop())].filter((line) => line.includes(folders.root));
    expect(programs.filter((line) => /pg_dump|pg_restore|initdb|psql/.test(line))).toEqual([]);
    expect(await sessions()).toBe(0);
  });
});

test('a role that may have too few sessions for a backup', async () => {
  await production.admin.query('ALTER ROLE the_reader CONNECTION LIMIT 2');
  await refused(configured(), 4, { code: 'CONNECTION_LIMIT', names: 'the_reader' });
  await production.admin.query('ALTER ROLE the_reader CONNECTION LIMIT 3');
  const ended = await run(configured());
  await production.admin.query('ALTER ROLE the_reader CONNECTION LIMIT -1');
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
});

/** Refused with this exit and code; says what, writes a report, makes nothing. */
async function refused(
  env: Record<string, string>,
  exit: number,
  expected: { readonly code: string; readonly names: string },
) {
  const ended = await run(env);
  expect(ended, ended.stderr).toMatchObject({ code: exit });
  expect(ended.stderr).toContain(expected.names);
  const { report, markdown } = await lastBundle(folders, 'o9-backup');
  expect(report).toMatchObject({ verdict: 'REFUSED', cause: { code: expected.code } });
  expect(markdown).toContain(expected.names);
  expect(await artifacts()).toEqual([]);
  return ended;
}
