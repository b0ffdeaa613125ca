import { describe, expect, test } from 'vitest';
import { Cancellation } from '../../src/execute/cancellation.js';
import type { JournalRecord } from '../../src/model/event.js';
import { stage } from '../support/execution.js';
import type { Stage } from '../support/execution.js';

const sql = (word: string): string => `sql: {target: a, query: "select '${word}'"}`;
const of = <T extends JournalRecord['type']>(staged: Stage, type: T) =>
  staged.events().filter((e): e is Extract<JournalRecord, { type: T }> => e.type === type);
/** Every statement yields this row. */
const yielding = (row: Readonly<Record<string, string>>) => ({
  server: () =>
    Promise.resolve({ ok: true as const, value: { rows: [row], rowCount: 1, command: 'SELECT' } }),
});

test('permission that is withdrawn stops what follows, and the teardown needs none', async () => {
  let asked = 0;
  const staged = await stage(
    `commands:
  C-01: {title: t, do: [{${sql('one')}}, {${sql('never')}}]}
teardown:
  C-02: {title: t, do: [{${sql('torn')}}]}
`,
    {
      permission: () =>
        Promise.resolve(
          ++asked === 1
            ? null
            : { kind: 'kill_switch', code: 'DISABLED', command: null, gate: null, message: 'off' },
        ),
    },
  );
  expect(await staged.run()).toMatchObject({
    ...{ verdict: 'ABORTED', exitCode: 8 },
    cause: { kind: 'kill_switch', command: 'C-01' },
  });
  expect(staged.statements).toEqual(["select 'one'", "select 'torn'"]);
  expect(asked).toBe(2);
});

test.each([
  ['observe', true],
  ['change', false],
])('what sql does where its command says effect: %s', async (effect, only) => {
  const staged = await stage(`commands:\n  C-01: {title: t, effect: ${effect}, do: [{${sql('one')}}]}\n`);
  const asked: unknown[] = [];
  const get = staged.execution.targets.get.bind(staged.execution.targets);
  staged.execution.targets.get = (name, use) => {
    const target = get(name, use);
    if (target.ok) asked.push(target.value.declaration.access);
    return target;
  };
  await staged.run();
  expect(new Set(asked)).toEqual(new Set([only ? 'read' : 'write']));
});

test('a guard that breaks beside a slower one breaks the run, which its caller hears of', async () => {
  const probe = (word: string) => `probe: {${sql(word)}}, expect: {row_count: 1}`;
  const staged = await stage(
    `commands:\n  C-01:\n    title: t\n    guards:\n      G-01: {title: t, ${probe('slow')}}\n      G-02: {title: t, ${probe('ok')}}\n`,
  );
  const { scope } = staged.execution;
  const values = scope.values.bind(scope);
  let asked = 0;
  scope.values = (...of) => {
    asked += 1;
    if (asked === 2) throw new Error('a bug of ours');
    return values(...of);
  };
  await expect(staged.run()).rejects.toThrow('a bug of ours');
});

describe('a when that can not be told', () => {
  const on = "commands['C-01'].done.rows[0].on";
  const body = (c02: string): string =>
    `commands:\n  C-01: {title: t, do: [{${sql('first')}, as: done}]}\n  C-02: {title: t, ${c02}}\n`;
  test.each([
    ['of a command, absent', `when: "${on}", do: [{${sql('never')}}]`, {}],
    ['of a command, no boolean', `when: "${on}", do: [{${sql('never')}}]`, { on: 'yes' }],
    ['of an action, absent', `do: [{${sql('never')}, when: "${on}"}]`, {}],
    ['of an action, no boolean', `do: [{${sql('never')}, when: "${on}"}]`, { on: 'yes' }],
  ])('%s: skips nothing, it fails the run', async (_, c02, row) => {
    const staged = await stage(body(c02), yielding(row));
    expect(await staged.run()).toMatchObject({ verdict: 'FAIL', exitCode: 1, cause: { command: 'C-02' } });
    expect(staged.statements).toEqual(["select 'first'"]);
  });
});

