import fc from 'fast-check';
import { expect, test } from 'vitest';
import { impossibleIn } from '../../src/execute/state/history.js';
import type { JournalRecord } from '../../src/model/event.js';
import { stage } from '../support/execution.js';
import type { Stage } from '../support/execution.js';

interface GateDraft {
  readonly word: string;
  readonly onFail: string;
  readonly target: string;
}
interface CommandDraft {
  readonly guards: readonly GateDraft[];
  readonly actions: readonly string[];
  readonly expectations: readonly GateDraft[];
}
interface Draft {
  readonly commands: readonly CommandDraft[];
  readonly teardown: readonly CommandDraft[];
  /** The run is stopped when this many events have been recorded. */
  readonly stopAt: number;
}

const word = fc.constantFrom('ok', 'ok', 'ok', 'slow', 'none', 'error', 'mismatch');
const gate = fc.record({
  word,
  onFail: fc.constantFrom('abort', 'hard-abort', 'fail', 'record', 'note'),
  target: fc.constantFrom('a', 'b'),
});
const action = fc.constantFrom('ok', 'ok', 'ok', 'error', 'mkdir');
const command = fc.record({
  guards: fc.array(gate, { maxLength: 3 }),
  actions: fc.array(action, { maxLength: 3 }),
  expectations: fc.array(gate, { maxLength: 2 }),
});
const draft: fc.Arbitrary<Draft> = fc.record({
  commands: fc.array(command, { minLength: 1, maxLength: 4 }),
  teardown: fc.array(command, { maxLength: 2 }),
  stopAt: fc.oneof(fc.constant(1000), fc.integer({ min: 1, max: 40 })),
});

function write({ commands, teardown }: Draft): string {
  let gates = 0;
  let made = 0;
  const number = (n: number): string => String(n).padStart(2, '0');
  const gateLine = ({ word: w, onFail, target }: GateDraft): string =>
    `      G-${number((gates += 1))}: {title: t, on_fail: ${onFail}, probe: {sql: {target: ${target}, query: "select '${w}'"}}, expect: {row_count: 1}}\n`;
  const actionLine = (w: string): string => {
    if (w !== 'mkdir') return `      - sql: {target: b, query: "select '${w}'"}\n`;
    made += 1;
    return `      - mkdir: {path: /run-work/f${made}}\n        as: f${made}\n`;
  };
  const part = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `    ${title}:\n${lines.join('')}`;
  const text = (drafts: readonly CommandDraft[], from: number): string =>
    drafts
      .map(({ guards, actions, expectations }, i) => {
        const parts = part('guards', guards.map(gateLine)) + part('do', actions.map(actionLine));
        const rest = part('expectations', expectations.map(gateLine));
        const whole = parts + rest === '' ? '    do: [{wait: {for: 1ms}}]\n' : parts + rest;
        return `  C-${number(from + i)}:\n    title: t\n${whole}`;
      })
      .join('');
  const torn = teardown.length === 0 ? '' : `teardown:\n${text(teardown, commands.length + 1)}`;
  return `commands:\n${text(commands, 1)}${torn}`;
}

async function played(what: Draft): Promise<Stage> {
  let seen = 0;
  const staged = await stage(write(what), {
    watch: (_, self) => {
      seen += 1;
      if (seen === what.stopAt) self.abort();
    },
  });
  await staged.run();
  return staged;
}

/** What holds of every journal, whatever was in the plan and whenever it was stopped. */
function checkJournal(events: readonly JournalRecord[]): void {
  expect(impossibleIn(events)).toBeNull();
  const ends = events.flatMap((e) => (e.type === 'gate_ended' ? [e.gate] : []));
  expect(new Set(ends).size).toBe(ends.length);
  const [plan] = events;
  if (plan?.type !== 'run_planned') throw new Error('the first record is the plan');
  expect(new Set(ends)).toEqual(new Set(plan.outline.commands.flatMap((c) => c.gates.map((g) => g.id))));
  const commandEnds = events.flatMap((e) => (e.type === 'command_ended' ? [e.command] : []));
  expect(commandEnds.toSorted()).toEqual(plan.outline.commands.map((c) => c.id).toSorted());
  const teardownIds = new Set(plan.outline.commands.filter((c) => c.teardown).map((c) => c.id));
  const aborted = events.findIndex((e) => e.type === 'abort');
  if (aborted >= 0) {
    const late = events.slice(aborted).filter((e) => e.type === 'action_ended' && e.state === 'passed');
    const begunLate = events
      .slice(aborted)
      .filter((e) => e.type === 'action_intended' && !teardownIds.has(e.command));
    expect(begunLate).toEqual([]);
    // What was in the air may still have ended well; nothing that began later may.
    expect(
      late.filter((e) => e.type === 'action_ended' && !teardownIds.has(e.command)).length,
    ).toBeLessThanOrEqual(1);
  }
  const last = events.at(-1);
  expect(last?.type).toBe('run_ended');
  const firstCause = events.find((e) => e.type === 'abort' || e.type === 'cause_added');
  if (last?.type === 'run_ended')
    expect(last.cause).toEqual(firstCause === undefined ? null : firstCause.cause);
}

test('whatever the plan and whenever it is stopped: gates end once, nothing begins after an abort, teardown comes once, the first cause stays', async () => {
  await fc.assert(
    fc.asyncProperty(draft, async (what) => {
      const staged = await played(what);
      const events = staged.events();
      checkJournal(events);
      expect(events.filter((e) => e.type === 'teardown_started')).toHaveLength(1);
      expect(staged.rebuilt()).toEqual(staged.execution.recorder.state);
      const { resources, embargoed } = staged.rebuilt();
      expect([...resources.values()].filter((r) => r.state !== 'destroyed')).toEqual([]);
      for (const target of embargoed) expect(staged.execution.targets.isEmbargoed(target)).toBe(true);
    }),
    { numRuns: 70 },
  );
}, 60_000);

test('killed after any record: recovery ends the run, runs nothing again, leaves nothing, and the verdict is ABORTED, 8', async () => {
  await fc.assert(
    fc.asyncProperty(draft, fc.double({ min: 0, max: 1, noNaN: true }), async (what, where) => {
      const staged = await played(what);
      const all = staged.events();
      const records = 1 + Math.floor(where * (all.length - 2));
      const { ended, again } = await staged.recover(records);
      expect(ended).toMatchObject({ verdict: 'ABORTED', exitCode: 8, complete: true });
      const events = again.events();
      checkJournal(events);
      const begun = (list: readonly JournalRecord[]): number =>
        list.filter((e) => e.type === 'action_intended' && e.command <= `C-0${what.commands.length}`).length;
      expect(begun(events)).toBe(begun(all.slice(0, records)));
      expect([...again.rebuilt().resources.values()].filter((r) => r.state !== 'destroyed')).toEqual([]);
      expect(again.rebuilt()).toEqual(again.execution.recorder.state);
    }),
    { numRuns: 70 },
  );
}, 60_000);

test('killed a second time, in its recovery: the next one ends it', async () => {
  await fc.assert(
    fc.asyncProperty(draft, fc.nat(200), fc.nat(200), async (what, first, second) => {
      const staged = await played(what);
      const once = await staged.recover(1 + (first % (staged.events().length - 1)));
      const before = once.again.events().length;
      const { ended, again } = await once.again.recover(1 + (second % (before - 1)));
      expect(ended.verdict).toBe('ABORTED');
      checkJournal(again.events());
    }),
    { numRuns: 30 },
  );
}, 60_000);
