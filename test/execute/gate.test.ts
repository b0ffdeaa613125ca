import { describe, expect, test } from 'vitest';
import { ok } from '../../src/base/result.js';
import { stage } from '../support/execution.js';
import type { Stage } from '../support/execution.js';

const sql = (word: string): string => `sql: {target: a, query: "select '${word}'"}`;
const ended = (staged: Stage, id = 'G-01') => {
  const found = staged.events().find((e) => e.type === 'gate_ended' && e.gate === id);
  return found?.type === 'gate_ended' ? found : undefined;
};
/** One gate of C-02, after an action of C-01 whose output it may use. */
const oneGate = (rest: string): string => `commands:
  C-01: {title: t, do: [{${sql('ok')}, as: done}]}
  C-02:
    title: t
    guards:
      G-01: {title: t, ${rest}}
`;

describe('an assertion', () => {
  test.each([
    ['value.row_count == 1', 'passed', 'PASS'],
    ['value.row_count > 1', 'failed', 'FAIL'],
    ["value.row_count == commands['C-01'].done.row_count", 'passed', 'PASS'],
  ])('%s: %s', async (assert, state, verdict) => {
    const staged = await stage(oneGate(`probe: {${sql('ok')}}, assert: "${assert}"`));
    expect(await staged.run()).toMatchObject({ verdict });
    expect(ended(staged)).toMatchObject({ state, observed: { row_count: 1 } });
  });
  test('that can not be evaluated is an error that `note` does not soften, and shows what was observed', async () => {
    const staged = await stage(
      oneGate(`probe: {${sql('ok')}}, assert: "value.rows[7].x == 1", on_fail: note`),
    );
    expect(await staged.run()).toMatchObject({ verdict: 'FAIL' });
    expect(ended(staged)).toMatchObject({ state: 'error', observed: { row_count: 1 } });
  });
  test('is made as well as what else is expected', async () => {
    const staged = await stage(
      oneGate(`probe: {${sql('ok')}}, expect: {row_count: 1}, assert: "value.row_count > 1"`),
    );
    await staged.run();
    expect(ended(staged)?.state).toBe('failed');
  });
});

test('a gate that could not be evaluated says all the same what it asked for', async () => {
  const expected = `expect: {row_count: "\${{ commands['C-01'].done.row_count }}", 'rows[0].x': 1}, assert: "value.row_count == 1"`;
  const staged = await stage(oneGate(`probe: {${sql('error')}}, ${expected}`));
  await staged.run();
  expect(ended(staged)).toMatchObject({
    state: 'error',
    expected_words: [
      "row_count = ‹commands['C-01'].done.row_count›",
      'rows[0].x = 1',
      'value.row_count == 1',
    ],
  });
});

const parts = async (yaml: string, mode: 'live' | 'dry-run' = 'live') => {
  const staged = await stage(yaml, { mode });
  await staged.run();
  const event = staged.events().find(({ type }) => type === 'parts_evaluated');
  return event?.type === 'parts_evaluated' ? event.parts : undefined;
};

test('a check of an iteration that the run has not got is no PASS, whatever the other gates say', async () => {
  const yaml = `params: {p: {type: list, default: [x]}}
commands:
  C-01:
    title: t
    for_each: "\${{ params.p }}"
    guards:
      G-01: {title: t, probe: {${sql('ok')}}, expect: {row_count: 1}}
checks: [{title: t, gates: [G-01]}, {title: t, gates: [G-01, 'G-01[y]']}]
`;
  expect((await parts(yaml))?.checks.map(({ result }) => result)).toEqual(['PASS', 'NOT RUN']);
});

test('the parts of a report speak of the verdict that its own result left', async () => {
  const yaml = `${oneGate(`probe: {${sql('ok')}}, expect: {row_count: 1}`)}facts: {a: "\${{ run.verdict }}"}
verdict: {b: "\${{ run.verdict }}", result: "\${{ run.verdict == 'PASS' ? 'PARTIAL' : 'FAIL' }}"}\n`;
  const found = await parts(yaml);
  expect(found?.facts).toEqual([['a', 'PARTIAL']]);
  expect(found?.verdict_lines).toEqual([
    ['b', 'PARTIAL'],
    ['result', 'PARTIAL'],
  ]);
});

