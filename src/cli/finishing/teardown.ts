import { readFile, rm, truncate } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { removeReserve } from '../../adapters/append-file.js';
import { hostName, operatorName } from '../../adapters/host.js';
import type { Containment } from '../../adapters/process/containment.js';
import { isInner } from '../../adapters/process/outer.js';
import { isAlive, isForbidden } from '../../adapters/process/own.js';
import { findState } from '../../adapters/state/index.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import { journalName } from '../../bundle/manifest.js';
import { recoverRun } from '../../execute/recover.js';
import type { Ended } from '../../execute/run.js';
import type { RunEntry, StateFolder } from '../../ports/state.js';
import { isSetAside } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { contained } from '../running/contained.js';
import { afterCompensation } from '../controls/controls.js';
import { problemText, say, tell } from '../io.js';
import { refusalDocument } from '../refusal-document.js';
import { destroyLeft, endLeft } from './left-behind.js';
import { entryOf, exitWithout, runUnknown } from './find-run.js';
import { hasBegun, readRun } from './past-run.js';
import type { PastRun } from './past-run.js';
import { bridgesOf, reopen } from './reopen.js';
import { resumedUi } from './resumed-ui.js';
import { isSealed } from '../evidence/bundle-there.js';
import { configuredKey, reportPath, seal, setAside } from '../evidence/seal.js';
import { inState, shown, word } from '../shown.js';
import type { Stopper } from '../running/stopper.js';
import { giveBack } from '../targets/target-claims.js';
import { takeTurn } from './turn.js';

/** How long a run's process may take to die before it counts as alive. */
const dyingMs = 2_000;
const pollMs = 50;

export interface TeardownOptions {
  readonly state: string;
  readonly json: boolean;
}

/** `gatebook teardown RUN`: 0 when nothing is left, else 5. */
export async function teardownCommand(id: string, options: TeardownOptions): Promise<number> {
  const found = await findState(options.state);
  const refused = async (problem: Problem, exitCode: number): Promise<number> => {
    if (options.json) await say(process.stdout, refusalDocument([problem], exitCode));
    return tell(problemText(problem), exitCode);
  };
  if (!found.ok) return refused(found.error, 4);
  const state = found.value;
  if (state === null) return refused(runUnknown(id, options.state), 2);
  const entry = await findRun(state, id);
  if (!entry.ok) return refused(entry.error, exitWithout(entry.error));
  // Inside the namespace the outer has it already. What the dead runner set aside is for this, on a full disk.
  if (!isInner()) await dropReserve(entry.value);
  const turn = isInner() ? ok(null) : await takeTurn(state, id);
  if (!turn.ok) return refused(turn.error, turn.error.code === 'STATE_IO' ? 4 : 6);
  return contained(async (containment, stopper) => {
    const bridges = bridgesOf(state, entry.value.id);
    await rm(bridges, { recursive: true, force: true });
    const exitCode = await finishRun(entry.value, state, { containment, stopper });
    await rm(bridges, { recursive: true, force: true });
    if (options.json) await say(process.stdout, await reportOf(state, id));
    return exitCode;
  });
}

const dropReserve = ({ bundle }: RunEntry): Promise<void> =>
  removeReserve(join(bundle, journalName)).catch(() => undefined);

interface Hold {
  readonly containment: Containment;
  readonly stopper: Stopper;
}

/** From where the bundle is now; nothing where there is no report. */
async function reportOf(state: StateFolder, id: string): Promise<string> {
  const entry = await state.find(id);
  const bundle = entry.ok ? entry.value?.bundle : undefined;
  return bundle === undefined ? '' : readFile(join(bundle, 'report.json'), 'utf8').catch(() => '');
}

async function findRun(state: StateFolder, id: string): Promise<Result<RunEntry, Problem>> {
  const found = await entryOf(state, id);
  if (!found.ok) return found;
  const entry = found.value;
  // Inside the namespace the outer has looked already, and its /proc is not ours.
  try {
    if (isInner() || !(await staysAlive(entry))) return ok(entry);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    const message = `run ${id} may still be at work: you may not look at process ${entry.process?.pid}, which had its number`;
    return err({ code: 'RUN_ALIVE', message, next: 'call again once that process has ended' });
  }
  const message = `run ${id} is still at work (process ${entry.process?.pid}); it tears itself down`;
  return err({
    code: 'RUN_ALIVE',
    message,
    next: `kill -INT ${entry.process?.pid}   stops it in good order`,
  });
}

