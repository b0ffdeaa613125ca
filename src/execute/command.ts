import type { KindProblem } from '../kinds/executor.js';
import type { Cause, CommandEnd } from '../model/event.js';
import type { PlannedAction, PlannedCommand, PlannedGate } from '../model/plan.js';
import { runAction } from './action.js';
import { childSignal } from './cancellation.js';
import { closeGates } from './close-gates.js';
import type { Execution } from './context.js';
import { embargoedBy, isHardAbort, refusedBy } from './embargo.js';
import { evaluateGate } from './gate.js';
import type { GateOutcome } from './gate.js';
import { commandRestsInRehearsal } from './rehearsal.js';
import { seedOfAction, seedOfGate } from './stand-in.js';
import { evaluateWhen } from './when.js';

/** In teardown everything is attempted, whatever failed before it. */
export type Stance = 'stop-at-failure' | 'attempt-all';

/** Runs one command: `when`, guards side by side, actions and expectations in order. */
export async function runCommand(
  execution: Execution,
  command: PlannedCommand,
  stance: Stance,
  signal: AbortSignal,
): Promise<void> {
  const { recorder, world } = execution;
  const started = world.clock.monotonicMs();
  const end = async (state: CommandEnd, reason?: string): Promise<void> => {
    const duration_ms = Math.round(world.clock.monotonicMs() - started);
    await recorder.record({
      type: 'command_ended',
      command: command.id,
      state,
      duration_ms,
      ...(reason !== undefined && { reason }),
    });
  };

  if (command.when !== undefined) {
    const rests = commandRestsInRehearsal(execution, command);
    if (rests !== null) {
      await closeGates(execution, command, 'skipped', rests);
      return end('skipped', rests);
    }
    const wanted = evaluateWhen(command.when, execution.scope.values(command));
    if (wanted.ok && !wanted.value) {
      await closeGates(execution, command, 'skipped', 'its command was switched off by its when');
      return end('skipped', `its when does not hold: ${command.when.source}`);
    }
    if (!wanted.ok) {
      await recorder.record({ type: 'command_started', command: command.id });
      const { message } = wanted.error;
      await blame(execution, stance, command, { kind: 'action', code: 'WHEN', message });
      await closeGates(execution, command, 'not_evaluated', message);
      return end('error', message);
    }
  }

  await recorder.record({ type: 'command_started', command: command.id });
  const run = new CommandRun(execution, command, stance, signal);
  await run.guards();
  await run.actions();
  await run.expectations();
  await run.end();
  await closeGates(execution, command, 'not_evaluated', 'the run had been stopped before it');
  return end(run.state());
}

/** The first cause stops the run; in teardown it is only written down. */
async function blame(
  execution: Execution,
  stance: Stance,
  command: PlannedCommand,
  what: Pick<Cause, 'kind' | 'code' | 'message'> & Partial<Cause>,
): Promise<void> {
  const cause: Cause = { command: command.id, gate: null, ...what };
  if (stance === 'stop-at-failure') execution.cancellation.abort(cause);
  else await execution.recorder.record({ type: 'cause_added', cause });
}

const raiseTimeout = "raise the command's timeout if it is known to take longer";

class CommandRun {
  #failed = false;
  #error = false;
  #worked = 0;
  #rested = 0;
  #timedOut = false;
  /** Fires with the run's signal, and when the command's own time is up. */
  readonly #limit: ReturnType<typeof childSignal>;

  constructor(
    private readonly execution: Execution,
    private readonly command: PlannedCommand,
    private readonly stance: Stance,
    private readonly signal: AbortSignal,
  ) {
    this.#limit = childSignal(signal, command.timeoutMs);
  }

