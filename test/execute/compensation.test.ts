import { describe, expect, test } from 'vitest';
import { stage } from '../support/execution.js';
import type { Stage } from '../support/execution.js';

const sql = (word: string, target = 'a'): string => `sql: {target: ${target}, query: "select '${word}'"}`;
const gate = (id: string, word: string, more = ''): string =>
  `      ${id}: {title: t, probe: {${sql(word)}}, expect: {row_count: 1}${more}}\n`;
const changing = (id: string, word: string, more = ''): string =>
  `  ${id}: {title: t, effect: change, do: [{${sql(word)}, as: done${more}}]}\n`;
const checking = (id: string, gateId: string, word: string, more = ''): string =>
  `  ${id}:\n    title: t\n    guards:\n${gate(gateId, word, more)}`;
const head =
  'compensation: {kill_switch: true, record: ["rows ${{ commands[\'C-01\'].done.row_count }}", "later ${{ commands[\'C-07\'].done.row_count }}"], escalate: SG_3}\n';
const on = { production: true };
const engaged = (staged: Stage) => staged.events().filter((e) => e.type === 'compensation_engaged');

describe('engages', () => {
  test('after a change that went wrong: before the teardown, once, with what was to be recorded', async () => {
    const staged = await stage(
      `${head}commands:\n${changing('C-01', 'one')}${checking('C-02', 'G-01', 'none')}${changing('C-07', 'never')}teardown:\n${checking('C-08', 'G-02', 'none')}`,
      on,
    );
    const ended = await staged.run();
    expect(ended).toMatchObject({ verdict: 'FAIL', exitCode: 1, cause: { gate: 'G-01' } });
    expect(engaged(staged)).toMatchObject([
      { kill_switch: true, scope: 'production', recorded: ['rows 1', 'later —'], escalate: 'SG_3' },
    ]);
    expect(staged.engaged).toMatchObject([
      { scope: 'production', escalate: 'SG_3', reason: expect.stringMatching(/^G-01 in C-02: /) as string },
    ]);
    const types = staged.events().map(({ type }) => type);
    expect(types.indexOf('compensation_engaged')).toBeLessThan(types.indexOf('teardown_started'));
    expect(staged.statements).not.toContain("select 'never'");
    expect(staged.rebuilt().compensation).toMatchObject({ escalate: 'SG_3' });
  });

  test.each([
    [
      'a gate fails and the run goes on',
      changing('C-01', 'one') + checking('C-02', 'G-01', 'none', ', on_fail: fail'),
    ],
    ['teardown fails', `${changing('C-01', 'one')}teardown:\n${checking('C-08', 'G-02', 'none')}`],
    ['its own verdict says FAIL', `${changing('C-01', 'one')}verdict: {result: FAIL}\n`],
    ['a hard abort', changing('C-01', 'one') + checking('C-02', 'G-01', 'mismatch')],
    [
      'a program may have changed it',
      '  C-01: {title: t, effect: create, do: [{exec: {argv: [x]}}]}\n' + checking('C-02', 'G-01', 'none'),
    ],
    [
      'a person may have changed it',
      '  C-01: {title: t, effect: change, do: [{manual: {instructions: x, confirm: y}}]}\n',
    ],
    [
      'a change in teardown goes wrong',
      `${checking('C-02', 'G-01', 'ok')}teardown:\n${changing('C-01', 'one')}${checking('C-08', 'G-02', 'none')}`,
    ],
  ])('%s', async (_, commands) => {
    const staged = await stage(`${head}commands:\n${commands}`, on);
    expect((await staged.run()).verdict).toBe('FAIL');
    expect(engaged(staged)).toHaveLength(1);
  });

  test.each([
    ['when the statement is sent', 'one', "select 'one'"],
    ['when it is committed', 'one', 'COMMIT'],
    ['when what failed is rolled back', 'error', 'ROLLBACK'],
  ])('the connection is lost %s: what became of the change nobody knows', async (_, word, lostAt) => {
    const staged = await stage(`${head}commands:\n${changing('C-01', word)}`, { ...on, lostAt });
    expect((await staged.run()).verdict).toBe('FAIL');
    expect(engaged(staged)).toHaveLength(1);
  });

  test('when the run is aborted between two changes', async () => {
    const staged = await stage(`${head}commands:\n${changing('C-01', 'one')}${changing('C-07', 'hang')}`, {
      ...on,
      watch: (event, run) => {
        if (event.type === 'action_intended' && event.command === 'C-07') setTimeout(() => run.abort(), 20);
      },
    });
    expect(await staged.run()).toMatchObject({ verdict: 'ABORTED', exitCode: 130 });
    expect(engaged(staged)).toHaveLength(1);
  });

  test('in a rehearsal for rehearsals only', async () => {
    const staged = await stage(
      `${head}commands:\n${changing('C-01', 'one')}${checking('C-02', 'G-01', 'none')}`,
      {
        ...on,
        mode: 'rehearsal',
      },
    );
    await staged.run();
    expect(engaged(staged)).toMatchObject([{ scope: 'rehearsal' }]);
  });

  test('in the recovery of a runner that died after the change, whatever came of it', async () => {
    const body = `${head}commands:\n${changing('C-01', 'one')}${checking('C-02', 'G-01', 'none')}`;
    const staged = await stage(body, on);
    await staged.run();
    const begun = staged.events().findIndex((e) => e.type === 'action_intended') + 1;
    for (const records of [begun, begun + 1, begun + 4]) {
      const { ended, again } = await staged.recover(records);
      expect(ended).toMatchObject({ verdict: 'ABORTED', exitCode: 8 });
      expect(engaged(again), `${records} records`).toHaveLength(1);
    }
    const { again } = await staged.recover(begun - 1);
    expect(engaged(again)).toEqual([]);
  });

  test('with a reason that others can read: short, without control characters, without secrets', async () => {
    const message = `hunter2hunter2 \u001b[2J${'x'.repeat(2000)}`;
    const staged = await stage(`${head}commands:\n${changing('C-01', 'one')}${changing('C-02', 'two')}`, {
      ...on,
      server: (text) =>
        Promise.resolve(
          text === "select 'one'"
            ? { ok: true, value: { rows: [], rowCount: 1, command: 'SELECT' } }
            : { ok: false, error: { code: 'SQL_ERROR', sqlstate: '42501', message } },
        ),
      redact: (text) => text.replaceAll('hunter2hunter2', '[secret db]').replace('rows 1', '[secret rows]'),
    });
    await staged.run();
    const [{ reason } = { reason: '' }] = staged.engaged;
    expect(reason).toContain('C-02: sql: [secret db]');
    expect(reason).not.toContain('\u001b');
    expect(reason.length).toBeLessThanOrEqual(501);
    expect(engaged(staged)).toMatchObject([{ recorded: ['[secret rows]', 'later —'] }]);
  });

  test('and says so where the switch could not be engaged', async () => {
    const staged = await stage(
      `${head}commands:\n${changing('C-01', 'one')}${checking('C-02', 'G-01', 'none')}`,
      { ...on, switchFails: true },
    );
    await staged.run();
    expect(engaged(staged)).toMatchObject([{ kill_switch: false }]);
    expect(staged.execution.recorder.state.laterCauses).toMatchObject([
      { kind: 'control', code: 'STATE_IO' },
    ]);
  });
});

