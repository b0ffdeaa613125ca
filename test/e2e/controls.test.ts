import { randomUUID } from 'node:crypto';
import { cp, readFile, rename, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/index.js';
import type { People } from '../support/approvers.js';
import { openPeople } from '../support/approvers.js';
import { projectRoot, startGatebook } from '../support/gatebook.js';
import type { Listed, Project } from '../support/project.js';
import { journalSays, openProject, until } from '../support/project.js';
import type { Session } from '../../src/ports/postgres.js';
import type { World } from '../support/server.js';
import { openSession, openWorld, startServer } from '../support/server.js';

let world: World;
let server: Awaited<ReturnType<typeof startServer>>;
let admin: Session;
let project: Project;
let people: People;

const sql = async (text: string): Promise<readonly Record<string, unknown>[]> => {
  const done = await admin.query(text);
  if (!done.ok) throw new Error(done.error.message);
  return done.value.rows;
};
const orders = async (): Promise<readonly unknown[]> =>
  (await sql('select amount from public.orders order by id')).map(({ amount }) => amount);
const open = async (): Promise<void> => {
  await sql('truncate public.orders restart identity');
  const url = `postgresql://writer@/shop?host=${encodeURIComponent(server.superuser.host)}&port=5432`;
  project = await openProject(join(projectRoot, 'test/fixtures/controls'), { DB_URL: url });
  people = openPeople(project, ['olga', 'anna', 'bert']);
};
const close = async (): Promise<void> => {
  await until('no process is left', async () => (await project.processes()).length === 0, 5000);
  await project.close();
};
beforeAll(async () => {
  world = await openWorld();
  const seed = 'test/fixtures/controls/production.sql';
  const text = await readFile(join(projectRoot, seed), 'utf8');
  server = await startServer(world, { database: 'shop', seed: [{ name: seed, sql: text }] });
  admin = await openSession(world, server.superuser);
});
afterAll(async () => {
  await admin.close();
  await world.sandboxes.destroy(server.handle);
  await world.close();
});

const approved = (...params: string[]) => people.approval('change.yaml', 'SG_1', 'anna', ...params);
const change = async (...params: string[]) =>
  project.start('change.yaml', ...params, ...(await approved(...params)), '--json');
const read = (...more: string[]) => project.run('read.yaml', '--json', ...more);
const embedded = (...more: string[]) => project.run('change.yaml', '--embedded', '--json', ...more);
const by = (who: string): readonly string[] => ['--as', who, '--key', people.key(who)];
const last = async (): Promise<Listed> => {
  const run = (await project.runs()).at(-1);
  if (run === undefined) throw new Error('there is no run');
  return run;
};
const levels = async () => {
  const { stdout } = await project.call('status', '--json');
  return (JSON.parse(stdout) as { levels: { available: boolean; engaged: boolean; detail: string }[] })
    .levels;
};

describe('level 0, by a person', () => {
  beforeEach(open);
  afterEach(close);

  test('refuses every run with a report, until it is released; twice says so', async () => {
    expect((await project.call('disable', '--reason', ' ')).code).toBe(2);
    expect((await project.call('disable', '--reason', 'a night off')).code).toBe(0);
    const again = await project.call('disable', '--reason', 'another');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toMatch(/already.*a night off/);
    for (const more of [[], ['--dry-run'], ['--embedded']]) {
      const refused = await read(...more);
      expect(refused, refused.stderr).toMatchObject({ code: 6 });
      expect(JSON.parse(refused.stdout)).toMatchObject({
        verdict: 'REFUSED',
        exit_code: 6,
        cause: {
          kind: 'control',
          code: 'KILL_SWITCH',
          message: expect.stringContaining('a night off') as string,
        },
      });
    }
    expect((await levels())[0]).toMatchObject({ available: true, engaged: true });
    expect(await project.call('enable')).toMatchObject({ code: 0 });
    expect((await levels())[0]).toMatchObject({ engaged: false, detail: '' });
    expect((await project.call('enable')).stderr).toContain('not engaged');
  });

  test('of rehearsals refuses rehearsals only', async () => {
    await project.call('disable', '--reason', 'no play', '--rehearsals');
    expect(await read('--embedded')).toMatchObject({ code: 6 });
    const live = await read();
    expect(live, live.stderr).toMatchObject({ code: 0 });
    expect((await project.call('enable')).stderr).toContain('rehearsals only');
  });

  test('one that cannot be read refuses: a control fails closed', async () => {
    await project.call('disable', '--reason', 'x');
    await writeFile(join(project.state, 'controls/kill-switch.production'), '{"scope":');
    expect(await read()).toMatchObject({ code: 6 });
    expect((await project.call('status')).code).toBe(4);
  });

  test('from another process, during a run: aborted before its next action, teardown, exit 8', async () => {
    const run = await change('--param', 'pause=4s');
    await until('the first change is made', () => journalSays(project, '"command":"C-03","index":0'));
    expect((await project.call('disable', '--reason', 'stop this')).code).toBe(0);
    const ended = await run.ended;
    expect(ended, ended.stderr).toMatchObject({ code: 8 });
    const report = JSON.parse(ended.stdout) as Report;
    expect(report).toMatchObject({
      verdict: 'ABORTED',
      exit_code: 8,
      cause: { kind: 'kill_switch', code: 'KILL_SWITCH', command: 'C-03' },
      compensation: { kill_switch: true, scope: 'production', recorded: ['order 1', 'second order —'] },
    });
    expect(report.cause?.message).toContain('stop this');
    expect(report.gates.find(({ id }) => id === 'G-03')?.state).toBe('passed');
    expect(await orders()).toEqual([1]);
    // A person's switch goes with a word; the one that the failure engaged does not.
    expect(await project.call('enable')).toMatchObject({ code: 6 });
    expect((await levels())[0]).toMatchObject({ engaged: true });
    expect(await project.call('enable', ...by('bert'))).toMatchObject({ code: 0 });
    expect((await levels())[0]).toMatchObject({ engaged: false });
  });
});

/** One change that goes wrong, and what becomes of it, in this order. */
describe('a live write that goes wrong', () => {
  let approval: readonly string[];
  let stderr: string;
  beforeAll(async () => {
    await open();
    approval = await approved('--param', 'amount=7');
    const ended = await wrong('one');
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    stderr = ended.stderr;
  });
  afterAll(close);
  const wrong = (id: string) =>
    project.run('change.yaml', '--run-id', id, '--param', 'amount=7', ...approval);

  test('the kill switch engages, the ids are recorded, nothing is restored, the slot is named', async () => {
    const run = await last();
    expect(await project.report(run)).toMatchObject({
      run: { mode: 'live' },
      verdict: 'FAIL',
      compensation: {
        kill_switch: true,
        scope: 'production',
        recorded: ['order 1', 'second order —'],
        escalate: 'SG_3',
      },
      verdict_lines: { compensation: 'kill switch ENGAGED; escalated to SG_3', result: 'FAIL' },
    });
    expect(await orders()).toEqual([7]);
    const markdown = await readFile(join(run.bundle, 'report.md'), 'utf8');
    expect(markdown).toContain('Nothing was restored and nothing deleted by itself');
    expect(await project.verify(run.bundle)).toMatchObject({ code: 0 });
  });

  test('stderr says what happened and what is next', () => {
    expect(stderr).toContain('COMPENSATION: a change of production was begun');
    expect(stderr).toContain('escalated to SG_3');
    const state = `--state ${project.state} `;
    expect(stderr).toContain(`gatebook enable --as WHO --key FILE ${state}`);
    expect(stderr).toContain(`next     gatebook void one --reason TEXT ${state}`);
  });

  test('only a signed statement of somebody who took no part releases the switch', async () => {
    const refused = await read();
    expect(refused, refused.stderr).toMatchObject({ code: 6 });
    expect(refused.stderr).toContain(
      `SG_3 releases it: gatebook enable --as WHO --key FILE --state ${project.state}`,
    );
    expect((await project.call('enable')).stderr).toContain('it takes a signed statement of SG_3');
    const file = join(project.root, 'statement');
    const written = await project.call('enable', ...by('bert'), '-o', file, '--reason', 'row 1 is kept');
    expect(written, written.stderr).toMatchObject({ code: 0 });
    const again = await project.call('enable', ...by('bert'), '-o', file);
    expect(again, 'nothing is written over').toMatchObject({ code: 4 });
    expect(again.stderr).toContain('OUTPUT_UNWRITABLE');
    const text = await readFile(file, 'utf8');
    const statement = JSON.parse(text) as { readonly state: string; readonly engaged_at: string };
    expect(statement).toMatchObject({ slot: 'SG_3', principal: 'bert', reason: 'row 1 is kept' });
    for (const [from, to, code] of [
      ['row 1 is kept', 'row 2 is kept', 'SIGNATURE_REFUSED'],
      ['"SG_3"', '"SG_1"', 'ENABLE_SLOT'],
      ['"bert"', '"anna"', 'SIGNER_KEY'],
      ['"one"', '"two"', 'ENABLE_OTHER_RUN'],
      [statement.state, randomUUID(), 'ENABLE_OTHER_RUN'],
      [statement.engaged_at, '2026-01-01T00:00:00.000Z', 'ENABLE_OTHER_RUN'],
      ['{', '{{', 'STATEMENT_MALFORMED'],
    ] as const) {
      await writeFile(join(project.root, 'forged'), text.replace(from, to));
      await writeFile(join(project.root, 'forged.sig'), await readFile(`${file}.sig`));
      const forged = await project.call('enable', '--statement', join(project.root, 'forged'));
      expect(forged.stderr).toContain(code);
      expect(forged.code).toBe(code === 'STATEMENT_MALFORMED' ? 3 : 6);
    }
    // She asked for the change, so she can't release what it engaged.
    const asker = await project.call('enable', ...by('olga'));
    expect(asker.stderr).toContain('ENABLE_BY_PARTY');
    expect(asker.code).toBe(6);
    // Nor under another name that the file gives to her key; nor may who ran it, whose name at the machine this is.
    const signers = join(project.folder, 'approvers/allowed_signers');
    const named = await readFile(signers, 'utf8');
    for (const [name, whose, says] of [
      ['olga-again', 'olga', 'signs with the key of olga'],
      ['anna-again', 'anna', 'signs with the key of anna'],
      [userInfo().username, 'bert', 'ran it'],
    ] as const) {
      const key = (await readFile(`${people.key(whose)}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
      await writeFile(signers, `${named}${name} ${key}\n`);
      const renamed = await project.call('enable', '--as', name, '--key', people.key(whose));
      await writeFile(signers, named);
      expect(renamed.stderr).toContain(says);
      expect(renamed.code).toBe(6);
    }
    // Whose signature counts is said by the project of the run, and not by the folder from which it is released.
    const elsewhere = join(project.root, 'elsewhere');
    await cp(project.folder, elsewhere, { recursive: true });
    await writeFile(join(elsewhere, 'approvers/allowed_signers'), named.replace(/^bert/m, 'eve'));
    const asEve = ['enable', '--as', 'eve', '--key', people.key('bert'), '--state', project.state];
    const stranger = await startGatebook(asEve, project.env, elsewhere).ended;
    expect(stranger.stderr).toContain('eve');
    expect(stranger.code).toBe(6);
    // Who took part stands in the journal: where it can't be read, anybody may have.
    const journal = join(project.reports, 'change/one/journal.jsonl');
    await rename(journal, `${journal}-away`);
    const unknown = await project.call('enable', '--statement', file);
    await rename(`${journal}-away`, journal);
    expect(unknown.stderr).toContain('may have run it');
    expect(unknown.code).toBe(6);
    expect((await levels())[0]).toMatchObject({ engaged: true });
    const released = await project.call('enable', '--statement', file);
    expect(released, released.stderr).toMatchObject({ code: 0 });
    expect((await levels())[0]).toMatchObject({ engaged: false });
  });

  test('level 2: the target stays claimed, for every runbook, however often it is torn down', async () => {
    const one = (await project.runs()).find(({ id }) => id === 'one');
    expect(one).toMatchObject({ holds: true, void: null });
    expect((await levels())[2]?.detail).toContain('one still holds a target');
    expect(await project.call('teardown', 'one')).toMatchObject({ code: 0 });
    // Not even where its evidence was put away.
    const bundle = join(project.reports, 'change/one');
    await rename(bundle, `${bundle}-away`);
    expect(await project.call('teardown', 'one')).toMatchObject({ code: 5 });
    await rename(`${bundle}-away`, bundle);
    const refused = await read('--run-id', 'refused');
    expect(refused, refused.stderr).toMatchObject({ code: 6 });
    expect(JSON.parse(refused.stdout)).toMatchObject({ verdict: 'REFUSED', cause: { code: 'CLAIMED' } });
    expect(refused.stderr).toContain('gatebook void one');
    // What changes no production goes on.
    for (const only of ['--embedded', '--dry-run']) {
      const looked = await read(only);
      expect(looked, looked.stderr).toMatchObject({ code: 0 });
    }
  });

  test('level 2: void gives it back; the evidence stays, and says so; twice says so', async () => {
    const bundle = join(project.reports, 'change/one');
    const before = await readFile(join(bundle, 'SHA256SUMS'));
    expect((await project.call('void', 'no-such-run', '--reason', 'x')).code).toBe(2);
    const done = await project.call('void', 'one', '--reason', 'order 1 was taken back by hand');
    expect(done, done.stderr).toMatchObject({ code: 0 });
    const note = JSON.parse(await readFile(join(bundle, 'annotations/001.json'), 'utf8')) as unknown;
    expect(note).toMatchObject({ text: 'The run is void: order 1 was taken back by hand', run: 'one' });
    const twice = await project.call('void', 'one', '--reason', 'again');
    expect(twice).toMatchObject({ code: 0 });
    expect(twice.stderr).toMatch(/already.*order 1 was taken back by hand/);
    const listed = (await project.runs()).find(({ id }) => id === 'one');
    expect(listed).toMatchObject({ holds: false, void: 'order 1 was taken back by hand', verdict: 'FAIL' });
    expect((await project.call('runs')).stdout).toContain('VOID (order 1 was taken back by hand)');
    expect(await readFile(join(bundle, 'SHA256SUMS'))).toEqual(before);
    expect(await project.verify(bundle)).toMatchObject({ code: 0 });
    // What was done already is not advised again.
    expect((await project.call('teardown', 'one')).stderr).toMatch(/^nothing of one is left\nreport .*\n$/);
    expect((await levels())[2]).toMatchObject({ engaged: true, detail: '1 run void' });
    expect(await read()).toMatchObject({ code: 0 });
  });

  test('level 2: an approval stays used, a run id is never used again', async () => {
    const used = await wrong('two');
    expect(used.stderr).toContain('was used by run one');
    expect(used.code).toBe(6);
    const again = await wrong('one');
    expect(again.stderr).toContain('RUN_ID_USED');
    expect(again.code).toBe(6);
    expect(await orders()).toEqual([7]);
  });
});

describe('what engages it, and what does not', () => {
  beforeEach(open);
  afterEach(close);

  test('a change that is right engages nothing and gives everything back', async () => {
    const right = await (await change()).ended;
    expect(right, right.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(right.stdout)).toMatchObject({ compensation: null });
    expect(await orders()).toEqual([1, 2]);
    expect((await levels())[0]).toMatchObject({ engaged: false });
    expect(await last()).toMatchObject({ holds: false });
  });

  test('in a rehearsal it engages for rehearsals only, and takes no statement', async () => {
    const ended = await embedded('--param', 'amount=7');
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      run: { mode: 'rehearsal' },
      compensation: { kill_switch: true, scope: 'rehearsal', recorded: ['order 1', 'second order —'] },
    });
    expect(await embedded()).toMatchObject({ code: 6 });
    expect(await read('--dry-run')).toMatchObject({ code: 0 });
    expect(await project.call('enable')).toMatchObject({ code: 0 });
    expect((await levels())[0]).toMatchObject({ engaged: false });
    // Nor one that was killed.
    const killed = project.start('change.yaml', '--embedded', '--param', 'pause=100s');
    await until('the change is made', () => journalSays(project, '"command":"C-03","index":0'));
    killed.kill('SIGKILL');
    await killed.ended;
    const { id } = await last();
    expect((await project.call('teardown', id)).code).toBe(0);
    expect(await project.report(await last())).toMatchObject({
      compensation: { kill_switch: true, scope: 'rehearsal' },
    });
  });

  test('a runner that dies after the change: its teardown does the same', async () => {
    const run = await change('--param', 'pause=100s');
    await until('the first change is made', () => journalSays(project, '"command":"C-03","index":0'));
    run.kill('SIGKILL');
    await run.ended;
    const { id } = await last();
    const unfinished = await project.call('void', id, '--reason', 'too early');
    expect(unfinished.stderr).toContain(`gatebook teardown ${id} --state ${project.state} `);
    expect(unfinished.code).toBe(6);
    const torn = await project.call('teardown', id);
    expect(torn, torn.stderr).toMatchObject({ code: 0 });
    expect(torn.stderr).toMatch(/next {5}SG_3 decides/);
    expect(await project.report(await last())).toMatchObject({
      verdict: 'ABORTED',
      exit_code: 8,
      cause: { kind: 'crash' },
      compensation: { kill_switch: true, recorded: ['order 1', 'second order —'], escalate: 'SG_3' },
    });
    expect(await last()).toMatchObject({ holds: true });
    expect(await read()).toMatchObject({ code: 6 });
    expect(await orders()).toEqual([1]);
  });
});
