import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compareContent } from '../../src/kinds/postgres/content/compare.js';
import type { Content } from '../../src/kinds/postgres/content/capture.js';
import { captureContent } from '../../src/kinds/postgres/content/capture.js';
import { takeSnapshot } from '../../src/kinds/actions/postgres.backup/snapshot.js';
import type { ConnectionParts } from '../../src/ports/postgres.js';
import type { Server } from '../../src/ports/sandbox.js';
import type { Folders } from '../support/gatebook.js';
import { lastBundle, openFolders, options, projectRoot, startGatebook } from '../support/gatebook.js';
import type { OtherServer } from '../support/other-server.js';
import { startOtherServer } from '../support/other-server.js';
import { installedMajor } from '../support/installed.js';
import { openRun } from '../support/postgres-run.js';
import { publicKeyring } from '../support/production.js';
import type { World } from '../support/server.js';
import { openSession, openWorld, startServer } from '../support/server.js';

/** Beside the one that it is made of, whose files it reads. */
const newerCopy = 'test/fixtures/other-database/newer-copy.yaml';

// Against real servers: one older than the programs that are installed here, and one newer than Debian 12's.
let world: World;
let here: number;
let older: OtherServer;
let newer: OtherServer;
let keyring: Awaited<ReturnType<typeof publicKeyring>>;
let folders: Folders;

beforeAll(async () => {
  world = await openWorld();
  here = await installedMajor(world);
  [older, newer, keyring] = await Promise.all([startOtherServer(14), startOtherServer(17), publicKeyring()]);
  const seed = await readFile(join(projectRoot, 'runbooks/embedded/production.sql'), 'utf8');
  for (const server of [older, newer]) await fill(server.superuser, 'directus', seed);
});
afterAll(async () => {
  await Promise.all([keyring.close(), older.close(), newer.close()]);
  await world.close();
});
beforeEach(async () => {
  folders = await openFolders();
});
afterEach(() => folders.close());

async function script(connection: ConnectionParts, sql: string): Promise<void> {
  const session = await openSession(world, connection);
  const done = await session.script(sql);
  await session.close();
  if (!done.ok) throw new Error(done.error.message);
}
async function fill(superuser: ConnectionParts, database: string, sql: string): Promise<void> {
  await script(superuser, `CREATE DATABASE ${database}`);
  await script({ ...superuser, database }, sql);
}
const production = async (server: OtherServer): Promise<Record<string, string>> => {
  const session = await openSession(world, server.superuser);
  const found = await session.query('SELECT system_identifier::text AS id FROM pg_control_system()');
  await session.close();
  if (!found.ok) throw new Error(found.error.message);
  return {
    PROD_DATABASE_URL: server.url('directus', 'backup_reader'),
    PROD_SYSTEM_IDENTIFIER: found.value.rows[0]?.['id'] as string,
    BACKUP_GPG_FPR: keyring.fingerprint,
    GNUPGHOME: keyring.home,
  };
};
const run = async (server: OtherServer, ...more: readonly string[]) =>
  startGatebook(['run', 'runbooks/o9-backup.yaml', ...more, ...options(folders)], await production(server))
    .ended;

test('a run on one whose copy nobody could make here is refused before C-01', async () => {
  const ended = await run(older);
  expect(ended, ended.stderr).toMatchObject({ code: 4 });
  expect(ended.stderr).toContain('the source is PostgreSQL 14, and a copy of it has the same version');
  expect(ended.stderr).toContain('apt-get install -y postgresql-14');
  const { report } = await lastBundle(folders, 'o9-backup');
  expect(report).toMatchObject({ verdict: 'REFUSED', cause: { code: 'ENGINE_VERSION' } });
});

test.for([
  ['run', []],
  ['dry run', ['--dry-run']],
] as const)(
  'a %s on one that no pg_dump here can read is refused before C-01',
  async ([, more], { skip }) => {
    skip(here >= 17, 'the pg_dump here reads the newest server of the tests');
    const ended = await run(newer, ...more);
    expect(ended, ended.stderr).toMatchObject({ code: 4 });
    expect(ended.stderr).toContain(`server is PostgreSQL 17.10, and the pg_dump here is ${here}.`);
    expect(ended.stderr).toContain('apt-get install -y postgresql-17');
    const { report } = await lastBundle(folders, 'o9-backup');
    expect(report).toMatchObject({ verdict: 'REFUSED', cause: { code: 'DUMP_VERSION' } });
    expect(report.commands.filter(({ state }) => state !== 'not_run')).toEqual([]);
  },
);

