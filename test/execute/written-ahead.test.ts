import { expect, test } from 'vitest';
import { ledgerFor, remaining } from '../../src/execute/state/ledger.js';
import { refuse } from '../../src/execute/run.js';
import { Recorder } from '../../src/execute/state/recorder.js';
import { openJournal } from '../../src/journal/append.js';
import type { RunEvent } from '../../src/model/event.js';
import { MemoryFile, stage } from '../support/execution.js';
import type { Stage } from '../support/execution.js';

const sql = (word: string, target = 'a'): string => `sql: {target: ${target}, query: "select '${word}'"}`;

const clock = { now: () => '2026-01-01T00:00:00.000Z', monotonicMs: () => 0 };

/** The types of the records that were on the disk at the very moment at which they were told of. */
class Watched {
  readonly #onDisk = new Map<RunEvent['type'], boolean>();
  readonly watch = (event: RunEvent, { journal }: Stage): void => {
    const before = this.#onDisk.get(event.type) ?? true;
    this.#onDisk.set(event.type, before && journal.synced === journal.text);
  };
  readonly ahead = (): string[] => [...this.#onDisk].flatMap(([type, all]) => (all ? [type] : [])).sort();
}

test('an action begins once its intent is on the disk, and the result of the one before it', async () => {
  const file = new MemoryFile();
  const onDisk: string[][] = [];
  const staged = await stage(`commands:\n  C-01: {title: t, do: [{${sql('one')}}, {${sql('two')}}]}\n`, {
    journal: file,
    server: () => {
      const lines = file.synced.trimEnd().split('\n');
      onDisk.push(lines.map((line) => (JSON.parse(line) as RunEvent).type).slice(-3));
      return Promise.resolve({ ok: true, value: { rows: [], rowCount: 1, command: 'SELECT' } });
    },
  });
  expect(await staged.run()).toMatchObject({ verdict: 'PASS' });
  expect(onDisk).toEqual([
    ['run_started', 'command_started', 'action_intended'],
    ['action_intended', 'action_ended', 'action_intended'],
  ]);
});

test('what later decisions rest on is on the disk before anything else happens', async () => {
  const [run, keeping, refused] = [new Watched(), new Watched(), new Watched()];
  const body = `compensation: {kill_switch: true, record: [], escalate: SG_3}
commands:
  C-01: {title: t, effect: change, do: [{mkdir: {path: /run-work/one}, as: one}, {${sql('one')}}]}
  C-02:
    title: t
    guards:
      G-01: {title: t, probe: {${sql('none', 'b')}}, expect: {row_count: 1}, on_fail: hard-abort}
`;
  const staged = await stage(body, { production: true, watch: run.watch });
  expect(await staged.run()).toMatchObject({ verdict: 'FAIL' });
  expect(run.ahead()).toEqual([
    ...['abort', 'action_intended', 'compensation_engaged', 'embargo', 'resource_created'],
    ...['resource_intended', 'run_ended', 'run_planned', 'run_started', 'teardown_started'],
  ]);
  await staged.recover(4);
  expect(run.ahead()).toContain('recovery_started');

  const kept = await stage(body, { watch: keeping.watch });
  const ledger = ledgerFor(kept.execution.recorder, null);
  const artifact = { kind: 'artifact', name: 'a', durability: 'kept', handle: {} } as const;
  await ledger.kept(await ledger.intend(artifact), {});
  expect(keeping.ahead()).toEqual(['resource_intended', 'resource_kept']);

  const never = await stage(body, { watch: refused.watch });
  const cause = { kind: 'control', code: 'CLAIMED', command: null, gate: null, message: 'taken' } as const;
  await refuse(never.execution, cause, 6, { offered: [], malformed: [] });
  expect(refused.ahead()).toEqual(['run_ended', 'run_refused']);
});

test('a journal that can not be written any more: no gate of the teardown asks anything', async () => {
  const file = new MemoryFile();
  const staged = await stage(
    `commands:
  C-01: {title: t, do: [{mkdir: {path: /run-work/one}, as: one}]}
teardown:
  C-02:
    title: t
    guards:
      G-01: {title: t, probe: {${sql('never')}}, expect: {row_count: 1}}
`,
    {
      journal: file,
      watch: (event) => {
        if (event.type === 'action_ended') file.room = file.text.length;
      },
    },
  );
  expect(await staged.run()).toMatchObject({ exitCode: 5, complete: false });
  expect([staged.sessions, staged.destroyed]).toEqual([[], ['one']]);
});

test('what could not be written down does not come into being', async () => {
  const file = new MemoryFile();
  const { execution } = await stage(`commands:\n  C-01: {title: t, do: [{${sql('one')}}]}\n`, {
    journal: file,
  });
  file.room = file.text.length;
  const intended = ledgerFor(execution.recorder, null).intend({
    ...{ kind: 'artifact', name: 'dump', durability: 'kept', handle: {} },
  });
  await expect(intended).rejects.toThrow("the journal can't be written, so dump is not made");
});

test('of what a run made all goes, newest first, but what it kept whole', () => {
  const durabilities = ['ephemeral', 'kept'] as const;
  const states = ['intended', 'created', 'kept', 'destroyed', 'leaked'] as const;
  const entries = durabilities.flatMap((durability) =>
    states.map((state) => ({
      ...{ resource: `${durability} ${state}`, kind: 'file', name: 'f', durability, state, handle: {} },
    })),
  );
  expect(remaining(entries as never).map(({ resource }) => resource)).toEqual([
    ...['kept leaked', 'kept created', 'kept intended'],
    ...['ephemeral leaked', 'ephemeral kept', 'ephemeral created', 'ephemeral intended'],
  ]);
});

test('arguments that turn out to be none of their kind: nothing is done with them', async () => {
  const staged = await stage(
    `params: {n: {type: integer, default: 5}}
commands:
  C-01:
    title: t
    guards:
      G-01: {title: t, probe: {sql: {target: a, query: "\${{ params.n }}"}}, expect: {row_count: 1}, on_fail: fail}
      G-02: {title: t, probe: {sql: {target: a, query: "select 'ok'"}}, expect: {row_count: 1}}
  C-02: {title: t, do: [{sql: {target: a, query: "\${{ params.n }}"}}]}
`,
  );
  expect(await staged.run()).toMatchObject({ verdict: 'FAIL' });
  expect(staged.statements).toEqual(["select 'ok'"]);
  const said = staged.events().flatMap((e) => {
    if (e.type === 'gate_ended' && e.state === 'error') return [e.reason];
    return e.type === 'action_ended' ? [e.problem?.message] : [];
  });
  expect(said).toEqual(['query must be of the type string', 'query must be of the type string']);
});

test('a journal that stays full is told of once, and the ledger takes in nothing more', async () => {
  const told: string[] = [];
  const { state } = (await stage(`commands:\n  C-01: {title: t, do: [{${sql('one')}}]}\n`)).execution
    .recorder;
  const full = openJournal(new MemoryFile(0), clock, (text) => text);
  const recorder = new Recorder(
    full,
    state,
    () => undefined,
    (why) => told.push(why),
  );
  await recorder.record({ type: 'run_started' });
  expect(told).toEqual(['ENOSPC: no space left']);
  const entry = { kind: 'artifact', name: 'a', durability: 'kept', handle: {} } as const;
  await expect(ledgerFor(recorder, null).intend(entry)).rejects.toThrow('so a is not made');
  expect(state.resources.size).toBe(0);
});
