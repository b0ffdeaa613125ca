import { operatorName, systemClock } from '../../adapters/host.js';
import { createSsh } from '../../adapters/ssh/index.js';
import { findState } from '../../adapters/state/index.js';
import { namespaces, printEnable } from '../../approve/index.js';
import type { Signed } from '../../approve/index.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { KillSwitch, StateFolder } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { checkEnable } from './enable-statement.js';
import { howToRelease, whoAndWhy } from './controls.js';
import { problemText, say, tell, usage } from '../io.js';
import { readReason } from './reason.js';
import { inState, word } from '../shown.js';
import { readSigned } from '../authorizing/signed-file.js';
import { outputTaken, writeSigned } from '../authorizing/write-signed.js';

export interface EnableOptions {
  readonly state: string;
  /** A statement that was signed elsewhere; its signature lies beside it as FILE.sig. */
  readonly statement?: string;
  readonly as?: string;
  readonly key?: string;
  readonly output?: string;
  readonly reason?: string;
}

/**
 * `gatebook enable`: releases every switch that a person or a rehearsal engaged, and those that a failed change on
 * production engaged for whose slot a signed statement is given.
 */
export async function enableCommand(options: EnableOptions): Promise<number> {
  const wrong = misused(options);
  if (wrong !== null) return usage(wrong, 'enable');
  const state = await findState(options.state);
  if (!state.ok) return tell(problemText(state.error), 4);
  if (state.value === null) return tell(notEngaged, 0);
  const engaged = await state.value.controls.switches();
  if (!engaged.ok) return tell(problemText(engaged.error), 4);
  if (engaged.value.length === 0) return tell(notEngaged, 0);
  const taken = options.output === undefined ? null : outputTaken(options.output);
  if (taken !== null) return tell(problemText(taken), taken.exit);
  const statements = await statementsFor(engaged.value.filter(needsStatement), state.value, options);
  if (!statements.ok) return tell(problemText(statements.error), exits.get(statements.error.code) ?? 6);
  if (options.output !== undefined) return writeStatement(options.output, statements.value, state.value);
  return releaseAll(engaged.value, statements.value, state.value);
}

/** What can't be read, or keeps somebody from signing or checking here, says nothing of whether they may. */
const exits: ReadonlyMap<string, number> = new Map([
  ['STATEMENT_MALFORMED', 3],
  ['STATEMENT_UNREADABLE', 3],
  ['APPROVERS_MALFORMED', 3],
  ['APPROVERS_MISSING', 4],
  ['KEY_UNUSABLE', 4],
  ['KEY_UNPROTECTED', 4],
  ['PROGRAM_MISSING', 4],
  ['STATEMENT_MISSING', 4],
  ['TMPDIR_UNUSABLE', 4],
]);
const notEngaged = 'the kill switch is not engaged\n';

/** One by a rehearsal refuses rehearsals only, and anybody may release it. */
const needsStatement = ({ scope, escalate }: KillSwitch): boolean =>
  scope === 'production' && escalate !== null;

function misused({ statement, as, key, output, reason }: EnableOptions): string | null {
  if ((as === undefined) !== (key === undefined)) return '--as and --key go together';
  if (statement !== undefined && as !== undefined) return '--statement and --as exclude each other';
  if (output !== undefined && as === undefined) return '--output needs --as and --key';
  if (reason === undefined) return null;
  const read = readReason(reason);
  return read.ok ? null : read.error;
}

const besideIt = 'the statement and its signature lie side by side: FILE and FILE.sig';
type Statements = ReadonlyMap<KillSwitch, Signed>;

/** Each checked against the approvers' file of the run's project, whether it came as a file or is signed here. */
async function statementsFor(
  escalated: readonly KillSwitch[],
  state: StateFolder,
  options: EnableOptions,
): Promise<Result<Statements, Problem>> {
  const signed = new Map<KillSwitch, Signed>();
  const given =
    options.statement === undefined ? null : readSigned(options.statement, 'STATEMENT_UNREADABLE', besideIt);
  if (given !== null && !given.ok) return given;
  for (const entry of escalated) {
    const made = given ?? (await signHere(entry, state, options));
    if (!made.ok) return made;
    const statement = made.value;
    if (statement === null) continue;
    const checked = await checkEnable(statement, entry, state);
    if (checked.ok) signed.set(entry, statement);
    // A statement is for one run; another switch may be waiting for its own.
    else if (given === null || checked.error.code !== 'ENABLE_OTHER_RUN' || escalated.length === 1)
      return checked;
  }
  if (given !== null && signed.size === 0)
    return err({
      code: 'ENABLE_OTHER_RUN',
      message: 'the statement is for no kill switch that is engaged here',
    });
  return ok(signed);
}

/** Null where nobody was named who would sign it. */
async function signHere(
  { run, escalate, at }: KillSwitch,
  state: StateFolder,
  { as: principal, key, reason }: EnableOptions,
): Promise<Result<Signed | null, Problem>> {
  if (principal === undefined || key === undefined || run === null || escalate === null) return ok(null);
  const text = printEnable({
    ...{ state: state.id, run, slot: escalate, engaged_at: at, principal },
    reason: reason ?? 'runs may begin again',
  });
  const signature = await createSsh().sign(key, namespaces.enable, text);
  return signature.ok ? ok({ text, signature: signature.value }) : signature;
}

async function writeStatement(path: string, statements: Statements, state: StateFolder): Promise<number> {
  const again = inState(state.path);
  const [statement, ...others] = [...statements.values()];
  if (statement === undefined || others.length > 0) {
    const message =
      statement === undefined ? 'no kill switch here needs a statement' : 'several kill switches need one';
    return tell(problemText({ code: 'ENABLE_OTHER_RUN', message, next: `gatebook status${again}` }), 6);
  }
  const unwritten = await writeSigned(path, statement);
  if (unwritten !== null) return tell(problemText(unwritten), unwritten.exit);
  return tell(
    `${path} and ${path}.sig are written\nnext     gatebook enable --statement ${word(path)}${again}\n`,
    0,
  );
}

async function releaseAll(
  engaged: readonly KillSwitch[],
  statements: Statements,
  state: StateFolder,
): Promise<number> {
  const left: KillSwitch[] = [];
  // Who is killed before the last can give the same statement again: what it is for goes last.
  const inOrder = [...engaged.filter((one) => !needsStatement(one)), ...engaged.filter(needsStatement)];
  for (const entry of inOrder) {
    const statement = statements.get(entry) ?? null;
    if (needsStatement(entry) && statement === null) {
      left.push(entry);
      continue;
    }
    const released = { by: operatorName(), at: systemClock.now(), statement };
    const done = await state.controls.release(entry, released);
    if (!done.ok) return tell(problemText(done.error), 4);
    const scope = entry.scope === 'rehearsal' ? ', of rehearsals only' : '';
    await say(process.stderr, `released the kill switch${scope}: ${whoAndWhy(entry)}\n`);
  }
  const [first] = left;
  if (first === undefined) return tell('runs may begin again\n', 0);
  return tell(
    problemText({
      code: 'ENABLE_STATEMENT',
      message: `the kill switch stays engaged ${left.map(whoAndWhy).join('; ')}: it takes a signed statement of ${first.escalate}`,
      next: howToRelease(first, state),
    }),
    6,
  );
}