describe('the same database on 14, on the version here, and on 17', () => {
  let ours: Server;
  const contents = new Map<number, Content>();

  beforeAll(async () => {
    const path = join(projectRoot, 'test/fixtures/other-database/schema.sql');
    // 14 can't publish some columns and rows of a table only.
    const sql = (await readFile(path, 'utf8')).replace(/^(CREATE PUBLICATION .* shop\.film) .*;$/m, '$1;');
    ours = await startServer(world);
    for (const superuser of [older.superuser, ours.superuser, newer.superuser]) {
      await fill(superuser, 'shop', sql);
      const session = await openSession(world, { ...superuser, database: 'shop' });
      const content = await captureContent(session, { tables: null });
      await session.close();
      if (!content.ok) throw new Error(content.error.message);
      contents.set(content.value.major, content.value);
    }
  });
  afterAll(() => world.sandboxes.destroy(ours.handle));

  const of = (major: number): Content => {
    const content = contents.get(major);
    if (content === undefined) throw new Error(`no PostgreSQL ${major}`);
    return content;
  };

  test('has the same row hashes', () => {
    expect(of(14).tables.filter(({ count }) => count > 0).length).toBeGreaterThan(10);
    for (const major of [14, 17])
      expect(of(major)).toMatchObject({ tables: of(here).tables, hashTrial: of(here).hashTrial });
  });

  test('is wholly the same in the version that its runbook asks for, restored from 14, schema public included', async ({
    skip,
  }) => {
    skip(here >= 17, 'from 17 on partitions have the identity column of their table');
    const { PROD_SYSTEM_IDENTIFIER: id = '' } = await production(older);
    const given = await readFile(join(projectRoot, 'test/fixtures/other-database/backup.yaml'), 'utf8');
    const runbook = given.replace('sandbox: {engine: auto}', `sandbox: {engine: auto, version: ${here}}`);
    await writeFile(join(projectRoot, newerCopy), runbook);
    const environment = {
      OTHER_DATABASE_URL: older.url('shop', 'shop_backup'),
      OTHER_SYSTEM_IDENTIFIER: id,
      OTHER_BACKUP_FPR: keyring.fingerprint,
      GNUPGHOME: keyring.home,
    };
    const ended = await startGatebook(['run', newerCopy, ...options(folders)], environment).ended;
    await rm(join(projectRoot, newerCopy));
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    const { report, markdown } = await lastBundle(folders, 'other-database');
    expect(report.gates.filter(({ state }) => state !== 'passed')).toEqual([]);
    expect(markdown).toMatch(new RegExp(`PostgreSQL ${here}\\.\\d+ \\(its source is 14\\)`));
  });

  test('is printed otherwise by 17, and each difference says why it may be one', () => {
    const differences = compareContent(of(14), of(17));
    expect(differences.map(({ words }) => words)).toContainEqual(expect.stringContaining('MAINTAIN'));
    for (const { words } of differences)
      expect(words).toContain('(this is PostgreSQL 17, the source 14: they print some things otherwise)');
  });
});

test('a server that ends long transactions (from 17 on) leaves the one that holds the snapshot', async () => {
  const connection = { ...newer.superuser, database: 'directus' };
  await script(connection, `ALTER DATABASE directus SET transaction_timeout = '300ms'`);
  const opened = await openRun(world);
  const [kept, ended] = [await openSession(world, connection), await openSession(world, connection)];
  expect(await takeSnapshot(opened.context, kept, { tables: null })).toMatchObject({ ok: true });
  expect(await ended.query('BEGIN')).toMatchObject({ ok: true });
  await new Promise((resolve) => setTimeout(resolve, 900));
  expect(await kept.query('SELECT 1 AS still')).toMatchObject({ ok: true });
  expect(await ended.query('SELECT 1 AS still')).toMatchObject({ ok: false });
  await Promise.all([kept.close(), ended.close(), opened.close()]);
  await script(connection, 'ALTER DATABASE directus RESET transaction_timeout');
});