test('the journal holds the beginning of a long output, and expressions see all of it', async () => {
  const staged = await stage(
    `commands:
  C-01:
    title: t
    do: [{${sql('one')}, as: done}]
    expectations:
      G-01:
        title: t
        probe: {value: "\${{ size(commands['C-01'].done.rows[0].text) }}"}
        expect: {equals: 70000}
`,
    yielding({ text: 'x'.repeat(70_000) }),
  );
  expect((await staged.run()).verdict).toBe('PASS');
  const { rows } = of(staged, 'action_ended')[0]?.outputs as { rows: { text: string }[] };
  expect(rows[0]?.text).toMatch(/^x{65536}… \(cut/);
});

describe('in a rehearsal', () => {
  const program = (more: string): string => `commands:
  C-01:
    title: t
${more}    do:
      - exec: {argv: [gatebook-test-program]}
        as: out
    expectations:
      G-01: {title: t, probe: {value: "\${{ commands['C-01'].out.stdout }}"}, expect: {equals: x}}
      G-02: {title: t, probe: {value: 1}, expect: {equals: "\${{ commands['C-01'].out.stdout }}"}}
      G-03: {title: t, probe: {value: 1}, expect: {equals: 1}}
`;
  test('a program takes no part, nor does a gate that needs what it would have yielded', async () => {
    const staged = await stage(program(''), { mode: 'rehearsal' });
    expect(await staged.run()).toMatchObject({ cause: null });
    expect(of(staged, 'action_ended')).toMatchObject([{ state: 'skipped' }]);
    expect(of(staged, 'gate_ended').map(({ gate, state }) => [gate, state])).toEqual([
      ['G-01', 'skipped'],
      ['G-02', 'skipped'],
      ['G-03', 'passed'],
    ]);
  });
  test.each<readonly [string, string, string]>([
    [
      'by an index',
      `probe: {value: "\${{ commands['C-01']['out'].stdout }}"}, expect: {equals: x}`,
      'skipped',
    ],
    [
      'with blanks',
      `probe: {value: "\${{ commands[ 'C-01' ].out.stdout }}"}, expect: {equals: x}`,
      'skipped',
    ],
    [
      'in its when',
      `probe: {value: 1}, expect: {equals: 1}, when: {if: "commands['C-01'].out.exit_code == 0", reason: r}`,
      'skipped',
    ],
    ['through a gate', `probe: {value: "\${{ gates['G-01'].observed }}"}, expect: {equals: x}`, 'skipped'],
    ['as a baseline', `probe: {value: 1}, expect: {unchanged_since: G-01}`, 'skipped'],
    [
      'in a text alone',
      `probe: {value: "\${{ gates['G-01'].state + \\"commands['C-01'].out\\" }}"}, expect: {contains: C}`,
      'passed',
    ],
    ['its state', `probe: {value: "\${{ gates['G-01'].state }}"}, expect: {equals: skipped}`, 'passed'],
  ])('a gate that needs it, %s', async (_, asks, state) => {
    const staged = await stage(`${program('')}      G-04: {title: t, ${asks}}\n`, { mode: 'rehearsal' });
    expect(await staged.run()).toMatchObject({ cause: null });
    expect(of(staged, 'gate_ended').at(-1)).toMatchObject({ gate: 'G-04', state });
  });
  test('nor what else needs it: an action, what that would have yielded, a command by its when', async () => {
    const needing = `  C-02:
    title: t
    do:
      - {sql: {target: a, query: select 1, params: ["\${{ commands['C-01'].out.stdout }}"]}, as: rows}
      - {sql: {target: a, query: select 2}}
    expectations:
      G-04: {title: t, probe: {value: "\${{ commands['C-02'].rows.row_count }}"}, expect: {equals: 1}}
  C-03:
    title: t
    when: commands['C-01'].out.exit_code == 0
    do: [{sql: {target: a, query: select 3}}]
`;
    const staged = await stage(`${program('')}${needing}`, { mode: 'rehearsal' });
    expect(await staged.run()).toMatchObject({ cause: null });
    expect(of(staged, 'action_ended').map(({ state }) => state)).toEqual(['skipped', 'skipped', 'passed']);
    expect(of(staged, 'action_ended')[1]?.words).toBe(
      'C-01 took no part in this rehearsal, so out is absent',
    );
    expect(of(staged, 'gate_ended').at(-1)).toMatchObject({ gate: 'G-04', state: 'skipped' });
    expect(of(staged, 'command_ended').at(-1)).toMatchObject({ command: 'C-03', state: 'skipped' });
    expect(staged.statements).toContain('select 2');
  });
  test('a program takes part where its command says so', async () => {
    const staged = await stage(program('    rehearse: true\n'), { mode: 'rehearsal' });
    await staged.run();
    // There is no program to run on this stage: that it was tried is what counts.
    expect(of(staged, 'action_ended')).toMatchObject([{ state: 'failed' }]);
  });
});

test('a dry run looks at the guards that need nothing that only a run makes, by their names', async () => {
  const guard = (id: string, asked: string): string =>
    `      ${id}: {title: t, probe: {value: "\${{ ${asked} }}"}, expect: {is: string}}\n`;
  const staged = await stage(
    `commands:
  C-01:
    title: t
    guards:
${guard('G-01', "'commands and run.work'")}${guard('G-02', "run['work']")}${guard('G-03', "targets.a['engine']")}
    expectations:
${guard('G-04', "'seen'")}
  C-02:
    title: t
    guards:
${guard('G-05', "gates['G-01'].observed")}${guard('G-06', "gates['G-04'].observed")}      G-07: {title: t, probe: {value: "\${{ 'seen' }}"}, expect: {unchanged_since: G-04}}
`,
    { mode: 'dry-run' },
  );
  await staged.run();
  expect(of(staged, 'gate_ended').map(({ gate, state }) => [gate, state])).toEqual([
    ['G-01', 'passed'],
    ['G-02', 'not_evaluated'],
    ['G-03', 'not_evaluated'],
    ['G-04', 'not_evaluated'],
    ['G-05', 'passed'],
    ['G-06', 'not_evaluated'],
    ['G-07', 'not_evaluated'],
  ]);
  // What it would have been held against is known all the same.
  const [last] = of(staged, 'gate_ended').filter(({ gate }) => gate === 'G-07');
  expect(last?.expected_words).toEqual(['unchanged since G-04']);
});

test('a dry run that may not look at production looks at it as no other user either', async () => {
  const gate = (id: string, target: string) =>
    `{${id}: {title: t, probe: {postgres.identity: {target: ${target}}}, expect: {in_recovery: false}}}`;
  const staged = await stage(
    `  p: {postgres: {url: {env: P_URL}}, production: true}
  w: {postgres: {of: p, user: w}}
commands:
  C-01: {title: t, guards: ${gate('G-01', 'p')}}
  C-02: {title: t, guards: ${gate('G-02', 'w')}}
`,
    { mode: 'dry-run' },
  );
  await staged.run();
  expect(of(staged, 'gate_ended').map(({ state }) => state)).toEqual(['not_evaluated', 'not_evaluated']);
});

test('a dry run leaves the ledger alone, in which there is nothing of a run, and stops where it is stopped', async () => {
  const body = `commands:
  C-01:
    title: t
    guards:
      G-01: {title: t, probe: {ledger: {}}, expect: {left: {empty: true}}}
      G-02: {title: t, probe: {value: seen}, expect: {equals: seen}}
`;
  const ends = async (stopped: boolean) => {
    const staged = await stage(body, { mode: 'dry-run' });
    if (stopped) staged.abort();
    await staged.run();
    return of(staged, 'gate_ended').map(({ state }) => state);
  };
  expect(await ends(false)).toEqual(['passed', 'not_evaluated']);
  expect(await ends(true)).toEqual(['not_evaluated', 'not_evaluated']);
});

test.each([
  ['gate_started', ['cancelled', 'not_evaluated', 'not_evaluated'], ['cancelled', 'not_run'], 'none'],
  ['gate_ended', ['passed', 'not_evaluated', 'not_evaluated'], ['passed', 'not_run'], '1'],
] as const)(
  'a dry run that is stopped at a %s says so of what it did not come to',
  async (at, gates, ends, n) => {
    const gate = (id: string) => `{${id}: {title: t, probe: {value: seen}, expect: {equals: seen}}`;
    // There is no program to look for on this stage: what breaks after the stop is the stop's.
    const asked = '{G-01: {title: t, probe: {tool: {name: git}}, expect: {present: true}}';
    const first = at === 'gate_started' ? asked : gate('G-01');
    const staged = await stage(
      `facts: {word: "\${{ run.verdict }}"}
commands:
  C-01: {title: t, guards: ${first}, ${gate('G-02').slice(1)}}}
  C-02: {title: t, guards: ${gate('G-03')}}}
`,
      { mode: 'dry-run', watch: ({ type }, { abort }) => type === at && abort() },
    );
    expect(await staged.run()).toMatchObject({ verdict: 'ABORTED' });
    expect(of(staged, 'gate_ended').map(({ state }) => state)).toEqual(gates);
    const reasons = of(staged, 'gate_ended').flatMap(({ state, reason }) =>
      state === 'not_evaluated' ? [reason] : [],
    );
    expect(reasons).toEqual(Array(2).fill('the run had been stopped before it'));
    expect(of(staged, 'command_ended').map(({ state }) => state)).toEqual(ends);
    expect(of(staged, 'command_ended')[0]?.reason).toBe(`${n} of 2 gates looked at; no action runs`);
    expect(JSON.stringify(of(staged, 'parts_evaluated'))).toContain('"ABORTED"');
  },
);

test('the first cause is told before anything hears that the run is stopped', () => {
  const order: string[] = [];
  const cancellation = new Cancellation(
    ({ code }) => order.push(`first ${code}`),
    ({ code }) => order.push(`later ${code}`),
  );
  cancellation.signal.addEventListener('abort', () => order.push('stopped'));
  for (const code of ['ONE', 'TWO'])
    cancellation.abort({ kind: 'signal', code, command: null, gate: null, message: '' });
  expect(order).toEqual(['first ONE', 'stopped', 'later TWO']);
});
