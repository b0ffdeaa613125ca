import { messageOf } from '../../base/thrown.js';
import type { JournalRecord } from '../../model/event.js';
import { apply, initialState } from './state.js';
import type { RunState } from './state.js';

/** A record that no run writes where it stands. */
export interface Impossible {
  readonly line: number;
  readonly message: string;
}

/**
 * Where a journal tells what can't have happened, or null. Its chain may hold all the same: whoever makes every hash
 * anew can take a record out, put one in twice, or give a failed run a better end.
 */
export function impossibleIn(records: readonly JournalRecord[]): Impossible | null {
  const [first] = records;
  if (first?.type !== 'run_planned') return { line: 1, message: 'a journal begins with what was planned' };
  const state = initialState(first.outline);
  for (const record of records) {
    try {
      apply(state, record);
    } catch (error) {
      const why = messageOf(error);
      return { line: record.seq, message: `it can't follow the records before it: ${why}` };
    }
  }
  const last = records.at(-1);
  if (last?.type !== 'run_ended' || last.verdict !== 'PASS') return null;
  const denied = whatDenies(state);
  return denied === null ? null : { line: last.seq, message: `it says PASS, and ${denied}` };
}

const commandHolds: ReadonlySet<string> = new Set(['passed', 'skipped']);
const gateHolds: ReadonlySet<string> = new Set(['passed', 'noted', 'skipped']);

/** What stands against a PASS. */
function whatDenies(state: RunState): string | null {
  for (const [id, command] of state.commands) if (!commandHolds.has(command)) return `${id} is ${command}`;
  for (const [id, gate] of state.gates) if (!gateHolds.has(gate.state)) return `${id} is ${gate.state}`;
  return state.cause === null ? null : `there is a cause: ${state.cause.message}`;
}