test.each([
  ["gates['G-01'].state != 'passed'", null],
  ["gates['G-01'].state == 'passed'", 'Install it.'],
  // Instructions too many do less harm than instructions that are missing.
  ["commands['C-01'].gone.row_count > 0", 'Install it.'],
])('the instructions for the operator, when: %s', async (when, shown) => {
  const yaml = `${oneGate(`probe: {${sql('ok')}}, expect: {row_count: 1}`)}operator_package: {when: "${when}", text: Install it.}\n`;
  expect((await parts(yaml))?.operator_package).toBe(shown);
});

test('what an action was refused with is words in the report, beside others and alone', async () => {
  const yaml = `commands:
  C-01:
    title: t
    do:
      - ${sql('error')}
        as: gone
        expect_error: {sqlstate: "42501"}
verdict: {a: "\${{ commands['C-01'].gone.error }}", b: "so: \${{ commands['C-01'].gone.error }}"}\n`;
  const lines = Object.fromEntries((await parts(yaml))?.verdict_lines ?? []);
  expect(lines['a']).toMatch(/^SQL_ERROR 42501: /);
  expect(lines['b']).toBe(`so: ${String(lines['a'])}`);
});

describe('a row of the readiness matrix bears the word of how its gate ended', () => {
  test.each([
    ['note', '{passed: P, noted: N, failed: F}', 'N'],
    ['note', '{passed: P, failed: F}', 'P'],
    ['record', '{recorded: R, failed: F}', 'R'],
    ['record', '{passed: P, failed: F}', 'F'],
    ['fail', '{recorded: R, failed: F}', 'F'],
    ['fail', '{recorded: R}', 'FAIL'],
  ])('on_fail: %s, of %s it is %s', async (onFail, state, word) => {
    const yaml = `${oneGate(`probe: {${sql('ok')}}, expect: {row_count: 2}, on_fail: ${onFail}`)}
readiness: [{component: c, gate: G-01, state: ${state}}]\n`;
    expect((await parts(yaml))?.readiness).toMatchObject([{ state: word }]);
  });
});

test.each([
  ['nine of nine', ''],
  ["${{ gates['G-01'].state == 'passed' ? 'nine of nine' : 'fewer' }}", 'fewer'],
])('beside a recorded gate the evidence %j is %j', async (evidence, words) => {
  const gate = oneGate(`probe: {${sql('ok')}}, expect: {row_count: 2}, on_fail: record`);
  const yaml = `${gate}checks: [{title: c, gates: [G-01], evidence: "${evidence}"}]\n`;
  expect((await parts(yaml))?.checks).toMatchObject([{ result: 'PARTIAL', evidence: words }]);
});

test('a gap that a dry run could not look at is not called open, and a loop without a look has no table', async () => {
  const yaml = `commands:
  C-01: {title: t, for_each: {S1: x}, do: [{${sql('ok')}, as: done}], expectations: {G-01: {title: t, probe: {${sql('ok')}}, expect: {row_count: 1}}}}
gaps: {GAP-1: {title: t, closed_by: [G-01]}}
tables: [{title: t, from: G-01, columns: {Result: state}}]
`;
  expect(await parts(yaml, 'dry-run')).toMatchObject({ gaps: [{ state: 'NOT RUN' }], tables: [] });
  expect(await parts(yaml)).toMatchObject({ gaps: [{ state: 'CLOSED' }], tables: [{ rows: [['passed']] }] });
});

test('a table of one map has one row', async () => {
  const yaml = `${oneGate(`probe: {${sql('ok')}}, expect: {row_count: 1}`)}tables: [{title: t, from: G-01, columns: {N: row_count}}]\n`;
  expect((await parts(yaml))?.tables).toMatchObject([{ rows: [[1]] }]);
});

