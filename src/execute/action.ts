import { isMap, toJson } from '../base/value.js';
import type { Value } from '../base/value.js';
import { evaluateTemplate, toText } from '../expression/index.js';
import type { ActionResult, KindProblem } from '../kinds/executor.js';
import { executors } from '../kinds/actions/executors.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import { messageOf } from '../base/thrown.js';
import type { RunEvent } from '../model/event.js';
import type { PlannedAction, PlannedCommand } from '../model/plan.js';
import { timeIsUp } from './cancellation.js';
import { actionContext } from './context.js';
import type { Execution } from './context.js';
import { withCheckedArgs } from './checked.js';
import { tooLarge } from './fits.js';
import { raceAbort } from './waiting.js';
import { restsInRehearsal } from './rehearsal.js';
import { evaluateWhen } from './when.js';

type ProblemRecord = NonNullable<Extract<RunEvent, { readonly type: 'action_ended' }>['problem']>;

export type ActionOutcome =
  | { readonly state: 'passed' | 'skipped' }
  | { readonly state: 'failed' | 'cancelled'; readonly problem: KindProblem };

/** One action, and where it stands: the journal knows it by its command and its place there, from 0. */
interface Step {
  readonly command: PlannedCommand;
  readonly index: number;
  readonly action: PlannedAction;
}

/** Runs one action: `when`, intent on disk, the work itself, its end on disk. */
export async function runAction(
  execution: Execution,
  step: Step,
  signal: AbortSignal,
): Promise<ActionOutcome> {
  const { command, index, action } = step;
  const { recorder, scope, world } = execution;
  const started = world.clock.monotonicMs();
  const { kind, as } = action;
  const finish = async (
    state: 'passed' | 'failed' | 'cancelled' | 'skipped',
    rest: { outputs?: Value; words?: string; problem?: KindProblem } = {},
  ): Promise<void> => {
    const { outputs, words, problem } = rest;
    await recorder.record({
      type: 'action_ended',
      command: command.id,
      index,
      ...(as !== undefined && { as }),
      state,
      ...(outputs !== undefined && { outputs: toJson(bounded(outputs)) }),
      ...(words !== undefined && { words }),
      ...(problem !== undefined && { problem: recorded(problem) }),
      duration_ms: Math.round(world.clock.monotonicMs() - started),
    });
  };
  const fail = async (
    problem: KindProblem,
    state: 'failed' | 'cancelled' = 'failed',
  ): Promise<ActionOutcome> => {
    await finish(state, { problem });
    return { state, problem };
  };

  const rest = restsInRehearsal(execution, command, action);
  const wanted = rest === null ? evaluateWhen(action.when, scope.values(command)) : ok(false);
  await recorder.record({
    type: 'action_intended',
    command: command.id,
    index,
    kind,
    ...(as !== undefined && { as }),
  });
  if (!wanted.ok) return fail({ ...wanted.error, unchanged: true });
  if (!wanted.value) {
    await finish('skipped', { words: rest ?? `when: ${action.when?.source ?? ''}` });
    return { state: 'skipped' };
  }

  // In teardown no cause stops what comes next, and yet nothing is done whose intent is not on disk.
  if (recorder.blind)
    return fail({
      code: 'JOURNAL_UNWRITABLE',
      message: "the journal can't be written, so it was not begun",
      unchanged: true,
    });
  if (signal.aborted) {
    const message = 'the run was stopped before it began';
    return fail({ code: 'CANCELLED', message, unchanged: true }, 'cancelled');
  }
  const result = await carryOut(execution, step, signal);
  // A refusal that came with our own stop proves nothing.
  const judged = signal.aborted && !result.ok ? result : expectedError(execution, command, action, result);
  if (!judged.ok) return fail(judged.error, signal.aborted && !timeIsUp(signal) ? 'cancelled' : 'failed');
  if (as !== undefined) scope.addOutput(command.id, as, judged.value.outputs);
  await finish('passed', {
    outputs: judged.value.outputs,
    ...(judged.value.words !== undefined && { words: judged.value.words }),
  });
  return { state: 'passed' };
}

const recorded = ({ code, message, sqlstate, unchanged }: KindProblem): ProblemRecord => ({
  ...{ code, message },
  ...(sqlstate !== undefined && { sqlstate }),
  ...(unchanged !== undefined && { unchanged }),
});

async function carryOut(
  execution: Execution,
  { command, index, action }: Step,
  signal: AbortSignal,
): Promise<Result<ActionResult, KindProblem>> {
  const args = evaluateTemplate(action.args, execution.scope.values(command));
  if (!args.ok) return err({ code: args.error.code, message: args.error.message, unchanged: true });
  try {
    const execute = await withCheckedArgs(executors, 'action', action.kind, args.value);
    if (!execute.ok) return execute;
    const label = `${command.id}.${index + 1}`;
    const context = actionContext(execution, command, action, { label, signal });
    const result = await raceAbort(execute.value(context), signal);
    if (!result.ok) return timeIsUp(signal) ? err(timedOut(command)) : result;
    const problem = tooLarge(bounded(result.value.outputs));
    return problem === null ? result : err(problem);
  } catch (error) {
    if (timeIsUp(signal)) return err(timedOut(command));
    return err({
      code: 'INTERNAL',
      message: `the action broke: ${messageOf(error)}`,
    });
  }
}

const timedOut = (command: PlannedCommand): KindProblem => ({
  code: 'TIMEOUT',
  message: `it did not end within ${command.timeoutMs / 1000} s`,
  next: "raise the command's timeout if it is known to take longer",
});

/** With `expect_error` the refusal is the result, and its absence the failure. */
function expectedError(
  execution: Execution,
  command: PlannedCommand,
  action: PlannedAction,
  result: Result<ActionResult, KindProblem>,
): Result<ActionResult, KindProblem> {
  if (action.expectError === undefined) return result;
  const pattern = evaluateTemplate(action.expectError, execution.scope.values(command));
  if (!pattern.ok) return err({ code: pattern.error.code, message: pattern.error.message });
  const wanted = isMap(pattern.value) ? pattern.value : {};
  const words = Object.entries(wanted)
    .map(([k, v]) => `${k} ${toText(v)}`)
    .join(', ');
  if (result.ok)
    return err({
      code: 'ERROR_EXPECTED',
      message: `it was expected to be refused with ${words}, and it was not`,
    });
  const { code, message, sqlstate = null, exitCode = null } = result.error;
  const got: Readonly<Record<string, Value>> = { code, sqlstate, exit_code: exitCode };
  if (Object.entries(wanted).some(([key, value]) => got[key] !== value)) {
    return err({ ...result.error, message: `it was expected to be refused with ${words}, but: ${message}` });
  }
  return ok({
    outputs: { error: { code, sqlstate, message, exit_code: exitCode } },
    words: `refused as expected: ${sqlstate === null ? code : `SQLSTATE ${sqlstate}`}`,
  });
}

const maxText = 64 * 1024;
/** The first half of a surrogate pair whose second was cut off. */
const halfCharacter = /[\ud800-\udbff]$/;

/** Journal and report hold the beginning of a long text. */
function bounded(value: Value): Value {
  if (typeof value === 'string')
    return value.length > maxText
      ? `${value.slice(0, maxText).replace(halfCharacter, '')}… (cut; what a program printed is whole in logs/)`
      : value;
  if (Array.isArray(value)) return value.map(bounded);
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, bounded(v)]));
  return value;
}
