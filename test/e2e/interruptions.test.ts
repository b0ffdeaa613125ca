import { execFileSync } from 'node:child_process';
import { appendFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { projectRoot, startGatebook } from '../support/gatebook.js';
import { asleep, closeEmpty, journalSays, openProject, until } from '../support/project.js';
import type { Project } from '../support/project.js';
import type { Production } from '../support/production.js';
import { startProduction } from '../support/production.js';
import type { World } from '../support/server.js';
import { openWorld } from '../support/server.js';

let project: Project;
beforeEach(async () => {
  project = await openProject();
});
afterEach(() => closeEmpty(project));

interface Told {
  readonly run: { readonly started_at: string; readonly ended_at: string; readonly duration_ms: number };
}
const only = async () => {
  const [run] = await project.runs();
  if (run === undefined) throw new Error('there is no run');
  return run;
};

describe('a signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends the program and its children, teardown follows, exit %i', async (signal, code) => {
    const run = project.start('slow.yaml');
    await asleep(project);
    const sent = performance.now();
    run.kill(signal);
    expect((await run.ended).code).toBe(code);
    expect(performance.now() - sent).toBeLessThan(15_000);
    const report = await project.report(await only());
    expect(report).toMatchObject({
      verdict: 'ABORTED',
      exit_code: code,
      cause: { kind: 'signal', code: signal },
    });
    expect(report.gates.find(({ id }) => id === 'G-02')?.state).toBe('passed');
  });

  test('before C-01, a report is written all the same', async () => {
    const run = project.start('sandboxed.yaml');
    await until('it is registered', () => journalSays(project, 'run_planned'));
    run.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect(await only()).toMatchObject({ state: 'sealed', verdict: 'ABORTED' });
  });

  test('during a query in a throwaway server: the server is gone', async () => {
    const run = project.start('sandboxed.yaml');
    await until('the query runs', () => journalSays(project, '"command":"C-02","index":0'));
    run.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect((await project.report(await only())).teardown).toMatchObject({ status: 'clean' });
  });

  test("a second doesn't stop the teardown", async () => {
    const run = project.start('torn.yaml');
    await until('teardown', () => journalSays(project, 'teardown_started'));
    run.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    run.kill('SIGINT');
    const ended = await run.ended;
    expect(ended.stderr).toContain('teardown goes on');
    expect(ended.code).toBe(130);
    expect((await only()).state).toBe('sealed');
  });

  test('a third within two seconds leaves: exit 5, and teardown goes on later', async () => {
    const run = project.start('torn.yaml');
    await until('teardown', () => journalSays(project, 'teardown_started'));
    for (let i = 0; i < 3; i++) {
      run.kill('SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const ended = await run.ended;
    expect(ended.code).toBe(5);
    const { id, state } = await only();
    expect(ended.stderr).toMatch(new RegExp(`next {5}gatebook teardown ${id} .*\n$`));
    expect(state).toBe('unfinished');
    expect((await project.call('teardown', id)).code).toBe(0);
  });
});

describe('a query on a server that outlives the run', () => {
  let world: World;
  let production: Production;
  beforeAll(async () => {
    world = await openWorld();
    production = await startProduction(world, 'test/fixtures/e2e/production.sql', 'shop');
  });
  afterAll(async () => {
    await production.close();
    await world.close();
  });
  beforeEach(async () => {
    await project.close();
    project = await openProject(undefined, { DB_URL: production.url('the_reader') });
  });
  const backends = async (): Promise<number> => {
    const found = await production.admin.query(
      `select count(*)::int4 as n from pg_stat_activity where application_name like 'gatebook/%' and pid <> pg_backend_pid()`,
    );
    if (!found.ok) throw new Error(found.error.message);
    return Number(found.value.rows[0]?.['n']);
  };
  const querying = (): Promise<void> =>
    until('the query runs on the server', async () => {
      const found = await production.admin.query(
        `select 1 from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'`,
      );
      return found.ok && found.value.rowCount > 0;
    });

  test('a signal ends it there', async () => {
    const run = project.start('live.yaml');
    await querying();
    run.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    await until('no backend is left', async () => (await backends()) === 0, 2000);
  });

  test('kill -9 leaves it there, and teardown ends it', async () => {
    const run = project.start('live.yaml');
    await querying();
    run.kill('SIGKILL');
    await run.ended;
    await sleep(1500);
    expect((await project.call('teardown', (await only()).id)).code).toBe(0);
    await until('no backend is left', async () => (await backends()) === 0, 2000);
    const { bundle } = await only();
    expect(await only()).toMatchObject({ state: 'sealed', verdict: 'ABORTED' });
    // The window is that of the whole run, not of its teardown alone.
    const { run: told } = JSON.parse(await readFile(join(bundle, 'report.json'), 'utf8')) as Told;
    const window = Date.parse(told.ended_at) - Date.parse(told.started_at);
    expect(told.duration_ms).toBeGreaterThanOrEqual(window - 50);
  });

  test('teardown ends it as the role that left it, whose password is configured as it was for the run', async () => {
    await production.admin.script(`CREATE ROLE the_other LOGIN PASSWORD 'of-the-other'`);
    await project.close();
    project = await openProject(undefined, { DB_URL: production.url('the_reader'), OTHER: 'of-the-other' });
    const path = join(project.folder, 'live.yaml');
    const other = `secrets: {other: {env: OTHER}}\ntargets:\n  other: {postgres: {of: db, user: the_other, password: "\${{ secrets.other }}"}}`;
    const written = await readFile(path, 'utf8');
    await writeFile(
      path,
      written.replace('targets:', other).replace('sql: {target: db', 'sql: {target: other'),
    );
    const run = project.start('live.yaml');
    await querying();
    run.kill('SIGKILL');
    await run.ended;
    const torn = await project.call('teardown', (await only()).id);
    expect(torn.code, torn.stderr).toBe(0);
    expect(await backends()).toBe(0);
  });

  test('and where the server cannot be reached, says so, exit 5, and stays listed until it is proved gone', async () => {
    const run = project.start('live.yaml');
    await querying();
    run.kill('SIGKILL');
    await run.ended;
    const { id } = await only();
    const teardown = (env: Readonly<Record<string, string>>) =>
      startGatebook(['teardown', id, '--state', project.state], env, project.folder).ended;
    const { DB_URL: _, ...without } = project.env;
    for (let time = 0; time < 2; time++) {
      const torn = await teardown(without);
      expect(torn.code, torn.stderr).toBe(5);
      expect(torn.stderr).toContain("sessions on db: not proved gone: it can't be reached from here");
      expect(torn.stderr).not.toContain('nothing of');
      expect(await backends()).toBe(1);
      expect(await only()).toMatchObject({ state: 'incomplete', verdict: 'ABORTED' });
    }
    const torn = await teardown(project.env);
    expect(torn.code, torn.stderr).toBe(0);
    expect(await backends()).toBe(0);
    expect(await only()).toMatchObject({ state: 'sealed', verdict: 'ABORTED' });
    expect((await project.verify((await only()).bundle)).code).toBe(0);
  });
});

test.each(['death-signal', 'process-group'])(
  'a signal ends children and grandchildren under containment %s too',
  async (mode) => {
    await project.close();
    project = await openProject(undefined, { GATEBOOK_CONTAINMENT: mode });
    const run = project.start('slow.yaml');
    await asleep(project);
    run.kill('SIGTERM');
    expect((await run.ended).code).toBe(143);
    expect((await project.report(await only())).run.containment).toBe(mode);
  },
);

describe('kill -9', () => {
  /** As a person would go on: it is listed, torn down, and tearing down again changes nothing. */
  const goOn = async (of: Project, id: string): Promise<string> => {
    const torn = await of.call('teardown', id);
    expect(torn.stderr).not.toMatch(/^\s+at /m);
    expect(torn.code, torn.stderr).toBe(0);
    const [run] = (await of.runs()).filter((r) => r.id === id);
    if (run === undefined) throw new Error(`${id} is gone from the list`);
    expect(await of.processes()).toEqual([]);
    expect(await of.leftovers()).toEqual([]);
    if (run.state === 'not_begun') return torn.stderr;
    expect(run.state).toBe('sealed');
    expect((await of.verify(run.bundle)).code).toBe(0);
    const before = execFileSync('sha256sum', [
      join(run.bundle, 'SHA256SUMS'),
      join(run.bundle, 'journal.jsonl'),
    ]);
    expect((await of.call('teardown', id)).code).toBe(0);
    expect(
      execFileSync('sha256sum', [join(run.bundle, 'SHA256SUMS'), join(run.bundle, 'journal.jsonl')]),
    ).toEqual(before);
    return torn.stderr;
  };

  test('while a program runs: listed as unfinished, its claim stays, recorded as ABORTED, 8', async () => {
    const run = project.start('slow.yaml');
    await asleep(project);
    run.kill('SIGKILL');
    await run.ended;
    await until('its children died with it', async () => (await project.processes()).length === 0, 5000);
    const { id, state, verdict, bundle } = await only();
    expect([state, verdict]).toEqual(['unfinished', null]);
    expect((await project.run('slow.yaml')).code).toBe(6);
    // As it is where the machine died in the midst of a line.
    await appendFile(join(bundle, 'journal.jsonl'), '{"seq":99,"type":"action_en');
    const said = await goOn(project, id);
    expect(said).toMatch(new RegExp(`^slow · .+\nrun ${id} · plan .+\nSTOP\\.`));
    expect(said).toMatch(/^C-01 unknown: the runner died · 1 gate$/m);
    expect(said).toMatch(/^ {2}ok {4}gone {2}work$/m);
    expect(await project.report(await only())).toMatchObject({
      verdict: 'ABORTED',
      exit_code: 8,
      cause: { kind: 'crash' },
      // Nobody measured how long it took.
      commands: [{ id: 'C-01', state: 'unknown', duration_ms: null }, {}],
    });
  });

  test('before its first record: nothing is held back on the disk for it any more', async () => {
    expect((await project.run('quick.yaml')).code).toBe(0);
    const { id, bundle } = await only();
    for (const name of await readdir(bundle)) await rm(join(bundle, name), { recursive: true });
    for (const name of ['journal.jsonl', 'journal.jsonl.reserve']) await writeFile(join(bundle, name), '');
    await rm(join(project.state, 'runs', `${id}.cleared`), { force: true });
    expect((await only()).state).toBe('unfinished');
    await goOn(project, id);
    expect((await only()).state).toBe('not_begun');
    expect(await readdir(bundle)).toEqual(['journal.jsonl']);
  });

  test('of a teardown before its turn had a name: what it leaves is no turn, whatever its name', async () => {
    const run = project.start('slow.yaml');
    await asleep(project);
    run.kill('SIGKILL');
    await run.ended;
    const { id } = await only();
    const turns = join(project.state, 'turns', id);
    await mkdir(turns, { recursive: true, mode: 0o700 });
    // As a number this is a whole one.
    await writeFile(join(turns, '.1234567812345e13'), '');
    await goOn(project, id);
  });

  test('a run that is alive is not torn down by another', async () => {
    const run = project.start('slow.yaml');
    await asleep(project);
    expect((await only()).state).toBe('running');
    expect((await project.call('teardown', (await only()).id)).code).toBe(6);
    run.kill('SIGTERM');
    expect((await run.ended).code).toBe(143);
  });

  test('of several teardowns at once one works, the others are refused, and none does it again', async () => {
    const run = project.start('slow.yaml');
    await asleep(project);
    run.kill('SIGKILL');
    await run.ended;
    const { id } = await only();
    const ended = await Promise.all([1, 2, 3, 4].map(() => project.call('teardown', id)));
    for (const { code, stderr } of ended) expect([0, 6], stderr).toContain(code);
    expect(ended.some(({ code }) => code === 0)).toBe(true);
    const journal = await readFile(join((await only()).bundle, 'journal.jsonl'), 'utf8');
    expect(journal.match(/"type":"recovery_started"/g)).toHaveLength(1);
    await goOn(project, id);
  });

  test('at any instant of a small run', async () => {
    for (let ms = 120; ms <= 900; ms += 65) {
      const run = project.start('verbose.yaml');
      await new Promise((resolve) => setTimeout(resolve, ms));
      run.kill('SIGKILL');
      await run.ended;
      for (const { id, state } of await project.runs()) if (state === 'unfinished') await goOn(project, id);
    }
    expect((await project.run('verbose.yaml')).code).toBe(0);
  }, 120_000);

  test('at any instant of a backup and its restore', async () => {
    const whole = await openProject(projectRoot === '' ? '' : join(projectRoot, 'test/fixtures/valid'));
    await cp(
      join(projectRoot, 'test/fixtures/e2e/production.sql'),
      join(whole.folder, 'runbooks/embedded/production.sql'),
    );
    for (const ms of [500, 1100, 1700, 2300, 2900, 3500, 4300]) {
      const run = whole.start('restore-rehearsal.yaml', '--param', 'min_free=1MiB');
      await new Promise((resolve) => setTimeout(resolve, ms));
      run.kill('SIGKILL');
      await run.ended;
      for (const { id, state } of await whole.runs()) if (state === 'unfinished') await goOn(whole, id);
    }
    await whole.close();
  }, 150_000);
});

test('the output of a program that was stopped is kept, redacted and whole, in logs/', async () => {
  const run = project.start('slow.yaml');
  await asleep(project);
  await new Promise((resolve) => setTimeout(resolve, 300));
  run.kill('SIGINT');
  await run.ended;
  const { bundle } = await only();
  expect(await readFile(join(bundle, 'logs/C-01.2.stdout.log'), 'utf8').catch(() => 'absent')).toContain(
    'sleeping',
  );
});
