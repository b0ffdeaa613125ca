import { messageOf } from '../base/thrown.js';
import { pause } from '../base/timer.js';
import { toJson } from '../base/value.js';
import type { Value } from '../base/value.js';
import { evaluate, evaluateTemplate } from '../expression/index.js';
import { evaluateExpectations } from '../kinds/matchers/index.js';
import type { Observation } from '../kinds/matchers/index.js';
import type { KindProblem } from '../kinds/executor.js';
import { executors } from '../kinds/probes/executors.js';
import type { RunEvent } from '../model/event.js';
import type { PlannedCommand, PlannedGate } from '../model/plan.js';
import { askedWords } from '../plan/index.js';
import { childSignal } from './cancellation.js';
import { withCheckedArgs } from './checked.js';
import type { Execution } from './context.js';
import { probeContext } from './context.js';
import { fits, tooLarge } from './fits.js';
import { skipReason } from './skip-reason.js';
import { raceAbort } from './waiting.js';

type GateEnded = Extract<RunEvent, { readonly type: 'gate_ended' }>;
/** What a gate concluded, before it is recorded. `observed` is exact; the record holds its JSON form. */
export interface GateOutcome {
  readonly event: GateEnded;
  readonly observed?: Value;
  /** Set where a session found another cluster than it must: a hard abort whatever `on_fail` says. */
  readonly identityMismatch: boolean;
  readonly problem?: KindProblem;
}

/** Evaluates one gate: `when`, then the probe with its retries and time limit, then what it must satisfy. */
export async function evaluateGate(
  execution: Execution,
  command: PlannedCommand,
  gate: PlannedGate,
  signal: AbortSignal,
): Promise<GateOutcome> {
  const started = execution.world.clock.monotonicMs();
  const end = (rest: Partial<GateEnded> & Pick<GateEnded, 'state'>): GateEnded => ({
    type: 'gate_ended',
    gate: gate.id,
    command: command.id,
    expected: null,
    // What the plan says, of one that ends before its operands are known.
    expected_words: askedWords(gate),
    difference: null,
    attempts: 0,
    duration_ms: Math.round(execution.world.clock.monotonicMs() - started),
    ...rest,
  });

  const reason = skipReason(execution, command, gate);
  if (!reason.ok)
    return {
      event: end({ state: 'error', reason: reason.error.message }),
      identityMismatch: false,
      problem: reason.error,
    };
  if (reason.value !== null) return { event: end(reason.value), identityMismatch: false };

  const attempts = gate.retry?.attempts ?? 1;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await attemptGate({ execution, command, gate, signal }, (rest) =>
      end({ ...rest, attempts: attempt }),
    );
    const held = outcome.event.state === 'passed';
    if (held || attempt >= attempts || signal.aborted || outcome.identityMismatch) return outcome;
    await pause(gate.retry?.everyMs ?? 0, signal);
    if (signal.aborted) return outcome;
  }
}

/** A gate in its run. */
interface Placed {
  readonly execution: Execution;
  readonly command: PlannedCommand;
  readonly gate: PlannedGate;
  readonly signal: AbortSignal;
}

async function attemptGate(
  placed: Placed,
  end: (rest: Partial<GateEnded> & Pick<GateEnded, 'state'>) => GateEnded,
): Promise<GateOutcome> {
  const { gate, signal } = placed;
  const observation = await observe(placed);
  // Another cluster than the declared one is never just an echo of the cancellation.
  const mismatch = 'problem' in observation && observation.problem.code === 'IDENTITY_MISMATCH';
  if (signal.aborted && 'problem' in observation && !mismatch) {
    return {
      event: end({ state: 'cancelled', reason: 'cancelled while it was being evaluated' }),
      identityMismatch: false,
    };
  }
  const matched = match(placed, observation);
  if (!matched.ok) {
    const problem = matched.error;
    return {
      event: end({
        state: 'error',
        reason: problem.message,
        ...('observed' in observation && { observed: toJson(observation.observed) }),
      }),
      identityMismatch: problem.code === 'IDENTITY_MISMATCH',
      problem,
    };
  }
  const { passed, expected, expectedWords, observedWords, difference } = matched.value;
  return {
    event: end({
      state: passed ? 'passed' : softened(gate),
      expected,
      expected_words: expectedWords,
      ...('observed' in observation && { observed: toJson(observation.observed) }),
      observed_words: observedWords,
      difference:
        difference === null || fits(difference.detail ?? null) ? difference : { words: difference.words },
    }),
    ...('observed' in observation && { observed: observation.observed }),
    identityMismatch: false,
  };
}

/** `record` and `note` soften a mismatch only; a probe that couldn't be carried out stays an error. */
function softened(gate: PlannedGate): 'failed' | 'recorded' | 'noted' {
  if (gate.onFail === 'record') return 'recorded';
  return gate.onFail === 'note' ? 'noted' : 'failed';
}

async function observe({ execution, command, gate, signal }: Placed): Promise<Observation> {
  const args = evaluateTemplate(gate.probe.args, execution.scope.values(command));
  if (!args.ok) return { problem: { code: args.error.code, message: args.error.message } };
  if (gate.probe.kind === 'value') {
    const problem = tooLarge(args.value);
    return problem === null ? { observed: args.value } : { problem };
  }
  const limit = childSignal(signal, gate.timeoutMs);
  try {
    const execute = await withCheckedArgs(executors, 'probe', gate.probe.kind, args.value);
    if (!execute.ok) return { problem: execute.error };
    const context = probeContext(execution, {
      command: command.id,
      label: gate.id,
      timeoutMs: gate.timeoutMs,
      signal: limit.signal,
    });
    const result = await raceAbort(execute.value(context), limit.signal);
    if (!result.ok) return { problem: limit.expired() ? timedOut(gate) : result.error };
    const problem = tooLarge(result.value);
    return problem === null ? { observed: result.value } : { problem };
  } catch (error) {
    if (limit.expired()) return { problem: timedOut(gate) };
    return {
      problem: {
        code: 'INTERNAL',
        message: `the probe broke: ${messageOf(error)}`,
      },
    };
  } finally {
    limit.dispose();
  }
}

const timedOut = (gate: PlannedGate): KindProblem => ({
  code: 'TIMEOUT',
  message: `the probe did not end within ${gate.timeoutMs / 1000} s`,
  next: "raise the gate's timeout if it is known to take longer",
});

function match(
  { execution, command, gate }: Placed,
  observation: Observation,
): ReturnType<typeof evaluateExpectations> {
  const observed = 'observed' in observation ? observation.observed : undefined;
  return evaluateExpectations(
    { expect: gate.expect, ...(gate.assert !== undefined && { assert: gate.assert }) },
    observation,
    {
      operand: (template) => evaluateTemplate(template, execution.scope.values(command)),
      assert: (expression) =>
        evaluate(
          expression,
          execution.scope.values(command, observed === undefined ? {} : { value: observed }),
        ),
      baseline: (id) => execution.scope.observed(id),
    },
  );
}
