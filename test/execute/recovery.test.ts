import { describe, expect, test } from 'vitest';
import { refuse } from '../../src/execute/run.js';
import type { JournalRecord } from '../../src/model/event.js';
import { stage } from '../support/execution.js';
import type { Stage } from '../support/execution.js';

const sql = (word: string, target = 'a'): string => `sql: {target: ${target}, query: "select '${word}'"}`;
const gate = (id: string, word: string, more = ''): string =>
  `      ${id}: {title: t, probe: {${sql(word)}}, expect: {row_count: 1}${more}}\n`;

/** The run again, as its journal stood when the runner died: with this record as the last. */
async function recovered(
  staged: Stage,
  last: (event: JournalRecord) => boolean,
): ReturnType<Stage['recover']> {
  await staged.run();
  return staged.recover(staged.events().findIndex(last) + 1);
}
const ends = (staged: Stage): Record<string, string> =>
  Object.fromEntries(
    staged.events().flatMap((e): [string, string][] => {
      if (e.type === 'command_ended') return [[e.command, e.state]];
      return e.type === 'gate_ended' ? [[e.gate, e.state]] : [];
    }),
  );

test('a run that was refused, and whose runner died before it said so, is finished without a command', async () => {
  const staged = await stage(`commands:\n  C-01: {title: t, do: [{${sql('never')}}]}\n`);
  const cause = { kind: 'control', code: 'CLAIMED', command: null, gate: null, message: 'taken' } as const;
  await refuse(staged.execution, cause, 6, { offered: [], malformed: [] });
  const { ended, again } = await staged.recover(1);
  expect(staged.events()[0]?.type).toBe('run_refused');
  expect(ended).toMatchObject({ verdict: 'ABORTED', exitCode: 8, complete: true });
  expect([again.statements, ends(again)]).toEqual([[], { 'C-01': 'not_run' }]);
  expect(again.events().at(-1)).toMatchObject({ type: 'run_ended', teardown: 'not_needed' });
});

describe('what the runner was at when it died', () => {
  const body = `commands:
  C-01:
    title: t
    guards:
${gate('G-01', 'ok')}    do: [{${sql('one')}}, {${sql('two')}}]
    expectations:
${gate('G-02', 'three')}  C-02:
    title: t
    guards:
${gate('G-03', 'ok')}`;
  const untouched = { 'C-02': 'not_run', 'G-03': 'not_evaluated' };
  test('an action whose end is not on record may have happened: its command ends as unknown', async () => {
    const { again } = await recovered(await stage(body), (e) => e.type === 'action_intended');
    expect(ends(again)).toEqual({
      'G-01': 'passed',
      'C-01': 'unknown',
      'G-02': 'not_evaluated',
      ...untouched,
    });
  });
  test('between two actions nothing is unknown: its command ends as cancelled', async () => {
    const { again } = await recovered(await stage(body), (e) => e.type === 'action_ended');
    expect(ends(again)).toEqual({
      'G-01': 'passed',
      'C-01': 'cancelled',
      'G-02': 'not_evaluated',
      ...untouched,
    });
  });
  test('a gate that was being evaluated ends as cancelled', async () => {
    const { again } = await recovered(await stage(body), (e) => e.type === 'gate_started');
    expect(ends(again)).toEqual({
      ...{ 'G-01': 'cancelled', 'C-01': 'cancelled', 'G-02': 'not_evaluated' },
      ...untouched,
    });
    expect(again.statements).toEqual([]);
  });
});

describe('the teardown of a run whose runner died', () => {
  const body = `commands:
  C-01:
    title: t
    do: [{${sql('one')}, as: done}]
    expectations:
      G-01: {title: t, probe: {value: before}, expect: {equals: before}}
  C-02: {title: t, do: [{${sql('two')}}]}
teardown:
  C-03:
    title: t
    guards:
      G-02: {title: t, probe: {value: before}, expect: {unchanged_since: G-01}}
      G-03: {title: t, probe: {value: after}, expect: {unchanged_since: G-01}, on_fail: note}
    do: [{sql: {target: a, query: "select 'rows \${{ commands['C-01'].done.row_count }}'"}}]
`;
  test('knows what was observed and yielded before', async () => {
    const { again } = await recovered(
      await stage(body),
      (e) => e.type === 'action_intended' && e.command === 'C-02',
    );
    expect(ends(again)).toMatchObject({ 'G-02': 'passed', 'G-03': 'noted', 'C-03': 'passed' });
    expect(again.statements).toEqual(["select 'rows 1'"]);
  });
  test('is begun where it had not begun, and each of its commands runs once in all', async () => {
    const { again } = await recovered(
      await stage(body),
      (e) => e.type === 'command_ended' && e.command === 'C-03',
    );
    expect(again.statements).toEqual([]);
    expect(ends(again)).toMatchObject({ 'C-03': 'passed' });
  });
});

