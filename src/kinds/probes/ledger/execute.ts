import { ok } from '../../../base/result.js';
import type { LedgerEntry, ProbeExecutor } from '../../executor.js';

/** What only the engine makes, for every run. */
const ofTheEngine: ReadonlySet<LedgerEntry['kind']> = new Set([
  'postgres.stand-in',
  'docker.stand-in',
  'gpg.home',
  'process',
  'claim',
]);

const shown = ({ name, kind, state }: LedgerEntry) => ({ name, type: kind, state });

export const execute: ProbeExecutor<unknown> = (_args, { ledger, run }) => {
  const made = ledger.entries().filter((e) => !ofTheEngine.has(e.kind) && e.handle['path'] !== run.work);
  // In a rehearsal nothing is meant to stay, whatever it is called.
  const gone = (e: LedgerEntry) => e.state === 'destroyed' || (e.state === 'kept' && run.mode === 'live');
  return Promise.resolve(
    ok({
      created: made.filter((e) => e.state !== 'intended').map(shown),
      left: made.filter((e) => !gone(e)).map(shown),
    }),
  );
};