describe('does not engage', () => {
  test.each([
    ['what passed', changing('C-01', 'one'), 'PASS'],
    [
      'what passed, with a gate of teardown still to come',
      `${changing('C-01', 'one')}teardown:\n${checking('C-08', 'G-02', 'ok')}`,
      'PASS',
    ],
    ['a statement that its server rolled back', changing('C-01', 'error'), 'FAIL'],
    ['an argument that has no value', changing('C-01', "${{ commands['C-09'] }}"), 'FAIL'],
    ['a failure before the change', checking('C-01', 'G-01', 'none') + changing('C-02', 'one'), 'FAIL'],
    [
      'a change that was switched off',
      changing('C-01', 'one', ', when: "false"') + checking('C-02', 'G-01', 'none'),
      'FAIL',
    ],
    [
      'a refusal that was expected',
      changing('C-01', 'error', ', expect_error: {sqlstate: "42501"}') + checking('C-02', 'G-01', 'none'),
      'FAIL',
    ],
    [
      'a change of something else',
      `  C-01: {title: t, effect: change, do: [{${sql('one', 'b')}, as: done}]}\n` +
        checking('C-02', 'G-01', 'none'),
      'FAIL',
    ],
    [
      'a command that only observes',
      `  C-01: {title: t, effect: observe, do: [{${sql('one')}, as: done}]}\n` +
        checking('C-02', 'G-01', 'none'),
      'FAIL',
    ],
    [
      'what was only recorded',
      changing('C-01', 'one') + checking('C-02', 'G-01', 'none', ', on_fail: record'),
      'PARTIAL',
    ],
  ])('%s', async (_, commands, verdict) => {
    const staged = await stage(`${head}commands:\n${commands}`, on);
    expect((await staged.run()).verdict).toBe(verdict);
    expect(engaged(staged)).toEqual([]);
    expect(staged.engaged).toEqual([]);
  });

  test('a program, where no production can be written', async () => {
    const program = '  C-01: {title: t, effect: create, do: [{exec: {argv: [x]}}]}\n';
    const staged = await stage(`${head}commands:\n${program}`);
    expect((await staged.run()).verdict).toBe('FAIL');
    expect(staged.engaged).toEqual([]);
  });
});
