import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/index.js';
import { fakeTime } from '../support/authorized.js';
import type { Started } from '../support/gatebook.js';
import type { Project } from '../support/project.js';
import { journalSays, openProject, until } from '../support/project.js';

let project: Project;
beforeEach(async () => {
  project = await openProject();
});
afterEach(() => project.close());

const begin = (): Started => project.start('midway.yaml', '--run-id', 'one', '--json');
const during = (what: string): Promise<void> => until(what, () => journalSays(project, what));
const inC01 = '"command":"C-01","index":1';
const inTeardown = '"command":"C-02","index":0';
const reportOf = ({ stdout }: { readonly stdout: string }): Report => JSON.parse(stdout) as Report;
const stateOf = (report: Report, id: string): string | undefined =>
  [...report.commands, ...report.gates].find((one) => one.id === id)?.state;

describe('a control that is used while a run is at work', () => {
  test('the kill switch lets the action that has begun end, begins no other, and tears down', async () => {
    const run = begin();
    await during(inC01);
    expect(await project.call('disable', '--reason', 'stop')).toMatchObject({ code: 0 });
    const ended = await run.ended;
    expect(ended, ended.stderr).toMatchObject({ code: 8 });
    const report = reportOf(ended);
    expect(report).toMatchObject({ verdict: 'ABORTED', cause: { code: 'KILL_SWITCH', command: 'C-01' } });
    expect(await journalSays(project, '"command":"C-01","index":2')).toBe(false);
    expect(report.teardown.status).toBe('clean');
    expect(stateOf(report, 'G-04')).toBe('passed');
  });

  test('in teardown it stops nothing: what was made is destroyed, and the verdict stays', async () => {
    const run = begin();
    await during(inTeardown);
    expect(await project.call('disable', '--reason', 'stop')).toMatchObject({ code: 0 });
    const ended = await run.ended;
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    const report = reportOf(ended);
    expect(report).toMatchObject({ verdict: 'FAIL', teardown: { status: 'clean' } });
    expect(stateOf(report, 'C-02')).toBe('passed');
    expect((await project.run('quick.yaml')).code).toBe(6);
  });

  test('its folder replaced by a link: no further action, teardown all the same', async () => {
    const run = begin();
    await during(inC01);
    await symlink('/nonexistent', join(project.state, 'controls'));
    const ended = await run.ended;
    expect(ended, ended.stderr).toMatchObject({ code: 8 });
    expect(reportOf(ended)).toMatchObject({
      verdict: 'ABORTED',
      cause: { code: 'STATE_IO', message: expect.stringContaining('is not a folder') as string },
      teardown: { status: 'clean' },
    });
    await rm(join(project.state, 'controls'));
  });

  test('void is for what has ended: refused before teardown, in it, and not after', async () => {
    const run = begin();
    for (const when of [inC01, inTeardown]) {
      await during(when);
      const refused = await project.call('void', 'one', '--reason', 'in a hurry');
      expect(refused.stderr).toContain('[RUN_UNFINISHED]');
      expect(refused.code).toBe(6);
      expect((await project.call('teardown', 'one')).stderr).toContain('[RUN_ALIVE]');
    }
    expect((await run.ended).code).toBe(1);
    expect((await project.call('void', 'one', '--reason', 'now')).code).toBe(0);
  });
});

test.each(['-365d', '+365d'])(
  'a clock that jumps by %s during a run changes no duration, timeout, retry or evidence',
  async (jump) => {
    const folder = await mkdtemp(join(tmpdir(), 'gb-clock-'));
    const clock = join(folder, 'clock');
    await writeFile(clock, '+0');
    const { LD_PRELOAD = '' } = await fakeTime('+0');
    await project.close();
    project = await openProject(undefined, {
      LD_PRELOAD,
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
    const run = begin();
    await during(inC01);
    await writeFile(clock, jump);
    const ended = await run.ended;
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    const report = reportOf(ended);
    expect(Math.abs(Date.parse(report.run.ended_at) - Date.parse(report.run.started_at))).toBeGreaterThan(
      364 * 86_400_000,
    );
    const gate = (id: string) => report.gates.find((one) => one.id === id);
    for (const [ms, from, to] of [
      [report.run.duration_ms, 8_000, 30_000],
      [report.commands[0]?.duration_ms, 5_000, 20_000],
      [gate('G-02')?.duration_ms, 1_000, 5_000],
      [gate('G-03')?.duration_ms, 1_000, 5_000],
    ] as const) {
      expect(ms).toBeGreaterThanOrEqual(from);
      expect(ms).toBeLessThan(to);
    }
    expect(gate('G-02')).toMatchObject({ state: 'noted', attempts: 3 });
    const [listed] = await project.runs();
    expect(listed).toMatchObject({ state: 'sealed', verdict: 'FAIL' });
    expect(await project.verify(listed?.bundle ?? '')).toMatchObject({ code: 0 });
    await rm(folder, { recursive: true });
  },
);
