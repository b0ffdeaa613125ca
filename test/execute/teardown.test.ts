import { describe, expect, test } from 'vitest';
import type { World } from '../../src/execute/context.js';
import { stage } from '../support/execution.js';
import type { Stage } from '../support/execution.js';

const sql = (word: string, target = 'a'): string => `sql: {target: ${target}, query: "select '${word}'"}`;
const causes = (staged: Stage): unknown[] =>
  staged.events().flatMap((e) => (e.type === 'cause_added' ? [e.cause] : []));

describe('sessions of the run on its servers', () => {
  const body = (word: string): string =>
    `commands:\n  C-01: {title: t, do: [{${sql(word)}}]}\nteardown:\n  C-02: {title: t, do: [{${sql('torn')}}]}\n`;
  test('are ended on each server before the teardown of a run that was stopped', async () => {
    const order: string[] = [];
    const staged: Stage = await stage(body('error'), {
      endSessions: ({ database }) => {
        order.push(`${database} after ${staged.statements.length}`);
        return Promise.resolve({ ok: true, value: 1 });
      },
    });
    expect(await staged.run()).toMatchObject({ verdict: 'FAIL', exitCode: 1 });
    expect(order).toEqual(['a after 1', 'b after 1']);
    expect(staged.statements).toHaveLength(2);
    expect(causes(staged)).toEqual([]);
  });
  test('are left alone after a run that came to its end', async () => {
    let asked = 0;
    const endSessions: World['postgres']['endSessions'] = () => {
      asked += 1;
      return Promise.resolve({ ok: true, value: 0 });
    };
    const staged = await stage(body('ok'), { endSessions });
    expect(await staged.run()).toMatchObject({ verdict: 'PASS' });
    expect(asked).toBe(0);
  });
  test('that can not be proved gone are a cause, and the teardown goes on', async () => {
    const staged = await stage(body('error'), {
      endSessions: () => Promise.resolve({ ok: false, error: { code: 'UNREACHABLE', message: 'no route' } }),
    });
    await staged.run();
    expect(causes(staged)).toMatchObject([
      { code: 'SESSIONS_LEFT', message: expect.stringMatching(/ a could not.*no route/) as string },
      { code: 'SESSIONS_LEFT', message: expect.stringMatching(/ b could not.*no route/) as string },
    ]);
    expect(staged.statements).toContain("select 'torn'");
  });
});

describe('the search for secrets in the evidence', () => {
  const body = `commands:\n  C-01: {title: t, do: [{${sql('ok')}}]}\n`;
  test('fails the run that passed otherwise where it finds one, named by its place', async () => {
    const staged = await stage(body, {
      scan: () =>
        Promise.resolve({
          ok: true,
          value: { filesScanned: 3, hits: [{ file: 'logs/C-01.log', line: 7, kind: 'private key' }] },
        }),
    });
    expect(await staged.run()).toMatchObject({
      verdict: 'FAIL',
      exitCode: 1,
      cause: { kind: 'leak', code: 'LEAK', message: expect.stringContaining('logs/C-01.log:7') as string },
    });
    expect(staged.rebuilt().leaks).toBe(1);
  });
  test('fails the run where it could not be made', async () => {
    const staged = await stage(body, {
      scan: () => Promise.resolve({ ok: false, error: { code: 'SCAN_IO', message: 'EACCES' } }),
    });
    expect(await staged.run()).toMatchObject({ verdict: 'FAIL', exitCode: 1, cause: { code: 'SCAN_IO' } });
  });
});

test('commands of teardown are not run once the operator leaves it; what the ledger holds is swept', async () => {
  const staged = await stage(
    `commands:
  C-01: {title: t, do: [{mkdir: {path: /run-work/one}, as: one}]}
teardown:
  C-02: {title: t, do: [{${sql('first')}}]}
  C-03:
    title: t
    do: [{${sql('never')}}]
    expectations:
      G-01: {title: t, probe: {${sql('never')}}, expect: {row_count: 1}}
`,
    {
      watch: (event, { patience }) => {
        if (event.type === 'command_ended' && event.command === 'C-02') patience.abort();
      },
    },
  );
  await staged.run();
  expect(staged.statements).toEqual(["select 'first'"]);
  expect(staged.destroyed).toEqual(['one']);
  expect(Object.fromEntries(staged.execution.recorder.state.commands)).toEqual({
    'C-01': 'passed',
    'C-02': 'passed',
    'C-03': 'not_run',
  });
  expect(staged.rebuilt().gates.get('G-01' as never)?.state).toBe('not_evaluated');
});
