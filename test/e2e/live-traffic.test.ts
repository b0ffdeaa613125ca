import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Folders, Started } from '../support/gatebook.js';
import { lastBundle, openFolders, options, startGatebook } from '../support/gatebook.js';
import type { Production } from '../support/production.js';
import { publicKeyring, startProduction } from '../support/production.js';
import type { World } from '../support/server.js';
import { openSession, openWorld } from '../support/server.js';

const runbook = 'test/fixtures/traffic/traffic.yaml';
const seed = 'runbooks/embedded/production.sql';
let world: World;
let production: Production;
let keyring: Awaited<ReturnType<typeof publicKeyring>>;
let folders: Folders;

beforeAll(async () => {
  world = await openWorld();
  production = await startProduction(world, seed, 'directus');
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

const configured = (of = production): Record<string, string> => ({
  PROD_DATABASE_URL: of.url('the_reader'),
  PROD_SYSTEM_IDENTIFIER: of.server.systemIdentifier,
  BACKUP_GPG_FPR: keyring.fingerprint,
  GNUPGHOME: keyring.home,
});
const start = (where = folders, of = production, ...more: readonly string[]): Started =>
  startGatebook(['run', runbook, ...options(where), ...more], configured(of));
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let i = 0; i < 1500; i++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not come to that');
};
const admin = async (text: string, of = production): Promise<readonly Record<string, unknown>[]> => {
  const done = await of.admin.query(text);
  if (!done.ok) throw new Error(done.error.message);
  return done.value.rows;
};
const claimed = async (): Promise<boolean> =>
  (await admin(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted`)).length > 0;
const artifacts = async (): Promise<readonly string[]> => {
  const names = await readdir(join(folders.state, 'artifacts'), { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith('.gpg'));
};

describe('one run on a database at a time', () => {
  test('a second, from another state folder, is refused until the first has ended', async () => {
    const elsewhere = await openFolders();
    const first = start();
    await until(claimed);
    const second = await start(elsewhere).ended;
    expect(second, second.stderr).toMatchObject({ code: 6 });
    expect(await claimed()).toBe(true);
    expect((await lastBundle(elsewhere, 'traffic')).report).toMatchObject({
      verdict: 'REFUSED',
      cause: { code: 'CLAIMED' },
    });
    expect(await first.ended).toMatchObject({ code: 0 });
    expect(await claimed()).toBe(false);
    await elsewhere.close();
  });

  test('a killed run claims nothing on the server; here its claim stays until its teardown', async () => {
    const killed = start();
    await until(() => killed.output().includes('C-04'));
    killed.kill('SIGKILL');
    await killed.ended;
    await until(async () => !(await claimed()));
    const [id = ''] = await readdir(join(folders.reports, 'traffic'));
    const refused = await start().ended;
    expect(refused, refused.stderr).toMatchObject({ code: 6 });
    expect(refused.stderr).toContain(`gatebook teardown ${id}`);
    const torn = await startGatebook(['teardown', id, '--state', folders.state], configured()).ended;
    expect(torn, torn.stderr).toMatchObject({ code: 0 });
    expect(torn.stderr).toMatch(/^C-10 \w/m);
    expect(torn.stderr).toMatch(/^ {2}ok {4}gone {2}work$/m);
    expect(await artifacts()).toEqual([]);
    const next = await start().ended;
    expect(next, next.stderr).toMatchObject({ code: 0 });
  });

  test('the claim outlasts an abort, until teardown is over', async () => {
    const stopped = start();
    await until(() => stopped.output().includes('C-04'));
    stopped.kill('SIGTERM');
    await until(() => stopped.output().includes('C-10'));
    expect(await claimed()).toBe(true);
    expect(await stopped.ended).toMatchObject({ code: 143 });
    await until(async () => !(await claimed()));
  });
});

test('--dry-run looks and takes nothing, not even the claim', async () => {
  const elsewhere = await openFolders();
  const live = start(elsewhere);
  await until(claimed);
  const dry = startGatebook(['run', runbook, '--dry-run', ...options(folders)], configured());
  const ended = await dry.ended;
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  expect(await claimed(), 'the live run went on meanwhile').toBe(true);
  const { report } = await lastBundle(folders, 'traffic');
  expect(report).toMatchObject({ verdict: 'DRY-RUN', run: { mode: 'dry-run' } });
  expect(report.gates.map(({ state }) => state)).toContain('passed');
  expect(await artifacts()).toEqual([]);
  expect(await live.ended).toMatchObject({ code: 0 });
  await elsewhere.close();
});

describe('a database at work', () => {
  test('rows that come and sequences that move during the backup make no difference', async () => {
    const writer = await openSession(world, production.server.superuser);
    const count = async () =>
      Number((await admin('SELECT count(*)::int AS n FROM public.iu_lifecycle_log'))[0]?.['n']);
    const before = await count();
    const run = start(folders, production, '--param', 'restored=true');
    let writing = true;
    void run.ended.then(() => (writing = false));
    await until(() => run.output().includes('C-07'));
    while (writing && !run.output().includes('C-08')) {
      const written = await writer.query(
        `INSERT INTO public.iu_lifecycle_log (unit_id, event, actor, happened_at)
         SELECT unit_id, 'reviewed', 'traffic', now() FROM public.information_unit LIMIT 20`,
      );
      expect(written).toMatchObject({ ok: true });
    }
    await writer.close();
    const ended = await run.ended;
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    const { report } = await lastBundle(folders, 'traffic');
    const gate = report.gates.find(({ id }) => id === 'G-22');
    const tables = (gate?.observed as { tables: { table: string; count: number; expected_count: number }[] })
      .tables;
    const log = tables.find(({ table }) => table === 'public.iu_lifecycle_log');
    expect(log?.count).toBe(log?.expected_count);
    expect(log?.count).toBeGreaterThan(before);
    expect(log?.count).toBeLessThan(await count());
  });

  test('a role whose sessions the server ends when idle', async () => {
    for (const name of ['idle_in_transaction_session_timeout', 'statement_timeout', 'idle_session_timeout'])
      await admin(`ALTER ROLE the_reader SET ${name} = '1s'`);
    const run = start();
    await Promise.race([until(() => run.output().includes('C-09')), run.ended]);
    expect(await claimed(), run.output()).toBe(true);
    const ended = await run.ended;
    await admin('ALTER ROLE the_reader RESET ALL');
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
  });

  test('a lock that goes is waited for; one that stays is a failure with its name, and no artifact', async () => {
    const migration = await openSession(world, production.server.superuser, { statementTimeoutMs: 60_000 });
    const lock = async () => {
      await migration.query('BEGIN');
      await migration.query('LOCK TABLE public.information_unit IN ACCESS EXCLUSIVE MODE');
    };
    const passing = start();
    await until(() => passing.output().includes('C-06'));
    await lock();
    await until(() => passing.output().includes('G-17'));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await migration.query('ROLLBACK');
    expect(await passing.ended).toMatchObject({ code: 0 });

    const elsewhere = await openFolders();
    await lock();
    const failing = await start(elsewhere).ended;
    await migration.close();
    expect(failing, failing.stderr).toMatchObject({ code: 1 });
    const { report } = await lastBundle(elsewhere, 'traffic');
    expect(report).toMatchObject({ verdict: 'FAIL', cause: { command: 'C-07', code: 'TIMEOUT' } });
    expect(await readdir(join(elsewhere.state, 'artifacts'), { recursive: true })).not.toContainEqual(
      expect.stringMatching(/gpg$/),
    );
    await elsewhere.close();
  });
});

describe('a database that goes away', () => {
  test.each([
    [
      'the session that holds the snapshot',
      `query NOT LIKE 'COPY%' AND query NOT LIKE '%advisory%' AND application_name LIKE 'gatebook/2%/C-07' AND pid <> pg_backend_pid()`,
    ],
    ['pg_dump', `query LIKE 'COPY%' AND application_name LIKE 'gatebook/2%/C-07%'`],
  ])('%s is ended: failure, nothing is kept', async (_, which) => {
    // Rows enough for the dump to be caught at work.
    await admin(`INSERT INTO public.iu_lifecycle_log (unit_id, event, actor, happened_at, detail)
      SELECT unit_id, 'reviewed', 'bulk', now(), jsonb_build_object('text', repeat(md5(n::text), 30))
      FROM (SELECT unit_id FROM public.information_unit LIMIT 1) u, generate_series(1, 120000) n`);
    const run = start();
    await until(() => run.output().includes('G-17'));
    await until(
      async () =>
        (await admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${which}`)).length > 0,
    );
    const ended = await run.ended;
    await admin(`DELETE FROM public.iu_lifecycle_log WHERE actor = 'bulk'`);
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    const { report } = await lastBundle(folders, 'traffic');
    expect(report).toMatchObject({
      verdict: 'FAIL',
      cause: { command: 'C-07' },
      teardown: { status: 'clean' },
    });
    expect(await artifacts()).toEqual([]);
  });

  test('the whole server: failure, teardown, no hang', async () => {
    const mortal = await startProduction(world, seed, 'directus');
    const run = start(folders, mortal);
    await until(() => run.output().includes('C-05'));
    await mortal.close();
    const ended = await run.ended;
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    const { report } = await lastBundle(folders, 'traffic');
    expect(report).toMatchObject({ verdict: 'FAIL', teardown: { status: 'clean' } });
    expect(report.verdict_lines['production']).toBe('NOT CONFIRMED');
  });
});