describe('the total of a column', () => {
  test.each([
    ['[{n: 2}, {n: "${{ 9007199254740993 }}"}]', '9007199254740995'],
    ['[{n: 2}, {n: -5}]', -3],
    ['[{n: 1.5}, {n: 1}]', 2.5],
    ['[{n: 2}, {n: null}]', null],
    ['[{n: 2}, {m: 3}]', null],
    ['[{n: 2}, {n: "3"}]', null],
  ])('of %s is %j: exact, or none', async (items, total) => {
    const rows = items.replace('{n', '{x: "${{ commands[\'C-01\'].done.row_count }}", n');
    const yaml = `${oneGate(`probe: {value: ${rows}}, expect: {length: 2}`)}tables: [{title: t, from: G-01, columns: {N: n}, total: [N]}]\n`;
    expect((await parts(yaml))?.tables[0]?.total).toEqual([total]);
  });
});

describe('what is too large for the journal', () => {
  const big = (copies: number): string =>
    `data: {b: "${'x'.repeat(2 ** 20)}"}\n${oneGate(
      `probe: {value: "\${{ [commands['C-01'].done.row_count, ${Array(copies).fill('data.b').join(', ')}] }}"}, expect: {"[0]": 2}, on_fail: note`,
    )}`;
  test('is an error of its gate: the run goes on to its teardown and is sealed', async () => {
    const staged = await stage(big(8));
    expect(await staged.run()).toMatchObject({ verdict: 'FAIL' });
    expect(ended(staged)).toMatchObject({
      state: 'error',
      reason: 'what it yields is larger than 8 MiB, which is more than a report can hold',
    });
    expect(ended(staged)?.observed).toBeUndefined();
  });
  test('is an error of its action, too', async () => {
    const rows = Array.from({ length: 200 }, () => ({ v: 'x'.repeat(60_000) }));
    const server = () => Promise.resolve(ok({ rows, rowCount: rows.length, command: 'SELECT' }));
    const staged = await stage(oneGate(`probe: {${sql('ok')}}, expect: {row_count: 1}`), { server });
    expect(await staged.run()).toMatchObject({ verdict: 'FAIL' });
    const action = staged.events().find((event) => event.type === 'action_ended');
    expect(action).toMatchObject({ state: 'failed', problem: { code: 'RESULT_TOO_LARGE' } });
  });
  test('is left out of a difference, which is told in words all the same', async () => {
    const texts = ['x', 'y'].map((letter) => letter.repeat(5 * 2 ** 20));
    const server = () =>
      Promise.resolve(ok({ rows: [{ v: texts.shift() ?? '' }], rowCount: 1, command: 'SELECT' }));
    const gate = (id: string, expected: string): string =>
      `      ${id}: {title: t, probe: {${sql('ok')}}, expect: {${expected}}}\n`;
    const staged = await stage(
      `commands:\n  C-01:\n    title: t\n    expectations:\n${gate('G-01', 'row_count: 1')}${gate('G-02', 'rows: {unchanged_since: G-01}')}`,
      { server },
    );
    expect(await staged.run()).toMatchObject({ verdict: 'FAIL' });
    expect(ended(staged, 'G-02')?.difference).toEqual({
      words: [expect.stringMatching(/^rows: \[0\]\.v: expected xxx/)],
    });
  });
  test('and what is not is held', async () => {
    const staged = await stage(big(7));
    expect(await staged.run()).toMatchObject({ verdict: 'PASS' });
    expect(ended(staged)).toMatchObject({ state: 'noted' });
  });
});

test('when: what can not be evaluated switches nothing off, it is an error', async () => {
  const when = `when: {if: "commands['C-01'].done.rows[7].on == true", reason: off}`;
  const staged = await stage(
    oneGate(`${when}, probe: {${sql('never')}}, expect: {row_count: 1}, on_fail: note`),
  );
  expect(await staged.run()).toMatchObject({ verdict: 'FAIL' });
  expect(ended(staged)).toMatchObject({
    state: 'error',
    reason: expect.stringContaining('its when') as string,
  });
  expect(staged.statements).not.toContain("select 'never'");
});

