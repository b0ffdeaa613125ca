import { expect, test } from 'vitest';
import { ok } from '../../src/base/result.js';
import type { JournalRecord } from '../../src/model/event.js';
import { MemoryFile, stage } from '../support/execution.js';
import type { Stage } from '../support/execution.js';

const sql = (word: string, target = 'a'): string => `sql: {target: ${target}, query: "select '${word}'"}`;
const gate = (id: string, word: string, more = '', target = 'a'): string =>
  `      ${id}: {title: t, probe: {${sql(word, target)}}, expect: {row_count: 1}${more === '' ? '' : `, ${more}`}}\n`;

const types = (staged: Stage): string[] => staged.events().map((e) => e.type);
const of = <T extends JournalRecord['type']>(staged: Stage, type: T) =>
  staged.events().filter((e): e is Extract<JournalRecord, { type: T }> => e.type === type);
const gateStates = (staged: Stage): Record<string, string> =>
  Object.fromEntries([...staged.execution.recorder.state.gates].map(([id, { state }]) => [id, state]));
const commandStates = (staged: Stage): Record<string, string> =>
  Object.fromEntries(staged.execution.recorder.state.commands);

test('commands run in order, teardown after them, and the journal ends with the verdict', async () => {
  const staged = await stage(`commands:
  C-01:
    title: t
    guards:
${gate('G-01', 'ok')}    do: [{${sql('one')}}, {${sql('two')}}]
    expectations:
${gate('G-02', 'three')}teardown:
  C-02: {title: t, do: [{${sql('four')}}]}
`);
  const ended = await staged.run();
  expect(ended).toMatchObject({ verdict: 'PASS', exitCode: 0, cause: null, complete: true });
  expect(staged.statements).toEqual([
    "select 'ok'",
    "select 'one'",
    "select 'two'",
    "select 'three'",
    "select 'four'",
  ]);
  expect(types(staged).at(-1)).toBe('run_ended');
  expect(types(staged).filter((t) => t === 'teardown_started')).toHaveLength(1);
});

test('nothing but teardown comes after the first failed action, and the first cause is kept', async () => {
  const staged = await stage(`commands:
  C-01: {title: t, do: [{${sql('error')}}, {${sql('never')}}]}
  C-02: {title: t, do: [{${sql('never')}}]}
teardown:
  C-03: {title: t, do: [{${sql('error')}}, {${sql('after')}}]}
  C-04: {title: t, do: [{${sql('last')}}]}
`);
  const ended = await staged.run();
  expect(ended).toMatchObject({ verdict: 'FAIL', exitCode: 1, cause: { kind: 'action', command: 'C-01' } });
  expect(staged.statements).toEqual(["select 'error'", "select 'error'", "select 'after'", "select 'last'"]);
  expect(commandStates(staged)).toEqual({
    'C-01': 'failed',
    'C-02': 'not_run',
    'C-03': 'failed',
    'C-04': 'passed',
  });
  expect(of(staged, 'cause_added')).toHaveLength(1);
});

test('a failure in teardown turns PASS into FAIL and is the cause where there is none', async () => {
  const staged = await stage(`commands:
  C-01: {title: t, do: [{${sql('ok')}}]}
teardown:
  C-02:
    title: t
    expectations:
${gate('G-01', 'none', 'on_fail: fail')}`);
  const ended = await staged.run();
  expect(ended).toMatchObject({ verdict: 'FAIL', exitCode: 1, cause: { kind: 'gate', gate: 'G-01' } });
  expect(of(staged, 'run_ended')[0]?.teardown).toBe('clean');
});

test.each([
  ['abort', 'none', 'failed', 'FAIL', 'not_run'],
  ['abort', 'error', 'error', 'FAIL', 'not_run'],
  ['fail', 'none', 'failed', 'FAIL', 'passed'],
  ['record', 'none', 'recorded', 'PARTIAL', 'passed'],
  ['note', 'none', 'noted', 'PASS', 'passed'],
  ['record', 'error', 'error', 'FAIL', 'passed'],
  ['note', 'error', 'error', 'FAIL', 'passed'],
])(
  'on_fail %s, probe %s: gate %s, verdict %s, next command %s',
  async (onFail, word, state, verdict, next) => {
    const staged = await stage(`commands:
  C-01:
    title: t
    guards:
${gate('G-01', word, `on_fail: ${onFail}`)}  C-02: {title: t, do: [{${sql('ok')}}]}
`);
    expect((await staged.run()).verdict).toBe(verdict);
    expect(gateStates(staged)['G-01']).toBe(state);
    expect(commandStates(staged)['C-02']).toBe(next);
  },
);

