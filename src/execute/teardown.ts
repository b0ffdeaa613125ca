import { err } from '../base/result.js';
import type { Cause, GateEnd, CommandEnd } from '../model/event.js';
import type { EndSpec } from '../ports/postgres.js';
import { closeGates } from './close-gates.js';
import { runCommand } from './command.js';
import type { Execution, World } from './context.js';
import type { Reachable } from './scope/targets.js';
import { remaining } from './state/ledger.js';
import type { RunState } from './state/state.js';

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
  const started = [...recorder.state.commands.values()].some(
    (state) => state !== 'pending' && state !== 'not_run',
  );
  if (execution.cancellation.cause !== null) await endSessions(execution, started);
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
async function endSessions(execution: Execution, started: boolean): Promise<void> {
  const { targets, recorder, world, facts } = execution;
  // Only who comes after a dead runner may be unable to reach what it worked on.
  const outlasting = recorder.state.recovered && started ? targets.outlasting() : [];
  const unreached = outlasting.filter(([, server]) => server === null);
  const lost = unreached.map(([name, server]) => [name, server, 'all'] as const);
  for (const [name, server, whose] of [...targets.connections(), ...lost]) {
    const ended = await endSessionsOn(world, facts.id, server, { whose });
    // One that can't be destroyed is named for itself; what another role left, its server's own role sees.
    if (ended.ok || whose === 'own' || !targets.outlasts(name)) continue;
    const message = `sessions of this run on ${name} could not be proved gone: ${ended.error.message}`;
    // It answered, and they are there; or nobody could ask it.
    const code = ended.error.code === 'TIMEOUT' ? sessionsLeft : sessionsUnproved;
    await recorder.record({ type: 'cause_added', cause: added(code, message) });
  }
}

/** Ends what this run's commands left on a server, and proves it gone there. */
export function endSessionsOn(
  world: Pick<World, 'postgres'>,
  run: string,
  server: Reachable | null,
  { whose, timeoutMs = endSessionsMs }: Pick<EndSpec, 'whose'> & Partial<Pick<EndSpec, 'timeoutMs'>>,
): ReturnType<World['postgres']['endSessions']> {
  const applicationPrefix = `gatebook/${run}/C-`;
  if (server !== null) return world.postgres.endSessions({ ...server, applicationPrefix, whose, timeoutMs });
  const message = "it can't be reached from here: its URL isn't configured as it was for the run";
  return Promise.resolve(err({ code: 'UNREACHABLE', message }));
}

const sessionsLeft = 'SESSIONS_LEFT';
const sessionsUnproved = 'SESSIONS_UNPROVED';

/** Whether work of this run may still go on, on a server. */
export const mayHaveSessions = ({ laterCauses }: RunState): boolean =>
  laterCauses.some(({ code }) => code === sessionsLeft || code === sessionsUnproved);

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
  readonly sessionsLeft: boolean;
} {
  const { commands, gates, resources, recovered, laterCauses } = execution.recorder.state;
  return {
    recovered,
    commands: [...commands.values()].map((s) => (s === 'pending' || s === 'running' ? 'not_run' : s)),
    gates: [...gates.values()].map(({ state }) =>
      state === 'pending' || state === 'evaluating' ? 'not_evaluated' : state,
    ),
    leaked: [...resources.values()].filter((r) => r.state === 'leaked').length,
    sessionsLeft: laterCauses.some(({ code }) => code === sessionsLeft),
  };
}