test('a probe whose arguments have no value is not carried out, and is an error', async () => {
  const probe = `sql: {target: a, query: "select '\${{ commands['C-01'].done.rows[7].x }}'"}`;
  const staged = await stage(oneGate(`probe: {${probe}}, expect: {row_count: 1}, on_fail: note`));
  expect(await staged.run()).toMatchObject({ verdict: 'FAIL' });
  expect(ended(staged)?.state).toBe('error');
  expect(staged.statements).toEqual(["select 'ok'"]);
});

test('a gate that holds is not asked again', async () => {
  const staged = await stage(
    oneGate(`probe: {${sql('ok')}}, expect: {row_count: 1}, retry: {attempts: 5, every: 1ms}`),
  );
  await staged.run();
  expect(ended(staged)).toMatchObject({ state: 'passed', attempts: 1 });
});

test('another cluster that is found while the run is being stopped is told as that', async () => {
  const staged = await stage(oneGate(`probe: {${sql('other')}}, expect: {row_count: 1}`), {
    server: (statement, signal) =>
      new Promise((resolve) => {
        if (!statement.includes('other'))
          return resolve({ ok: true, value: { rows: [], rowCount: 1, command: 'SELECT' } });
        const found = { ok: false, error: { code: 'IDENTITY_MISMATCH', message: 'another' } } as const;
        signal.addEventListener('abort', () => resolve(found), { once: true });
      }),
    watch: (event, { abort }) => void (event.type === 'gate_started' && setTimeout(abort, 30)),
  });
  expect(await staged.run()).toMatchObject({ verdict: 'ABORTED', exitCode: 130 });
  expect(ended(staged)?.state).toBe('error');
  expect([...staged.rebuilt().embargoed]).toEqual(['a']);
});

test('a baseline that was lost is seen wherever the gate compares with it', async () => {
  const body = (expectation: string): string => `commands:
  C-01: {title: t, do: [{${sql('error')}}]}
  C-02:
    title: t
    guards:
      G-02: {title: t, probe: {${sql('ok')}}, expect: {row_count: 1}}
teardown:
  C-03:
    title: t
    expectations:
      G-01: {title: t, probe: {${sql('ok')}}, expect: ${expectation}}
`;
  for (const expectation of [
    '{row_count: {not: {unchanged_since: G-02}}}',
    '{rows: {or_empty: true, every: {unchanged_since: G-02, is: object}}}',
  ]) {
    const staged = await stage(body(expectation));
    await staged.run();
    expect([expectation, ended(staged)?.state]).toEqual([expectation, 'not_evaluated']);
  }
});

test('another cluster is not asked again, however often the gate may be tried', async () => {
  const staged = await stage(
    oneGate(`probe: {${sql('mismatch')}}, expect: {row_count: 1}, retry: {attempts: 5, every: 1ms}`),
  );
  await staged.run();
  expect(staged.statements.filter((text) => text.includes('mismatch'))).toHaveLength(1);
  expect(ended(staged)).toMatchObject({ state: 'error', attempts: 1 });
});

test('a gate that holds puts nothing under embargo, whatever its failure would', async () => {
  const staged = await stage(
    `${oneGate(`probe: {${sql('ok')}}, expect: {row_count: 1}, on_fail: hard-abort`)}    do: [{${sql('after')}}]\n`,
  );
  expect(await staged.run()).toMatchObject({ verdict: 'PASS' });
  expect(staged.statements).toContain("select 'after'");
  expect(staged.rebuilt().embargoed.size).toBe(0);
});

test('a command whose only action is switched off is skipped, and a run of such is no PASS', async () => {
  const staged = await stage(`commands:\n  C-01: {title: t, do: [{${sql('never')}, when: "1 == 2"}]}\n`);
  expect(await staged.run()).toMatchObject({ verdict: 'PARTIAL', exitCode: 7 });
  expect(Object.fromEntries(staged.rebuilt().commands)).toEqual({ 'C-01': 'skipped' });
});