  /** By the run's signal, which a failure of this command fires too, or by its own time. */
  #stopped(): boolean {
    return this.#limit.signal.aborted;
  }

  state(): CommandEnd {
    if (this.#error) return 'error';
    if (this.#failed) return 'failed';
    if (this.signal.aborted) return 'cancelled';
    return this.#worked === 0 && this.#rested > 0 ? 'skipped' : 'passed';
  }

  /**
   * Side by side, recorded in document order. A hard abort acts at once, on its siblings and on new sessions; any
   * other failure stops the run only after the last of them, so that what is recorded doesn't hang on their speed.
   */
  async guards(): Promise<void> {
    const { command, execution } = this;
    if (this.#stopped() || command.guards.length === 0) return;
    const group = childSignal(this.#limit.signal, Infinity);
    const running: { readonly gate: PlannedGate; readonly outcome: Promise<GateOutcome> }[] = [];
    for (const gate of command.guards) {
      await execution.recorder.record({ type: 'gate_started', gate: gate.id, command: command.id });
      const outcome = evaluateGate(execution, command, gate, group.signal).then((ended) => {
        if (!isHardAbort(gate, ended)) return ended;
        execution.targets.embargo(embargoedBy(gate, ended));
        if (this.stance === 'stop-at-failure') group.cancel();
        return ended;
      });
      // Waited for below, behind those before it: until then Node would end the process if it broke.
      outcome.catch(() => undefined);
      running.push({ gate, outcome });
    }
    const concluded: { readonly gate: PlannedGate; readonly outcome: GateOutcome }[] = [];
    for (const { gate, outcome } of running)
      concluded.push({ gate, outcome: await this.#note(gate, await outcome) });
    group.dispose();
    for (const { gate, outcome } of concluded) await this.#weigh(gate, outcome);
  }

  async actions(): Promise<void> {
    for (const [index, action] of this.command.actions.entries()) {
      if (this.#stopped() || !(await this.#permitted())) return;
      const outcome = await runAction(
        this.execution,
        { command: this.command, index, action },
        this.#limit.signal,
      );
      if (outcome.state === 'passed') this.#worked += 1;
      else if (outcome.state === 'skipped') this.#rested += 1;
      else if ('problem' in outcome) await this.#actionFailed(action, outcome.problem);
    }
  }

  /** Teardown needs nobody's permission. */
  async #permitted(): Promise<boolean> {
    if (this.stance === 'attempt-all') return true;
    const cause = await this.execution.world.permission();
    if (cause === null) return true;
    this.execution.cancellation.abort({ ...cause, command: this.command.id });
    return false;
  }

  async expectations(): Promise<void> {
    for (const gate of this.command.expectations) {
      if (this.#stopped()) return;
      await this.execution.recorder.record({ type: 'gate_started', gate: gate.id, command: this.command.id });
      const outcome = await evaluateGate(this.execution, this.command, gate, this.#limit.signal);
      await this.#weigh(gate, await this.#note(gate, outcome));
    }
  }

  /** After the last of it: a command that took too long has failed, whatever each part of it says. */
  async end(): Promise<void> {
    const expired = this.#limit.expired() && !this.signal.aborted && !this.#timedOut;
    this.#limit.dispose();
    if (!expired) return;
    this.#failed = true;
    const message = `${this.command.id} did not end within ${this.command.timeoutMs / 1000} s`;
    await blame(this.execution, this.stance, this.command, {
      kind: 'timeout',
      code: 'TIMEOUT',
      message,
      next: raiseTimeout,
    });
  }

  async #actionFailed(action: PlannedAction, problem: KindProblem): Promise<void> {
    this.#failed = true;
    // When the run was stopped from outside, the action's failure is its echo and not a cause.
    if (this.signal.aborted) return;
    if (this.#limit.expired()) this.#timedOut = true;
    if (problem.code === 'IDENTITY_MISMATCH') await this.#embargo(refusedBy(problem));
    const { code, message } = problem;
    await blame(this.execution, this.stance, this.command, {
      kind: code === 'TIMEOUT' ? 'timeout' : 'action',
      code,
      message: `${action.kind}: ${message}`,
      ...optionalNext(seedOfAction(this.execution, action, problem) ?? problem.next),
    });
  }

  async #note(gate: PlannedGate, outcome: GateOutcome): Promise<GateOutcome> {
    await this.execution.recorder.record(outcome.event);
    this.execution.scope.addGate(gate.id, outcome.event.state, outcome.observed);
    return outcome;
  }

  async #weigh(gate: PlannedGate, outcome: GateOutcome): Promise<void> {
    const { event } = outcome;
    if (event.state === 'skipped' || event.state === 'not_evaluated') this.#rested += 1;
    else this.#worked += 1;
    if (event.state !== 'failed' && event.state !== 'error') return;
    if (event.state === 'error') this.#error = true;
    else this.#failed = true;

    const hard = isHardAbort(gate, outcome);
    if (hard) await this.#embargo(embargoedBy(gate, outcome));
    const stops = hard || gate.onFail === 'abort';
    if (!stops && this.stance === 'stop-at-failure') return;
    const message = event.reason ?? event.difference?.words.join('; ') ?? 'it did not hold';
    await blame(this.execution, this.stance, this.command, {
      kind: outcome.problem?.code === 'TIMEOUT' ? 'timeout' : 'gate',
      code: outcome.problem?.code ?? 'GATE_FAILED',
      gate: gate.id,
      message,
      ...optionalNext(seedOfGate(this.execution, gate, outcome.problem) ?? outcome.problem?.next),
    });
  }

  async #embargo(targets: readonly string[]): Promise<void> {
    if (targets.length === 0) return;
    this.execution.targets.embargo(targets);
    await this.execution.recorder.record({ type: 'embargo', targets });
  }
}

const optionalNext = (next: string | undefined) => (next === undefined ? {} : { next });
