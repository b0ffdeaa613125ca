import type { CommandId } from '../../base/ids.js';
import type { Ledger, LedgerEntry } from '../../kinds/executor.js';
import { JournalError } from '../../journal/append.js';
import type { Recorder } from './recorder.js';

/**
 * The resource ledger of a run, written ahead: an entry is on disk before the thing that it names exists.
 * Ids are `R-1`, `R-2`, … in the order of intent.
 */
export function ledgerFor(recorder: Recorder, command: CommandId | null): Ledger {
  const { resources } = recorder.state;
  return {
    entries: () => [...resources.values()],
    async intend({ kind, name, durability, handle }) {
      const unwritten = (): never => {
        throw new JournalError(`the journal can't be written, so ${name} is not made`);
      };
      if (recorder.blind) unwritten();
      const resource = recorder.nextResource();
      await recorder.record({ type: 'resource_intended', resource, kind, name, durability, command, handle });
      // What isn't on disk can't be found again: it must not come into being.
      if (recorder.blind) unwritten();
      return resource;
    },
    created: (resource, handle) => recorder.record({ type: 'resource_created', resource, handle }),
    kept: (resource, handle) => recorder.record({ type: 'resource_kept', resource, handle }),
    destroyed: (resource, proof) => recorder.record({ type: 'resource_destroyed', resource, proof }),
  };
}

/**
 * What must still be destroyed, newest first: a thing is undone before what it stands on. What was to be kept
 * and never got so far is half a thing, and goes too.
 */
export function remaining(entries: Iterable<LedgerEntry>): readonly LedgerEntry[] {
  return [...entries]
    .filter(
      ({ durability, state }) => state !== 'destroyed' && (durability === 'ephemeral' || state !== 'kept'),
    )
    .reverse();
}
