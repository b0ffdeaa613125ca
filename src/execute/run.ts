import { relative } from 'node:path';
import type { MalformedApproval, OfferedApproval } from '../model/approval.js';
import type { Cause, Verdict } from '../model/event.js';
import type { PlannedCommand } from '../model/plan.js';
import { closeGates } from './close-gates.js';
import { compensate } from './compensation.js';
import { runCommand } from './command.js';
import type { Execution } from './context.js';
import { evaluateParts } from './parts.js';
import { endStates, sweep, tearDown } from './teardown.js';
import { judge, teardownStatus } from './state/verdict.js';
import type { Judgement } from './state/verdict.js';

export interface Ended {
  readonly verdict: Verdict;
  readonly exitCode: number;
  readonly cause: Cause | null;
  /** False where the journal could not be written to its end: nothing is sealed then. */
  readonly complete: boolean;
}

/** A second chance to leave: fires when the operator insists during teardown. */
export interface Patience {
  readonly signal: AbortSignal;
}

/** The life of an admitted run: commands in order, teardown, the parts of its report, its end. */
export async function executeRun(admitted: Execution, patience: Patience): Promise<Ended> {
  const execution = await begin(admitted);
  const { plan, cancellation } = execution;
  for (const command of plan.commands) {
    if (cancellation.signal.aborted) await passOver(execution, command);
    else await runCommand(execution, command, 'stop-at-failure', cancellation.signal);
  }
  return finish(execution, patience);
}

export const stoppedBefore = 'the run had been stopped before it';

/** A command that the run doesn't come to any more. */
export async function passOver(execution: Execution, command: PlannedCommand): Promise<void> {
  await closeGates(execution, command, 'not_evaluated', stoppedBefore);
  const ended = { type: 'command_ended', command: command.id, state: 'not_run', duration_ms: 0 } as const;
  await execution.recorder.record(ended);
}

/** What is prepared before this record is no part of the run's window, nor of its duration. */
export async function begin(execution: Execution): Promise<Execution> {
  const startedMonotonicMs = execution.world.clock.monotonicMs();
  await execution.recorder.record({ type: 'run_started' });
  return { ...execution, facts: { ...execution.facts, startedMonotonicMs } };
}

/** Teardown and everything after it; a recovered run comes in here. */
export async function finish(execution: Execution, patience: Patience): Promise<Ended> {
  const { recorder, cancellation } = execution;
  if (cancellation.cause !== null) await recorder.releaseReserve();
  const reason =
    cancellation.cause === null ? 'every command has ended' : `STOP: ${cancellation.cause.message}`;
  // First of all: what went wrong on production must not be begun again by anyone.
  await compensate(execution);
  await tearDown(execution, reason, patience.signal);
  const before = judge({
    mode: execution.facts.mode,
    cause: recorder.state.cause,
    declared: null,
    ...endStates(execution),
  });
  const parts = evaluateParts(execution, before.verdict);
  await sweep(execution);
  await recorder.record({ type: 'parts_evaluated', parts });
  await scanBundle(execution);
  const declared = parts.verdict_lines.find(([name]) => name === 'result')?.[1] ?? null;
  await compensate(execution, declared);
  return conclude(execution, declared);
}

/** The approvals that a refused run was given. */
interface Given {
  readonly offered: readonly OfferedApproval[];
  readonly malformed: readonly MalformedApproval[];
}

/** A refusal before C-01, or the failure of its preparation: what was made so far is undone, and it is reported. */
export async function refuse(
  execution: Execution,
  cause: Cause,
  exitCode: 3 | 4 | 6,
  { offered, malformed }: Given,
): Promise<Ended> {
  const { recorder } = execution;
  await recorder.record({
    ...{ type: 'run_refused', cause, offered },
    ...(malformed.length > 0 && { malformed }),
  });
  await sweep(execution);
  return end(execution, () => ({
    verdict: 'REFUSED',
    exitCode: endStates(execution).leaked > 0 ? 5 : exitCode,
  }));
}

/** A secret anywhere in the evidence is a failure of the run. */
async function scanBundle(execution: Execution): Promise<void> {
  const { world, recorder, facts } = execution;
  const scanned = await world.scan([facts.bundle]);
  if (scanned.ok) {
    const { hits, filesScanned } = scanned.value;
    await recorder.record({ type: 'leak_scan', files: filesScanned, hits });
    if (hits.length === 0) return;
    const where = hits
      .map((h) => `${relative(facts.bundle, h.file)}:${h.line} (${h.kind})`)
      .slice(0, 5)
      .join(', ');
    await addCause(execution, 'LEAK', `what looks like a secret stands in the evidence: ${where}`);
    return;
  }
  await addCause(
    execution,
    scanned.error.code,
    `the evidence could not be scanned for secrets: ${scanned.error.message}`,
  );
}

async function addCause(execution: Execution, code: string, message: string): Promise<void> {
  await execution.recorder.record({
    type: 'cause_added',
    cause: { kind: 'leak', code, command: null, gate: null, message },
  });
}

/** Verdict and exit code from the states and the causes that stand when the last record is made. */
export function conclude(execution: Execution, declared: string | null): Promise<Ended> {
  return end(execution, () =>
    judge({
      mode: execution.facts.mode,
      cause: execution.recorder.state.cause,
      declared,
      ...endStates(execution),
    }),
  );
}

async function end(execution: Execution, judgement: () => Judgement): Promise<Ended> {
  const { recorder, facts, world } = execution;
  const ended = await recorder.recordEnd(() => {
    const { verdict, exitCode } = judgement();
    const { cause, commands, resources } = recorder.state;
    const acted = facts.mode !== 'dry-run';
    const teardown = teardownStatus({
      started: acted && [...commands.values()].some((s) => s !== 'pending' && s !== 'not_run'),
      resources: facts.mode === 'dry-run' ? 0 : resources.size,
      leaked: endStates(execution).leaked,
    });
    const duration_ms = Math.round(world.clock.monotonicMs() - facts.startedMonotonicMs);
    return {
      type: 'run_ended',
      verdict,
      exit_code: recorder.blind ? 5 : exitCode,
      cause,
      teardown,
      duration_ms,
    };
  });
  const { verdict, cause } = ended;
  return { verdict, cause, exitCode: recorder.blind ? 5 : ended.exit_code, complete: !recorder.blind };
}
