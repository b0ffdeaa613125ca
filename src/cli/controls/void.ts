import { operatorName, systemClock } from '../../adapters/host.js';
import { bundleFiles } from '../../adapters/bundle/files.js';
import { createSsh } from '../../adapters/ssh/index.js';
import { findState } from '../../adapters/state/index.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { annotate } from '../../bundle/annotate.js';
import { verifyBundle } from '../../bundle/verify.js';
import type { RunEntry, StateFolder, Voided } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { problemText, tell, usage } from '../io.js';
import { isSealed } from '../evidence/bundle-there.js';
import { readReason } from './reason.js';
import { entryOf, exitWithout, runUnknown } from '../finishing/find-run.js';
import { hasBegun, readRun } from '../finishing/past-run.js';
import { inState } from '../shown.js';

export interface VoidOptions {
  readonly reason: string;
  /** Who signs the note in the bundle, and with what; unsigned without. */
  readonly as?: string;
  readonly key?: string;
  readonly state: string;
}

/**
 * `gatebook void RUN`: gives back the target that a run keeps which failed after a change on production. Its
 * evidence stays, its approvals stay used, its id is never used again.
 */
export async function voidCommand(id: string, options: VoidOptions): Promise<number> {
  const reason = readReason(options.reason);
  if (!reason.ok) return usage(reason.error, 'void');
  if ((options.as === undefined) !== (options.key === undefined))
    return usage('--as and --key go together', 'void');
  const state = await findState(options.state);
  if (!state.ok) return tell(problemText(state.error), 4);
  if (state.value === null) return tell(problemText(runUnknown(id, options.state)), 2);
  const entry = await voidable(state.value, id);
  if (!entry.ok) return tell(problemText(entry.error), exitWithout(entry.error));
  const declared: Voided = {
    run: entry.value.id,
    reason: reason.value,
    by: operatorName(),
    at: systemClock.now(),
  };
  const done = await state.value.controls.voidRun(declared);
  if (!done.ok && done.error.code !== 'ALREADY_VOID') return tell(problemText(done.error), 4);
  const claims = await state.value.claims();
  const held = claims.ok && claims.value.some((claim) => claim.held && claim.run === entry.value.id);
  const released = await state.value.release(entry.value.id);
  if (!released.ok) return tell(problemText(released.error), 4);
  if (done.ok) {
    const noted = await note(entry.value, declared, options, ' and says so');
    const kept = held ? 'what it kept is given back' : 'it kept no target';
    return tell(`run ${id} is void; ${kept}, its evidence stays${noted}\n`, 0);
  }
  const voided = await state.value.controls.voided();
  const first = voided.ok ? voided.value.find(({ run }) => run === id) : undefined;
  if (first === undefined) return tell(`run ${id} is void already\n`, 0);
  // Who declared it may have been killed before its bundle said so.
  const noted = (await isNoted(entry.value, first))
    ? ''
    : await note(entry.value, first, options, '; its bundle says so now');
  return tell(`run ${id} is void already: ${voidWords(first)}${noted}\n`, 0);
}

/** `void since 2026-11-21 08:15:02 UTC, by alice: they said why`. */
export const voidWords = ({ at, by, reason }: Voided): string =>
  `void since ${at.slice(0, 19).replace('T', ' ')} UTC, by ${by}: ${reason}`;

const noteText = ({ reason }: Voided): string => `The run is void: ${reason}`;

/** The bundle says it too, beside what was sealed. That it can't be told there doesn't keep a target claimed. */
async function note(
  entry: RunEntry,
  declared: Voided,
  { as, key }: VoidOptions,
  words: string,
): Promise<string> {
  const who = (as ?? declared.by).replace(/[^A-Za-z0-9._@+-]/g, '-');
  const files = bundleFiles(entry.bundle);
  const said = { text: noteText(declared), who, keyFile: key ?? null, once: true };
  const added = await annotate(files, said, createSsh(), systemClock.now);
  return added.ok
    ? `${words} (annotation ${added.value.number}${added.value.signed ? '' : ', not signed'})`
    : `; no note could be added to it: ${added.error.message}`;
}

async function isNoted(entry: RunEntry, declared: Voided): Promise<boolean> {
  const annotations = { ssh: createSsh(), signers: null };
  const bundle = await verifyBundle(bundleFiles(entry.bundle), { requireSignature: false, annotations });
  return bundle.annotations.annotations.some(({ text }) => text === noteText(declared));
}

/** Only what has ended can be void: what is unfinished has to be torn down first. */
async function voidable(state: StateFolder, id: string): Promise<Result<RunEntry, Problem>> {
  const found = await entryOf(state, id);
  if (!found.ok) return found;
  const entry = found.value;
  if (state.isCleared(entry.id) && !(await hasBegun(entry))) return ok(entry);
  const run = await readRun(entry);
  const ended = run?.journal.records.some((record) => record.type === 'run_ended') === true;
  if (ended && isSealed(entry.bundle)) return ok(entry);
  return err({
    code: 'RUN_UNFINISHED',
    message: `run ${id} has not ended: what it made may still be there, and what it does may go on`,
    next: `gatebook teardown ${id}${inState(state.path)}   ends it once its process is gone; then it can be void`,
  });
}