test('guards run side by side and are recorded in document order; a plain abort lets the siblings finish', async () => {
  const staged = await stage(`commands:
  C-01:
    title: t
    guards:
${gate('G-01', 'slow')}${gate('G-02', 'none')}${gate('G-03', 'slow', '', 'b')}`);
  const started = performance.now();
  const ended = await staged.run();
  expect(performance.now() - started).toBeLessThan(1000);
  expect(of(staged, 'gate_ended').map((e) => [e.gate, e.state])).toEqual([
    ['G-01', 'passed'],
    ['G-02', 'failed'],
    ['G-03', 'passed'],
  ]);
  expect(ended.cause?.gate).toBe('G-02');
});

test('a hard abort cancels its siblings, embargoes its target, and teardown opens no session to it', async () => {
  const staged = await stage(`commands:
  C-01:
    title: t
    guards:
${gate('G-01', 'hang', '', 'b')}${gate('G-02', 'none', 'on_fail: hard-abort')}    do: [{${sql('never')}}]
teardown:
  C-02:
    title: t
    do: [{${sql('never')}}, {${sql('still', 'b')}}]
    expectations:
${gate('G-03', 'never')}`);
  const ended = await staged.run();
  expect(ended).toMatchObject({ verdict: 'FAIL', exitCode: 1, cause: { gate: 'G-02' } });
  expect(gateStates(staged)).toEqual({ 'G-01': 'cancelled', 'G-02': 'failed', 'G-03': 'not_evaluated' });
  expect(staged.sessions.filter((name) => name === 'a')).toHaveLength(1);
  expect(staged.statements).not.toContain("select 'never'");
  expect(staged.statements).toContain("select 'still'");
  expect([...staged.rebuilt().embargoed]).toEqual(['a']);
});

test('another cluster than the declared one is a hard abort, whatever on_fail says', async () => {
  const staged = await stage(`commands:
  C-01:
    title: t
    guards:
${gate('G-01', 'mismatch', 'on_fail: note')}    do: [{${sql('never', 'b')}}]
`);
  expect(await staged.run()).toMatchObject({
    verdict: 'FAIL',
    cause: { gate: 'G-01', code: 'IDENTITY_MISMATCH' },
  });
  expect(staged.execution.targets.isEmbargoed('a')).toBe(true);
  expect(staged.statements).toHaveLength(1);
});

test.each([
  ['an action', `do: [{${sql('never', 'b')}}]`],
  [
    'a gate that names no target itself',
    'guards: {G-01: {title: t, probe: {protected: {}}, expect: {clusters: {length: 1}}}}',
  ],
])('the target at which %s finds another cluster is under embargo', async (_, works) => {
  const staged = await stage(
    `protected: {clusters: [b]}
commands:
  C-01:
    title: t
    ${works}
teardown:
  C-02:
    title: t
    expectations:
${gate('G-02', 'never', '', 'b')}`,
    { elsewhere: 'b' },
  );
  expect(await staged.run()).toMatchObject({ verdict: 'FAIL', cause: { code: 'IDENTITY_MISMATCH' } });
  expect(gateStates(staged)).toMatchObject({ 'G-02': 'not_evaluated' });
  expect(staged.sessions).toEqual(['b']);
  expect([...staged.rebuilt().embargoed]).toEqual(['b']);
});

test('a signal stops the action that is going on; what follows is not run', async () => {
  const staged = await stage(
    `commands:
  C-01: {title: t, do: [{${sql('hang')}}, {${sql('never')}}]}
teardown:
  C-02: {title: t, do: [{${sql('torn')}}]}
`,
    {
      watch: (event, { abort }) => {
        if (event.type === 'action_intended' && event.command === 'C-01') setTimeout(abort, 20);
      },
    },
  );
  expect(await staged.run()).toMatchObject({ verdict: 'ABORTED', exitCode: 130, cause: { kind: 'signal' } });
  expect(staged.statements).toEqual(["select 'hang'", "select 'torn'"]);
  expect(of(staged, 'action_ended')[0]?.state).toBe('cancelled');
});

test('a signal that comes while the intent is being written keeps the action from beginning', async () => {
  const staged = await stage(`commands:\n  C-01: {title: t, do: [{${sql('never')}}]}\n`, {
    watch: (event, { abort }) => {
      if (event.type === 'action_intended') abort();
    },
  });
  expect(await staged.run()).toMatchObject({ verdict: 'ABORTED', exitCode: 130 });
  expect(staged.statements).toEqual([]);
});