/** One that was killed a moment ago may still be dying. */
async function staysAlive({ process: runner }: RunEntry): Promise<boolean> {
  for (let waited = 0; waited < dyingMs; waited += pollMs) {
    if ((await isAlive(runner)) !== true) return false;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return true;
}

async function finishRun(
  entry: RunEntry,
  state: StateFolder,
  { containment, stopper }: Hold,
): Promise<number> {
  const run = await readRun(entry);
  if (run === null && (await hadBegun(entry, state))) return tell(problemText(withoutJournal(entry)), 5);
  if (run === null) {
    // There may be no folder either, nor a place where one could be.
    await dropReserve(entry);
    return conclude(entry, 0, state, await state.release(entry.id));
  }
  const key = configuredKey();
  if (!key.ok) return tell(problemText(key.error), 4);
  const { records, end, wholeBytes, tornBytes } = run.journal;
  if (isSealed(entry.bundle)) return sweepSealed(entry, state, run, { containment, waited: false });
  const cut = tornBytes > 0 ? await cutJournal(entry.bundle, wholeBytes) : ok(null);
  if (!cut.ok) return tell(problemText(cut.error), 5);

  let folded = run.state;
  const waited = !records.some((record) => record.type === 'run_ended');
  if (waited) {
    const ui = await resumedUi(records);
    const reopened = await reopen(entry, {
      state: run.state,
      chain: end,
      digests: run.digests,
      containment,
      folder: state,
      ui,
    });
    if (!reopened.ok) return tell(problemText(reopened.error), 5);
    let ended: Ended;
    try {
      ended = await recoverRun(
        reopened.value,
        { operator: operatorName(), host: hostName() },
        { signal: stopper.impatience },
      );
    } finally {
      await reopened.value.close();
    }
    if (!ended.complete)
      return tell(
        `gatebook: the journal can't be written\nnext     make room on the disk, then gatebook teardown ${entry.id}${inState(state.path)}\n`,
        5,
      );
    folded = reopened.value.recorder.state;
  }
  const sealed = await seal(entry.bundle, key.value);
  if (!sealed.ok) return tell(problemText(sealed.error), 5);
  return sweepSealed(entry, state, { ...run, state: folded }, { containment, waited });
}

/** A run claims nothing before its journal is there: where it holds a claim and has none, it was taken away. */
async function hadBegun(entry: RunEntry, state: StateFolder): Promise<boolean> {
  if (await hasBegun(entry)) return true;
  if (existsSync(join(entry.bundle, journalName))) return false;
  const claims = await state.claims();
  return !claims.ok || claims.value.some(({ run }) => run === entry.id);
}

function withoutJournal({ id, bundle }: RunEntry): Problem {
  const missing = !existsSync(join(bundle, journalName));
  return {
    code: 'JOURNAL_DAMAGED',
    message: `the journal of ${id} is ${missing ? 'missing' : 'damaged'}; without it nothing can be told to be ours`,
    next: missing ? `put ${bundle} back in its place` : `gatebook verify ${word(bundle)}`,
  };
}

/** A sealed bundle is never written again, one with a secret in it goes aside; what the run had left is destroyed. */
async function sweepSealed(
  entry: RunEntry,
  state: StateFolder,
  { state: folded, digests }: PastRun,
  { containment, waited }: { readonly containment: Containment; readonly waited: boolean },
): Promise<number> {
  const aside = folded.leaks > 0 && !isSetAside(entry.bundle);
  const moved = aside ? await setAside(entry.bundle) : ok(entry.bundle);
  if (!moved.ok) return tell(problemText(moved.error), 5);
  const at = { ...entry, bundle: moved.value };
  const sealed = { state: folded, digests, containment, folder: state, waited };
  const swept = state.isCleared(entry.id)
    ? []
    : [...(await destroyLeft(at, sealed)), ...(await endLeft(at, sealed))];
  for (const { words } of swept) await say(process.stderr, `${words}\n`);
  const left = swept.filter(({ gone }) => !gone).length;
  const exitCode = await conclude(at, left, state, await giveBack(state, entry.id, folded));
  for (const next of await afterCompensation(entry.id, folded.compensation, state))
    await say(process.stderr, `next     ${next}\n`);
  return exitCode;
}

/** What a runner that died wrote of its last record. */
async function cutJournal(bundle: string, wholeBytes: number): Promise<Result<null, Problem>> {
  try {
    await truncate(join(bundle, journalName), wholeBytes);
    return ok(null);
  } catch (error) {
    return err({
      code: 'BUNDLE_UNWRITABLE',
      message: messageOf(error),
    });
  }
}

async function conclude(
  entry: RunEntry,
  left: number,
  state: StateFolder,
  given: Result<null, Problem>,
): Promise<number> {
  const noted = given.ok && left === 0 ? await state.clear(entry.id) : given;
  if (!noted.ok) return tell(problemText(noted.error), 5);
  const path = reportPath(entry.bundle);
  const report = existsSync(path) ? `report   ${shown(path)}\n` : '';
  if (left === 0) return tell(`nothing of ${entry.id} is left\n${report}`, 0);
  return tell(
    `of what ${entry.id} made, ${left} could not be proved gone\n${report}next     gatebook teardown ${entry.id}${inState(state.path)}, once what it names is reachable\n`,
    5,
  );
}
