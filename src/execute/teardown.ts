import type { Cause, GateEnd, CommandEnd } from '../model/event.js';
import { closeGates } from './close-gates.js';
import { runCommand } from './command.js';
import type { Execution } from './context.js';
import { remaining } from './ledger.js';

/** How long ending our own backends on a server may take. */
const endSessionsMs = 15_000;
/** A destroy that hangs is given up after this, and its resource reported as left. */
const destroyMs = 60_000;

/**
 * Everything is attempted, in order: our sessions on servers end first, then the runbook's own teardown, then
 * the sweep of what the ledger still holds. Nothing here is stopped by what failed before.
 */
export async function tearDown(execution: Execution, reason: string, signal: AbortSignal): Promise<void> {
  const { recorder, plan } = execution;
  await recorder.record({ type: 'teardown_started', reason });
  if (execution.cancellation.cause !== null) await endSessions(execution);
  const started = [...recorder.state.commands.values()].some(
    (state) => state !== 'pending' && state !== 'not_run',
  );
  for (const command of plan.teardown) {
    // A runner that died here before had got this far; nothing is run twice.
    if (recorder.state.commands.get(command.id) !== 'pending') continue;
    const reason = whyNot(started, recorder.blind, signal.aborted);
    if (reason !== null) {
      await closeGates(execution, command, 'not_evaluated', reason);
      await recorder.record({ type: 'command_ended', command: command.id, state: 'not_run', duration_ms: 0 });
      continue;
    }
    await runCommand(execution, command, 'attempt-all', signal);
  }
}

/** What can't be recorded isn't done; only the sweep is owed whatever happens. */
function whyNot(started: boolean, blind: boolean, left: boolean): string | null {
  if (!started) return 'no command had started';
  if (blind) return "the journal can't be written";
  return left ? 'the operator left the teardown' : null;
}

/**
 * Work on a server outlives its client: what bears the name of one of this run's commands there is ended and
 * proved gone. The session that holds the claim stays until teardown is over.
 */
async function endSessions(execution: Execution): Promise<void> {
  for (const [name, connection] of execution.targets.connections()) {
    const ended = await execution.world.postgres.endSessions(
      connection,
      `gatebook/${execution.facts.id}/C-`,
      endSessionsMs,
    );
    if (ended.ok) continue;
    const message = `sessions of this run on ${name} could not be proved gone: ${ended.error.message}`;
    await execution.recorder.record({ type: 'cause_added', cause: added('SESSIONS_LEFT', message) });
  }
}

const added = (code: string, message: string): Cause => ({
  kind: 'environment',
  code,
  command: null,
  gate: null,
  message,
});

/** Destroys what is left, newest first, and proves each one gone; what can't be is named and stays listed. */
export async function sweep(execution: Execution): Promise<void> {
  const { recorder, world } = execution;
  for (const entry of remaining(recorder.state.resources.values())) {
    const gone = await within(world.destroy(entry), destroyMs);
    if (gone.ok)
      await recorder.record({ type: 'resource_destroyed', resource: entry.resource, proof: gone.value });
    else
      await recorder.record({
        type: 'resource_leaked',
        resource: entry.resource,
        reason: gone.error.message,
      });
  }
}

type Destroyed = Awaited<ReturnType<Execution['world']['destroy']>>;

function within(work: Promise<Destroyed>, ms: number): Promise<Destroyed> {
  return new Promise((resolve) => {
    const failed = (message: string): void =>
      resolve({ ok: false, error: { code: 'DESTROY_FAILED', message } });
    const timer = setTimeout(() => failed(`it was not gone after ${ms / 1000} s`), ms);
    work.then(resolve, (error: unknown) => failed(String(error))).finally(() => clearTimeout(timer));
  });
}

/** What the verdict is made of, read off the state. */
export function endStates(execution: Execution): {
  readonly recovered: boolean;
  readonly commands: readonly CommandEnd[];
  readonly gates: readonly GateEnd[];
  readonly leaked: number;
} {
  const { commands, gates, resources, recovered } = execution.recorder.state;
  return {
    recovered,
    commands: [...commands.values()].map((s) => (s === 'pending' || s === 'running' ? 'not_run' : s)),
    gates: [...gates.values()].map(({ state }) =>
      state === 'pending' || state === 'evaluating' ? 'not_evaluated' : state,
    ),
    leaked: [...resources.values()].filter((r) => r.state === 'leaked').length,
  };
}