test('the first cause stays when a second and third come', async () => {
  const staged = await stage(`commands:\n  C-01: {title: t, do: [{${sql('hang')}}]}\n`, {
    watch: (event, { abort }) => {
      if (event.type !== 'action_intended') return;
      abort({ code: 'SIGTERM', signal: 15 });
      abort({ code: 'SIGINT', signal: 2 });
      abort({ kind: 'kill_switch', code: 'DISABLED' });
    },
  });
  expect(await staged.run()).toMatchObject({ exitCode: 143, cause: { code: 'SIGTERM' } });
  expect(staged.rebuilt().laterCauses.map(({ code }) => code)).toEqual(['SIGINT', 'DISABLED']);
});

test("a command's time is up for all of it, and that is the cause", async () => {
  const staged = await stage(`commands:
  C-01:
    title: t
    timeout: 1500ms
    do: [{wait: {for: 1s}}, {wait: {for: 1s}}, {${sql('never')}}]
`);
  const ended = await staged.run();
  expect(ended).toMatchObject({
    verdict: 'FAIL',
    exitCode: 1,
    cause: { kind: 'timeout', code: 'TIMEOUT', command: 'C-01' },
  });
  expect(staged.statements).toEqual([]);
  expect(of(staged, 'action_ended').map((e) => e.state)).toEqual(['passed', 'failed']);
});

test("a guard that hangs ends with its own time limit, and the command's limit holds for it too", async () => {
  const own = await stage(
    `commands:\n  C-01:\n    title: t\n    guards:\n${gate('G-01', 'hang', 'timeout: 40ms')}`,
  );
  expect(await own.run()).toMatchObject({ verdict: 'FAIL', cause: { kind: 'timeout', gate: 'G-01' } });
  expect(gateStates(own)['G-01']).toBe('error');
  const whole = await stage(
    `commands:\n  C-01:\n    title: t\n    timeout: 40ms\n    guards:\n${gate('G-01', 'hang')}`,
  );
  expect(await whole.run()).toMatchObject({
    verdict: 'FAIL',
    exitCode: 1,
    cause: { kind: 'timeout', command: 'C-01' },
  });
});

test('a gate is tried as often as its retry says, and not once more', async () => {
  let asked = 0;
  const staged = await stage(
    `commands:\n  C-01:\n    title: t\n    guards:\n${gate('G-01', 'none', 'retry: {attempts: 3, every: 1ms}')}`,
    {
      server: () =>
        Promise.resolve({
          ok: true,
          value: { rows: [], rowCount: ++asked === 3 ? 1 : 0, command: 'SELECT' },
        }),
    },
  );
  expect((await staged.run()).verdict).toBe('PASS');
  expect(of(staged, 'gate_ended')[0]).toMatchObject({ state: 'passed', attempts: 3 });
});

test('a signal ends the pause between two tries at once', async () => {
  const staged = await stage(
    `commands:\n  C-01:\n    title: t\n    guards:\n${gate('G-01', 'none', 'retry: {attempts: 9, every: 1h}')}`,
    { watch: (event, { abort }) => void (event.type === 'gate_started' && setTimeout(abort, 30)) },
  );
  expect((await staged.run()).exitCode).toBe(130);
  expect(staged.statements).toHaveLength(1);
});

test('when: a command, a gate and an action that are switched off are skipped with their reason', async () => {
  const staged = await stage(`params: {on: {type: boolean, default: false}}
commands:
  C-01: {title: t, when: params.on, do: [{${sql('never')}}]}
  C-02:
    title: t
    guards:
${gate('G-01', 'never', 'when: {if: params.on, reason: off today}')}    do:
      - ${sql('never')}
        when: params.on
      - ${sql('ok')}
`);
  expect((await staged.run()).verdict).toBe('PASS');
  expect(staged.statements).toEqual(["select 'ok'"]);
  expect(commandStates(staged)).toEqual({ 'C-01': 'skipped', 'C-02': 'passed' });
  expect(of(staged, 'gate_ended')[0]).toMatchObject({ state: 'skipped', reason: 'off today' });
});

test('a run in which nothing ran is PARTIAL', async () => {
  const staged = await stage(`params: {on: {type: boolean, default: false}}
commands:
  C-01: {title: t, when: params.on, do: [{${sql('never')}}]}
`);
  expect(await staged.run()).toMatchObject({ verdict: 'PARTIAL', exitCode: 7 });
});