test('a command of teardown whose gates could not be evaluated has not passed', async () => {
  const body = `commands:
  C-01: {title: t, do: [{${sql('one')}}]}
  C-02: {title: t, guards: {G-01: {title: t, probe: {value: a}, expect: {equals: a}}}}
teardown:
  C-03: {title: t, expectations: {G-02: {title: t, probe: {value: a}, expect: {unchanged_since: G-01}}}}
`;
  const { again } = await recovered(await stage(body), (e) => e.type === 'action_intended');
  expect(ends(again)).toMatchObject({ 'G-02': 'not_evaluated', 'C-03': 'skipped' });
});

test('a target that a hard abort closed stays closed', async () => {
  const staged = await stage(`commands:
  C-01:
    title: t
    guards:
${gate('G-01', 'none', ', on_fail: hard-abort')}teardown:
  C-02: {title: t, do: [{${sql('never')}}, {${sql('still', 'b')}}]}
`);
  const { again } = await recovered(staged, (e) => e.type === 'embargo');
  expect(again.statements).toEqual(["select 'still'"]);
  expect(again.sessions).toEqual(['b']);
});

test('what had stopped the run before its runner died stays the cause', async () => {
  const staged = await stage(`commands:\n  C-01: {title: t, do: [{${sql('error')}}]}\n`);
  const { ended, again } = await recovered(staged, (e) => e.type === 'abort');
  expect(ended).toMatchObject({
    verdict: 'ABORTED',
    exitCode: 8,
    cause: { kind: 'action', command: 'C-01' },
  });
  expect(again.events().filter((e) => e.type === 'abort')).toHaveLength(1);
});

test('without any cause on record it is that the runner died', async () => {
  const staged = await stage(`commands:\n  C-01: {title: t, do: [{${sql('ok')}}]}\n`);
  const { ended } = await recovered(staged, (e) => e.type === 'command_started');
  expect(ended).toMatchObject({ verdict: 'ABORTED', exitCode: 8, cause: { kind: 'crash', code: 'CRASHED' } });
});

test('work on a server that outlived the runner is ended before anything else, whatever the cause', async () => {
  for (const [word, last] of [
    ['ok', 'action_intended'],
    ['error', 'abort'],
  ] as const) {
    const ended: string[] = [];
    const staged = await stage(
      `commands:\n  C-01: {title: t, do: [{${sql(word)}}]}\nteardown:\n  C-02: {title: t, do: [{${sql('torn')}}]}\n`,
      {
        endSessions: ({ connection: { database }, applicationPrefix: names }) => {
          ended.push(`${database} ${names}`);
          return Promise.resolve({ ok: true, value: 1 });
        },
      },
    );
    await staged.run();
    ended.length = 0;
    const { again } = await staged.recover(staged.events().findIndex((e) => e.type === last) + 1);
    expect(ended).toEqual(['a gatebook/run-1/C-', 'b gatebook/run-1/C-']);
    expect(again.statements).toEqual(["select 'torn'"]);
  }
});

test('work on a server that can not be reached any more is a cause, where a command may have begun it', async () => {
  const bound = { db: { via: 'url', production: true, standIn: false, identity: {} } } as const;
  const staged = await stage(`commands:\n  C-01: {title: t, do: [{${sql('error')}}]}\n`, { bound });
  const left = (of: Stage): number => of.events().filter((e) => e.type === 'cause_added').length;
  await staged.run();
  expect(left(staged), 'of a runner that lives').toBe(0);
  for (const [last, causes] of [
    ['run_started', 0],
    ['action_intended', 1],
  ] as const) {
    const { again } = await staged.recover(staged.events().findIndex((e) => e.type === last) + 1);
    expect(left(again), last).toBe(causes);
  }
});
