import { sha256Of } from '../base/sha256.js';
import type { Sha256 } from '../base/ids.js';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { valueMap } from '../base/value.js';
import type { Value, ValueMap } from '../base/value.js';
import type { Binding, BoundTarget, SandboxEngine } from '../model/binding.js';
import type { Plan } from '../model/plan.js';
import type { Mode, ParamDeclaration } from '../model/runbook.js';
import { canBeHidden, shortestSecret } from '../model/secret.js';
import { isEngineAddress, localEngine } from '../ports/docker.js';
import type { ConnectionParts } from '../ports/postgres.js';
import { usesDocker } from './engine.js';
import type { Here } from './here.js';
import { bindKey } from './key.js';
import type { Refusal } from './mode.js';
import { refuse, Refused, required } from './refuse.js';
import { sealedValues } from './sealed.js';
import { exists, liveTarget, standIn } from './target.js';

/** The binding, and beside it what must not be in it. */
export interface Bound {
  readonly binding: Binding;
  readonly connections: ReadonlyMap<string, ConnectionParts>;
  /** All of the plan's params with those from outside. */
  readonly params: ValueMap;
  readonly secrets: ReadonlyMap<string, string>;
}

/** Resolves every name of the plan to what it means here and now; nothing is touched. */
export function bind(plan: Plan, mode: Mode, here: Here): Result<Bound, Refusal> {
  try {
    return ok(resolve(plan, mode, here));
  } catch (error) {
    if (error instanceof Refused) return err(error.refusal);
    throw error;
  }
}

function resolve(plan: Plan, mode: Mode, here: Here): Bound {
  const rehearsal = mode === 'rehearsal';
  const connections = new Map<string, ConnectionParts>();
  const targets: Record<string, BoundTarget> = {};
  for (const [name, declaration] of Object.entries(plan.targets)) {
    if (rehearsal && exists(declaration)) {
      targets[name] = standIn(name, declaration);
      continue;
    }
    const { bound, connection } = liveTarget(name, declaration, here);
    targets[name] = bound;
    if (connection) connections.set(name, connection);
  }
  const keys = Object.fromEntries(
    Object.entries(plan.keys).map(([name, declared]) => [name, bindKey(name, declared, rehearsal, here)]),
  );
  const outside: Record<string, Sha256> = {};
  const params = Object.entries(plan.outsideParams).map(([name, declaration]): [string, Value] => {
    if (rehearsal) return [name, defaultOf(name, declaration)];
    const text = required(`params.${name}`, declaration.from, here);
    outside[`params.${name}`] = sha256Of(text);
    const value = here.parseParam(declaration, text);
    return [
      name,
      value.ok
        ? value.value
        : refuse('PARAM_MALFORMED', `params.${name}, from outside, is malformed: ${value.error}`),
    ];
  });
  const secrets = Object.entries(plan.secrets).map(
    ([name, declared]) => [name, secret(name, declared, rehearsal, here)] as const,
  );
  return {
    binding: {
      schema: 'gatebook/binding@1',
      mode,
      targets,
      keys,
      outside,
      sealed: rehearsal ? [] : sealedValues(plan, secrets, connections, here),
      attestations: here.confirmations,
      project: here.project,
      path: here.path,
      programs: here.programs,
      sandbox: Object.values(plan.targets).some((t) => t.postgres.via === 'sandbox')
        ? { engine: sandboxEngine(here) }
        : null,
      ...(usesDocker(plan, here.containers) && { docker: { host: engineAddress(here) } }),
      state: here.state,
      approvers: here.approvers,
      requester: here.requester,
    },
    connections,
    params: valueMap([...Object.entries(plan.params), ...params]),
    secrets: new Map(secrets),
  };
}

/** One of this machine, by its socket: mounts, clocks and files of another one would be others. */
function engineAddress({ dockerHost = localEngine }: Here): string {
  if (isEngineAddress(dockerHost)) return dockerHost;
  return refuse(
    'ENGINE_ADDRESS',
    'DOCKER_HOST names no engine of this machine: only a local socket is spoken to',
    'DOCKER_HOST=unix:///var/run/docker.sock, or leave it unset',
  );
}

const sandboxEngine = ({ containers }: Here): SandboxEngine =>
  Object.values(containers.sandboxes).some(({ engine }) => engine === 'docker') ? 'docker' : 'local';

function secret(name: string, declared: Plan['secrets'][string], rehearsal: boolean, here: Here): string {
  if ('generate' in declared) return here.randomHex(declared.generate.bytes);
  if (rehearsal) return here.randomHex(24);
  const value = required(`secrets.${name}`, declared, here);
  return canBeHidden(value)
    ? value
    : refuse(
        'SECRET_TOO_SHORT',
        `secrets.${name} has fewer than ${shortestSecret} characters; it could not be hidden in the report`,
        'give it a longer value, or write generate: {bytes: 24}',
      );
}

function defaultOf(name: string, { default: preset }: ParamDeclaration): Value {
  if (preset === undefined)
    return refuse(
      'PARAM_MISSING',
      `params.${name} comes from outside and has no default, which a rehearsal needs`,
      `add a default: to ${name}`,
    );
  return preset as Value;
}