test('for_each runs in order, and each iteration has gates of its own', async () => {
  const staged = await stage(
    `commands:
  C-01:
    title: t
    for_each: {S1: {word: one}, S2: {word: two}}
    do:
      - sql: {target: a, query: "select '\${{ each.value.word }}'"}
        as: answer
    expectations:
      G-01:
        title: t
        probe: {value: "\${{ commands['C-01'].answer.row_count }}"}
        expect: {equals: 1}
        on_fail: record
      G-02:
        title: t
        probe: {value: "\${{ gates['G-01'].state }}"}
        expect: {equals: passed}
        on_fail: record
`,
    {
      server: (text) =>
        Promise.resolve(ok({ rows: [], rowCount: text.includes('one') ? 0 : 1, command: 'SELECT' })),
    },
  );
  expect((await staged.run()).verdict).toBe('PARTIAL');
  expect(staged.statements).toEqual(["select 'one'", "select 'two'"]);
  expect(gateStates(staged)).toEqual({
    ...{ 'G-01[S1]': 'recorded', 'G-02[S1]': 'recorded' },
    // By its plain name it is the own iteration's, not the worst of all.
    ...{ 'G-01[S2]': 'passed', 'G-02[S2]': 'passed' },
  });
});

test.each([
  ['42501', 'error', 'PASS'],
  ['42P01', 'error', 'FAIL'],
  ['42501', 'ok', 'FAIL'],
])('expect_error %s of a statement that yields %s: %s', async (sqlstate, word, verdict) => {
  const staged = await stage(`commands:
  C-01:
    title: t
    do:
      - ${sql(word)}
        expect_error: {sqlstate: "${sqlstate}"}
        as: refused
`);
  expect((await staged.run()).verdict).toBe(verdict);
  if (verdict === 'PASS')
    expect(of(staged, 'action_ended')[0]?.outputs).toMatchObject({ error: { sqlstate, code: 'SQL_ERROR' } });
});

test('a refusal that our own stop brought about is not the one that was expected', async () => {
  const staged = await stage(
    `commands:
  C-01:
    title: t
    do:
      - ${sql('hang')}
        expect_error: {code: CANCELLED}
`,
    { watch: (event, { abort }) => void (event.type === 'action_intended' && setTimeout(abort, 20)) },
  );
  expect((await staged.run()).verdict).toBe('ABORTED');
  expect(of(staged, 'action_ended')[0]?.state).toBe('cancelled');
});

test('a gate of teardown whose baseline was never observed is not evaluated', async () => {
  const staged = await stage(`commands:
  C-01: {title: t, do: [{${sql('error')}}]}
  C-02:
    title: t
    guards:
${gate('G-01', 'ok')}teardown:
  C-03:
    title: t
    expectations:
      G-02: {title: t, probe: {${sql('ok')}}, expect: {unchanged_since: G-01}}
`);
  await staged.run();
  expect(gateStates(staged)).toEqual({ 'G-01': 'not_evaluated', 'G-02': 'not_evaluated' });
});

const folders = `commands:
  C-01:
    title: t
    do:
      - mkdir: {path: /run-work/one}
        as: one
      - mkdir: {path: /run-work/two}
        as: two
`;

test('the sweep destroys what is left, newest first', async () => {
  const staged = await stage(folders);
  expect(await staged.run()).toMatchObject({ verdict: 'PASS', exitCode: 0 });
  expect(staged.destroyed).toEqual(['two', 'one']);
  expect([...staged.rebuilt().resources.values()].map((r) => r.state)).toEqual(['destroyed', 'destroyed']);
});

test('what cannot be destroyed is recorded as leaked, the rest is destroyed, and the exit is 5', async () => {
  const staged = await stage(folders, {
    destroy: (entry) =>
      entry.name === 'two'
        ? Promise.resolve({ ok: false, error: { code: 'FILE_IO', message: 'busy' } })
        : Promise.resolve({ ok: true, value: 'gone' }),
  });
  expect(await staged.run()).toMatchObject({ verdict: 'FAIL', exitCode: 5 });
  expect(of(staged, 'resource_leaked')).toMatchObject([{ reason: 'busy' }]);
  expect(of(staged, 'run_ended')[0]?.teardown).toBe('incomplete');
  expect([...staged.rebuilt().resources.values()].map((r) => [r.name, r.state])).toEqual([
    ['one', 'destroyed'],
    ['two', 'leaked'],
  ]);
});

test('a destroyer that throws is a leak, not a crash', async () => {
  const staged = await stage(folders, { destroy: () => Promise.reject(new Error('broken')) });
  expect(await staged.run()).toMatchObject({ verdict: 'FAIL', exitCode: 5 });
});

