import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { toJson } from '../base/value.js';
import type { Value } from '../base/value.js';
import { checkArgs } from '../document/args.js';
import { evaluate, evaluateTemplate, toText } from '../expression/index.js';
import { evaluateExpectations } from '../kinds/matchers/index.js';
import type { KindProblem } from '../kinds/executor.js';
import { executors } from '../kinds/probes/executors.js';
import { probes } from '../kinds/probes/index.js';
import type { RunEvent } from '../model/event.js';
import type { Matcher } from '../model/matcher.js';
import type { PlannedCommand, PlannedGate } from '../model/plan.js';
import { showTemplate } from '../model/template.js';
import { childSignal } from './cancellation.js';
import type { Execution } from './context.js';
import { probeContext } from './context.js';
import { pause, raceAbort } from './waiting.js';
import { absentForRehearsal } from './rehearsal.js';

type GateEnded = Extract<RunEvent, { readonly type: 'gate_ended' }>;
/** What a gate concluded, before it is recorded. `observed` is exact; the record holds its JSON form. */
export interface GateOutcome {
  readonly event: GateEnded;
  readonly observed?: Value;
  /** Set where a session found another cluster than it must: a hard abort whatever `on_fail` says. */
  readonly identityMismatch: boolean;
  readonly problem?: KindProblem;
}

type Observation = { readonly observed: Value } | { readonly problem: KindProblem };

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
    expected_words: [],
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
    const outcome = await attemptGate(execution, command, gate, signal, (rest) =>
      end({ ...rest, attempts: attempt }),
    );
    const held = outcome.event.state === 'passed';
    if (held || attempt >= attempts || signal.aborted || outcome.identityMismatch) return outcome;
    await pause(gate.retry?.everyMs ?? 0, signal);
    if (signal.aborted) return outcome;
  }
}

async function attemptGate(
  execution: Execution,
  command: PlannedCommand,
  gate: PlannedGate,
  signal: AbortSignal,
  end: (rest: Partial<GateEnded> & Pick<GateEnded, 'state'>) => GateEnded,
): Promise<GateOutcome> {
  const observation = await observe(execution, command, gate, signal);
  // Another cluster than the declared one is never just an echo of the cancellation.
  const mismatch = 'problem' in observation && observation.problem.code === 'IDENTITY_MISMATCH';
  if (signal.aborted && 'problem' in observation && !mismatch) {
    return {
      event: end({ state: 'cancelled', reason: 'cancelled while it was being evaluated' }),
      identityMismatch: false,
    };
  }
  const matched = match(execution, command, gate, observation);
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
      difference,
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

/** Why a gate isn't evaluated at all, or null where it is. */
function skipReason(
  execution: Execution,
  command: PlannedCommand,
  gate: PlannedGate,
): Result<{ readonly state: 'skipped' | 'not_evaluated'; readonly reason: string } | null, KindProblem> {
  const embargoed = probedTargets(gate).find((name) => execution.targets.isEmbargoed(name));
  if (embargoed !== undefined) {
    return ok({ state: 'not_evaluated', reason: `target ${embargoed} is under embargo since a hard abort` });
  }
  const tearingDown = execution.recorder.state.phase === 'tearing_down';
  const unreachable = tearingDown
    ? probedTargets(gate).find((name) => !execution.targets.isReachable(name))
    : undefined;
  if (unreachable !== undefined)
    return ok({ state: 'not_evaluated', reason: `target ${unreachable} can't be reached any more` });
  const off = switchedOff(execution, command, gate);
  if (off.ok && off.value !== null) return ok({ state: 'skipped', reason: off.value });
  const lost = tearingDown ? lostBaseline(execution, gate) : undefined;
  if (lost !== undefined)
    return ok({
      state: 'not_evaluated',
      reason: `it compares with ${lost}, which observed nothing in this run`,
    });
  if (!off.ok) return off;
  const absent = absentForRehearsal(execution, command, gate);
  return ok(absent === null ? null : { state: 'skipped', reason: absent });
}

/** The reason that its `when` gives, or null where it doesn't switch the gate off. */
function switchedOff(
  execution: Execution,
  command: PlannedCommand,
  { when }: PlannedGate,
): Result<string | null, KindProblem> {
  if (when === undefined) return ok(null);
  const values = execution.scope.values(command);
  const wanted = evaluate(when.if, values);
  if (!wanted.ok)
    return err({
      code: wanted.error.code,
      message: `its when can't be evaluated: ${wanted.error.message}`,
    });
  if (typeof wanted.value !== 'boolean')
    return err({ code: 'WHEN_TYPE', message: 'its when is not a boolean' });
  if (wanted.value) return ok(null);
  const reason = evaluateTemplate(when.reason, values);
  return ok(reason.ok ? toText(reason.value) : 'switched off by its when');
}

/** The earlier gate that this one compares with, where that one has no observation. */
function lostBaseline(execution: Execution, gate: PlannedGate): string | undefined {
  return gate.expect
    .flatMap(({ matcher }) => baselines(matcher))
    .find((id) => execution.scope.observed(id) === undefined);
}

function baselines(matcher: Matcher): readonly string[] {
  if (matcher.op === 'unchanged_since') return [matcher.gate];
  if (matcher.op === 'all') return matcher.expectations.flatMap((e) => baselines(e.matcher));
  return 'matcher' in matcher ? baselines(matcher.matcher) : [];
}

/** The targets that a gate's probe names. */
export function probedTargets(gate: PlannedGate): readonly string[] {
  return probes.get(gate.probe.kind)?.references?.(showTemplate(gate.probe.args)).targets ?? [];
}

async function observe(
  execution: Execution,
  command: PlannedCommand,
  gate: PlannedGate,
  signal: AbortSignal,
): Promise<Observation> {
  const args = evaluateTemplate(gate.probe.args, execution.scope.values(command));
  if (!args.ok) return { problem: { code: args.error.code, message: args.error.message } };
  if (gate.probe.kind === 'value') return { observed: args.value };
  const malformed = await checkArgs('probe', gate.probe.kind, args.value);
  if (malformed !== null) return { problem: malformed };
  const load = executors[gate.probe.kind];
  if (load === undefined)
    return { problem: { code: 'KIND_UNKNOWN', message: `no probe is called ${gate.probe.kind}` } };
  const limit = childSignal(signal, gate.timeoutMs);
  try {
    const { execute } = await load();
    const context = probeContext(execution, {
      command: command.id,
      label: gate.id,
      timeoutMs: gate.timeoutMs,
      signal: limit.signal,
    });
    const result = await raceAbort(execute(args.value as never, context), limit.signal);
    if (result.ok) return { observed: result.value };
    return { problem: limit.expired() ? timedOut(gate) : result.error };
  } catch (error) {
    if (limit.expired()) return { problem: timedOut(gate) };
    return {
      problem: {
        code: 'INTERNAL',
        message: `the probe broke: ${error instanceof Error ? error.message : String(error)}`,
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
  execution: Execution,
  command: PlannedCommand,
  gate: PlannedGate,
  observation: Observation,
): ReturnType<typeof evaluateExpectations> {
  const observed = 'observed' in observation ? observation.observed : undefined;
  return evaluateExpectations(
    { expect: gate.expect, ...(gate.assert !== undefined && { assert: gate.assert }) },
    'observed' in observation ? { observed: observation.observed } : { problem: observation.problem },
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
