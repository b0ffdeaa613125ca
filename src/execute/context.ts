import type { CommandId } from '../base/ids.js';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { Clock } from '../base/clock.js';
import type { ActionContext, LiveKey, ProbeContext, Progress, RunFacts } from '../kinds/executor.js';
import type { Cause } from '../model/event.js';
import type { Plan, PlannedAction, PlannedCommand } from '../model/plan.js';
import type { Docker } from '../ports/docker.js';
import type { Bridges } from '../ports/bridge.js';
import type { Files } from '../ports/files.js';
import type { Gpg } from '../ports/gpg.js';
import type { Postgres } from '../ports/postgres.js';
import type { Processes } from '../ports/process.js';
import type { Sandboxes } from '../ports/sandbox.js';
import type { KillSwitch } from '../ports/state.js';
import type { Problem } from '../text/problem.js';
import type { Cancellation } from './cancellation.js';
import { ledgerFor } from './state/ledger.js';
import { protectedNames } from './scope/protected.js';
import type { Recorder } from './state/recorder.js';
import { sandboxRequest } from './scope/sandbox-request.js';
import type { Scope } from './scope/scope.js';
import type { Targets } from './scope/targets.js';

/** What the engine needs from the world; adapters make it, nothing in `execute` reaches past it. */
export interface World {
  readonly clock: Clock;
  readonly processes: Processes;
  readonly files: Files;
  readonly gpg: Gpg;
  readonly postgres: Postgres;
  readonly docker: Docker;
  readonly bridges: Bridges;
  readonly sandboxes: Sandboxes;
  readonly redact: (text: string) => string;
  readonly addSecret: (name: string, value: string) => void;
  readonly scan: ProbeContext['scan'];
  readonly isSet: (name: string) => boolean;
  readonly pinned: ProbeContext['pinned'];
  readonly confirm: (
    instructions: string,
    word: string,
    asked: { readonly command: CommandId; readonly signal: AbortSignal },
  ) => ReturnType<ActionContext['confirm']>;
  readonly destroy: ActionContext['destroy'];
  /** Asked again before every action: the kill switch, the window of the approvals. Why the run has to stop, or null. */
  readonly permission: () => Promise<Cause | null>;
  /** Level 0, engaged by this run; whether it was not engaged by it before. */
  readonly engageKillSwitch: (
    why: Pick<KillSwitch, 'scope' | 'reason'> & { readonly escalate: string },
  ) => Promise<Result<boolean, Problem>>;
  /** The disable levels of the state folder, as they are now. */
  readonly disableLevels: ProbeContext['disableLevels'];
}

/** One run, as every part of the engine sees it. */
export interface Execution {
  readonly plan: Plan;
  readonly facts: RunFacts;
  readonly world: World;
  readonly recorder: Recorder;
  readonly scope: Scope;
  readonly targets: Targets;
  readonly keys: ReadonlyMap<string, LiveKey>;
  readonly cancellation: Cancellation;
  readonly progress: (label: string, progress: Progress) => void;
}

export interface Use {
  readonly command: CommandId;
  readonly label: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly observes?: boolean;
}

/** Sessions and children are named after the command, so that recovery can find them. */
export function probeContext(execution: Execution, use: Use): ProbeContext {
  const { world, facts, keys, targets, recorder } = execution;
  return {
    run: facts,
    clock: world.clock,
    signal: use.signal,
    timeoutMs: use.timeoutMs,
    label: use.label,
    processes: world.processes,
    files: world.files,
    gpg: world.gpg,
    postgres: world.postgres,
    docker: world.docker,
    target: (name) =>
      targets.get(name, {
        applicationName: `gatebook/${facts.id}/${use.command}`,
        timeoutMs: use.timeoutMs,
        signal: use.signal,
        ...(use.observes !== undefined && { observes: use.observes }),
      }),
    key: (name) => {
      const key = keys.get(name);
      return key === undefined ? err({ code: 'KEY_UNKNOWN', message: `no key is called ${name}` }) : ok(key);
    },
    isSet: world.isSet,
    redact: world.redact,
    scan: world.scan,
    ledger: ledgerFor(recorder, use.command),
    protectedNames: () => protectedNames(execution),
    pinned: world.pinned,
    disableLevels: world.disableLevels,
  };
}

export function actionContext(
  execution: Execution,
  command: PlannedCommand,
  { as, effect }: Pick<PlannedAction, 'as' | 'effect'>,
  { label, signal }: Pick<Use, 'label' | 'signal'>,
): ActionContext {
  const { world, recorder, targets, scope, plan, facts } = execution;
  return {
    ...probeContext(execution, {
      ...{ command: command.id, label, timeoutMs: command.timeoutMs, signal },
      observes: effect === 'observe',
    }),
    as,
    sandboxes: world.sandboxes,
    sandboxRequest: (name) => {
      const image = targets.image(name);
      const place = { engine: targets.engine(name) ?? 'local', ...(image !== undefined && { image }) };
      return sandboxRequest(plan.targets[name], name, scope.values(command), place);
    },
    artifactDurability: () =>
      facts.mode !== 'live' || (as !== undefined && namedInDestroy(plan, as)) ? 'ephemeral' : 'kept',
    ledger: ledgerFor(recorder, command.id),
    progress: (progress) => execution.progress(label, progress),
    provide: (name, target) => {
      targets.provide(name, target);
      scope.setTarget(name, {
        identity: { system_identifier: target.systemIdentifier, database: target.connection.database },
        engine: targets.engine(name),
      });
    },
    destroy: (entry) => world.destroy(entry),
    addSecret: world.addSecret,
    confirm: (instructions, word) => world.confirm(instructions, word, { command: command.id, signal }),
  };
}

/** An artifact that the runbook itself destroys is not kept. */
function namedInDestroy(plan: Plan, as: string): boolean {
  return [...plan.commands, ...plan.teardown].some((command) =>
    command.actions.some((a) => a.kind === 'destroy' && Array.isArray(a.args) && a.args.includes(as)),
  );
}
