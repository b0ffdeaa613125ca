import { describe, expect, test } from 'vitest';
import type { World } from '../../src/execute/context.js';
import { ledgerFor } from '../../src/execute/state/ledger.js';
import { refuse } from '../../src/execute/run.js';
import { endStates } from '../../src/execute/teardown.js';
import type { BoundTarget } from '../../src/model/binding.js';
import type { RunEvent } from '../../src/model/event.js';
import { MemoryFile, stage } from '../support/execution.js';
import type { Stage } from '../support/execution.js';

const sql = (word: string, target = 'a'): string => `sql: {target: ${target}, query: "select '${word}'"}`;
const causes = (staged: Stage): unknown[] =>
  staged.events().flatMap((e) => (e.type === 'cause_added' ? [e.cause] : []));

const body = (word: string): string =>
  `commands:\n  C-01: {title: t, do: [{${sql(word)}}]}\nteardown:\n  C-02: {title: t, do: [{${sql('torn')}}]}\n`;

describe('sessions of the run on its servers', () => {
  test('are ended on each server before the teardown of a run that was stopped', async () => {
    const order: string[] = [];
    const staged: Stage = await stage(body('error'), {
      endSessions: ({ connection: { database } }) => {
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
  test.each([
    ['TIMEOUT', 'SESSIONS_LEFT', 5],
    ['UNREACHABLE', 'SESSIONS_UNPROVED', 1],
  ] as const)(
    'that can not be proved gone (%s) are a cause, and the teardown goes on; a throwaway server takes its own with it',
    async (code, cause, exitCode) => {
      const at = {
        via: 'url',
        host: 'memory',
        database: 'a',
        standIn: false,
        identity: {},
      } as unknown as BoundTarget;
      const staged = await stage(body('error'), {
        endSessions: () => Promise.resolve({ ok: false, error: { code, message: 'no route' } }),
        bound: { a: at },
      });
      expect(await staged.run()).toMatchObject({ verdict: 'FAIL', exitCode });
      expect(causes(staged)).toMatchObject([
        { code: cause, message: expect.stringMatching(/ a could not.*no route/) as string },
      ]);
      expect(staged.statements).toContain("select 'torn'");
    },
  );
});

test('what was to be kept and is left behind counts, too', () => {
  const resource = (state: string, durability: string) => ({ state, durability });
  const resources = new Map([
    ['R-1', resource('leaked', 'kept')],
    ['R-2', resource('leaked', 'ephemeral')],
    ['R-3', resource('kept', 'kept')],
  ]);
  const state = { commands: new Map(), gates: new Map(), resources, recovered: false, laterCauses: [] };
  expect(endStates({ recorder: { state } } as never)).toMatchObject({ leaked: 2 });
});

test('a run that is refused takes away what its preparation made, and what stays is its exit code', async () => {
  const cause = { kind: 'control', code: 'CLAIMED', command: null, gate: null, message: 'taken' } as const;
  const refused = async (destroy?: World['destroy']) => {
    const staged = await stage(body('ok'), destroy && { destroy });
    const ledger = ledgerFor(staged.execution.recorder, null);
    const made = { kind: 'folder', name: 'work', durability: 'ephemeral', handle: {} } as const;
    await ledger.created(await ledger.intend(made), {});
    const { verdict, exitCode } = await refuse(staged.execution, cause, 6, { offered: [], malformed: [] });
    return [verdict, exitCode, staged.destroyed];
  };
  const busy = { ok: false, error: { code: 'FILE_IO', message: 'EBUSY' } } as const;
  expect(await refused()).toEqual(['REFUSED', 6, ['work']]);
  expect(await refused(() => Promise.resolve(busy))).toEqual(['REFUSED', 5, []]);
});

test('an end that can not be written down is none, whatever held', async () => {
  const journal = new MemoryFile();
  const watch = (event: RunEvent): void => {
    if (event.type === 'leak_scan') journal.room = journal.text.length;
  };
  const staged = await stage(body('ok'), { journal, watch });
  expect(await staged.run()).toMatchObject({ exitCode: 5, complete: false });
  expect(staged.events().at(-1)?.type).toBe('leak_scan');
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

test('a command of teardown that takes too long is told once', async () => {
  const staged = await stage(
    `commands:\n  C-01: {title: t, do: [{${sql('ok')}}]}\nteardown:\n  C-02: {title: t, timeout: 40ms, do: [{${sql('hang')}}]}\n`,
  );
  expect(await staged.run()).toMatchObject({ verdict: 'FAIL', exitCode: 1 });
  expect(causes(staged)).toMatchObject([{ kind: 'timeout', code: 'TIMEOUT', command: 'C-02' }]);
});

test('a hard abort in teardown closes its target to the gates beside it, which go on', async () => {
  const gate = (id: string, word: string, more = ''): string =>
    `      ${id}: {title: t, probe: {${sql(word)}}, expect: {row_count: 1}${more}}\n`;
  const guards = gate('G-01', 'mismatch') + gate('G-02', 'none', ', retry: {attempts: 3, every: 1ms}');
  const staged = await stage(
    `commands:\n  C-01: {title: t, do: [{${sql('ok', 'b')}}]}\nteardown:\n  C-02:\n    title: t\n    guards:\n${guards}`,
  );
  expect(await staged.run()).toMatchObject({ verdict: 'FAIL' });
  expect(staged.sessions.filter((name) => name === 'a')).toHaveLength(2);
});

test('a stopped run has its reserve for the teardown: a disk that is full by then is no further cause', async () => {
  const journal = new MemoryFile(Number.POSITIVE_INFINITY, 1024 * 1024);
  const watch = (event: RunEvent): void => {
    if (event.type === 'abort') journal.room = journal.text.length + 300;
  };
  const staged = await stage(body('error'), { journal, watch });
  expect(await staged.run()).toMatchObject({ verdict: 'FAIL', exitCode: 1, complete: true });
  expect(causes(staged)).toEqual([]);
});
