import type { CommandId } from '../base/ids.js';
import type { Ledger, LedgerEntry } from '../kinds/executor.js';
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
      const resource = recorder.nextResource();
      await recorder.record({ type: 'resource_intended', resource, kind, name, durability, command, handle });
      return resource;
    },
    created: (resource, handle) => recorder.record({ type: 'resource_created', resource, handle }),
    kept: (resource, handle) => recorder.record({ type: 'resource_kept', resource, handle }),
    destroyed: (resource, proof) => recorder.record({ type: 'resource_destroyed', resource, proof }),
  };
}

/** What must still be destroyed, newest first: a thing is undone before what it stands on. */
export function remaining(entries: Iterable<LedgerEntry>): readonly LedgerEntry[] {
  return [...entries].filter((e) => e.durability === 'ephemeral' && e.state !== 'destroyed').reverse();
}