test('a full disk with a reserve: abort, teardown, exit 1, and everything that happened stands in the journal', async () => {
  const file = new MemoryFile(Number.POSITIVE_INFINITY, 1024 * 1024);
  const staged = await stage(
    `${folders}      - ${sql('never')}\nteardown:\n  C-02: {title: t, do: [{${sql('torn')}}]}\n`,
    {
      journal: file,
      watch: (event) => {
        if (event.type === 'resource_created') file.room = Math.min(file.room, file.text.length + 100);
      },
    },
  );
  expect(await staged.run()).toMatchObject({
    verdict: 'FAIL',
    exitCode: 1,
    complete: true,
    cause: { kind: 'journal' },
  });
  expect(staged.statements).toEqual(["select 'torn'"]);
  expect(types(staged).at(-1)).toBe('run_ended');
});

test('a disk that stays full: no command of teardown, only the sweep; exit 5, nothing is sealed', async () => {
  const file = new MemoryFile(Number.POSITIVE_INFINITY, 0);
  const staged = await stage(
    `${folders}      - ${sql('never')}\nteardown:\n  C-02: {title: t, do: [{${sql('never')}}]}\n`,
    {
      journal: file,
      watch: (event) => {
        if (event.type === 'action_ended') file.room = file.text.length;
      },
    },
  );
  expect(await staged.run()).toMatchObject({ exitCode: 5, complete: false });
  expect(staged.statements).toEqual([]);
  expect(staged.destroyed).toEqual(['one']);
  expect(types(staged)).not.toContain('run_ended');
});

test('a disk that fills up in the middle of a teardown: what could not be announced is not done', async () => {
  const file = new MemoryFile();
  const staged = await stage(
    `${folders}teardown:\n  C-02: {title: t, do: [{${sql('torn')}}, {${sql('never')}}]}\n`,
    {
      journal: file,
      watch: (event) => {
        if (event.type === 'action_ended' && event.command === 'C-02') file.room = file.text.length;
      },
    },
  );
  expect(await staged.run()).toMatchObject({ exitCode: 5, complete: false });
  expect(staged.statements).toEqual(["select 'torn'"]);
  expect(staged.destroyed).toEqual(['two', 'one']);
});

test('of a text that is too long the journal holds the beginning, in whole characters', async () => {
  const long = `${'x'.repeat(2 ** 16 - 1)}😀${'y'.repeat(9)}`;
  const staged = await stage(`commands:\n  C-01: {title: t, do: [{${sql('long')}, as: it}]}\n`, {
    server: () =>
      Promise.resolve({ ok: true, value: { rows: [{ text: long }], rowCount: 1, command: 'SELECT' } }),
  });
  expect(await staged.run()).toMatchObject({ exitCode: 0 });
  const [end] = staged.events().flatMap((e) => (e.type === 'action_ended' ? [e] : []));
  const { rows } = end?.outputs as { rows: { text: string }[] };
  expect(rows[0]?.text.slice(2 ** 16 - 2)).toBe('x… (cut; what a program printed is whole in logs/)');
});

test('an intent that never got to the disk makes nothing', async () => {
  const file = new MemoryFile();
  const told: string[] = [];
  const staged = await stage(folders, {
    journal: file,
    watch: (event) => {
      told.push(event.type);
      if (event.type === 'action_intended') file.room = file.text.length;
    },
  });
  expect(await staged.run()).toMatchObject({ exitCode: 5, complete: false });
  expect(told).not.toContain('resource_created');
});

test('a line that cannot be synced is never written twice', async () => {
  const file = new MemoryFile();
  const staged = await stage(folders, {
    journal: file,
    watch: (event) => {
      if (event.type === 'command_started') file.syncFails = true;
    },
  });
  expect(await staged.run()).toMatchObject({ exitCode: 5, complete: false });
  expect(staged.events().filter((e) => e.type === 'action_intended')).toHaveLength(1);
});

test('a run that was stopped before its first command tears nothing down but what the ledger holds', async () => {
  const staged = await stage(`commands:
  C-01: {title: t, do: [{${sql('never')}}]}
teardown:
  C-02:
    title: t
    expectations:
${gate('G-01', 'never')}`);
  staged.abort({ code: 'SIGHUP', signal: 1 });
  expect(await staged.run()).toMatchObject({ verdict: 'ABORTED', exitCode: 129 });
  expect(staged.statements).toEqual([]);
  expect(gateStates(staged)).toEqual({ 'G-01': 'not_evaluated' });
  expect(of(staged, 'run_ended')[0]?.teardown).toBe('not_needed');
});
