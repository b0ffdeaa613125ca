import { createHash } from 'node:crypto';
import type { Sha256 } from '../base/ids.js';
import { isFingerprint } from '../base/ids.js';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { valueMap } from '../base/value.js';
import type { Value, ValueMap } from '../base/value.js';
import type { Binding, BoundKey, BoundTarget, SandboxEngine } from '../model/binding.js';
import type { Plan } from '../model/plan.js';
import type { Given, Mode, ParamDeclaration, TargetDeclaration } from '../model/runbook.js';
import type { Template } from '../model/template.js';
import type { ConnectionParts } from '../ports/postgres.js';
import type { Problem } from '../text/problem.js';
import type { Refusal } from './mode.js';
import { isEngineAddress, localEngine } from '../ports/docker.js';
import type { ContainersHere } from './engine.js';
import { usesDocker } from './engine.js';
import type { Environment } from './outside.js';
import { isOutside, showSource } from './outside.js';
import { boundSsl, sealedValues } from './sealed.js';

/** Shorter ones would redact the report to nonsense, and are guessed. */
const shortestSecret = 8;

export interface Here {
  readonly environment: Environment;
  readonly parseConnection: (url: string) => Result<ConnectionParts, Problem>;
  readonly parseParam: (declaration: ParamDeclaration, text: string) => Result<Value, string>;
  readonly randomHex: (bytes: number) => string;
  readonly programs: Binding['programs'];
  readonly approvers: Binding['approvers'];
  readonly attestations: Binding['attestations'];
  readonly project: string;
  /** Where programs are looked for. */
  readonly path: string;
  /** Variables that steer the runner itself, with their values. */
  readonly steering: readonly (readonly [string, string])[];
  /** A digest that only this state folder can make. */
  readonly seal: (text: string) => string;
  /** Of a file's content; null where it can't be read. */
  readonly sha256Of: (path: string) => Sha256 | null;
  readonly state: string;
  readonly requester: string;
  /** The operator's GNUPGHOME, or the default. */
  readonly keyring: string;
  readonly containers: ContainersHere;
  /** DOCKER_HOST, where it is set. */
  readonly dockerHost?: string;
}

/** The binding, and beside it what must not be in it. */
export interface Bound {
  readonly binding: Binding;
  readonly connections: ReadonlyMap<string, ConnectionParts>;
  /** All of the plan's params with those from outside. */
  readonly params: ValueMap;
  readonly secrets: ReadonlyMap<string, string>;
}

class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}
const refuse = (code: string, message: string, next?: string): never => {
  throw new Refused({ code, exit: 4, message, ...(next !== undefined && { next }) });
};

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
    targets[name] =
      rehearsal && exists(declaration)
        ? standIn(name, declaration)
        : liveTarget(name, declaration, here, connections);
  }
  const keys = Object.fromEntries(
    Object.entries(plan.keys).map(([name, declared]): [string, BoundKey] => {
      if (declared.via === 'generate') return [name, { fingerprint: null, standIn: false }];
      // A literal is looked up in the stand-in's keyring, where it isn't.
      if (rehearsal && isOutside(declared.fingerprint)) return [name, { fingerprint: null, standIn: true }];
      if (rehearsal)
        return [
          name,
          { fingerprint: fingerprint(name, declared.fingerprint, here).fingerprint, standIn: true },
        ];
      return [name, { ...fingerprint(name, declared.fingerprint, here), standIn: false }];
    }),
  );
  const outside: Record<string, Sha256> = {};
  const params = Object.entries(plan.outsideParams).map(([name, declaration]): [string, Value] => {
    if (rehearsal) return [name, defaultOf(name, declaration)];
    const text = required(`params.${name}`, declaration.from, here);
    outside[`params.${name}`] = createHash('sha256').update(text).digest('hex') as Sha256;
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
      attestations: here.attestations,
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

/** A server that is there before the run. */
const exists = ({ postgres }: TargetDeclaration): boolean =>
  postgres.via === 'url' || postgres.via === 'docker';

function standIn(name: string, declaration: TargetDeclaration): BoundTarget {
  return {
    via: declaration.postgres.via,
    production: declaration.production,
    standIn: true,
    identity: databaseOf(name, declaration),
  };
}

/** A name that isn't known before the run would go unchecked, and is refused. */
function databaseOf(name: string, { identity }: TargetDeclaration): { readonly database?: string } {
  const database = identity?.database;
  if (database === undefined) return {};
  if (typeof database === 'string') return { database };
  const place = `targets.${name}.identity.database`;
  return refuse(
    'IDENTITY_MALFORMED',
    `${place} is not known before the run`,
    'write the name, or take it from data or from a param that is given on the command line',
  );
}

/** As it is written; an expression that is still one has no digits. */
function digitsOf(written: Template | undefined): string | undefined {
  if (written === undefined || typeof written === 'string') return written;
  return typeof written === 'number' || typeof written === 'bigint' ? `${written}` : '';
}

function liveTarget(
  name: string,
  declaration: TargetDeclaration,
  here: Here,
  connections: Map<string, ConnectionParts>,
): BoundTarget {
  const { postgres, production, identity } = declaration;
  const place = `targets.${name}.identity.system_identifier`;
  const declared = identity?.system_identifier;
  const systemIdentifier = isOutside(declared) ? required(place, declared, here) : digitsOf(declared);
  if (systemIdentifier !== undefined && !/^[0-9]{1,20}$/.test(systemIdentifier)) {
    refuse(
      'IDENTITY_MALFORMED',
      `${place} is not a system identifier: it has up to 20 digits and nothing else`,
      'read it with: SELECT system_identifier FROM pg_control_system()',
    );
  }
  const expected = {
    ...databaseOf(name, declaration),
    ...(systemIdentifier !== undefined && { system_identifier: systemIdentifier }),
    ...(identity?.differs_from !== undefined && { differs_from: identity.differs_from }),
  };
  const common = { production, standIn: false, identity: expected };
  if (postgres.via === 'sandbox') return { via: 'sandbox', ...here.containers.sandboxes[name], ...common };
  if (postgres.via === 'docker') {
    const { user, database } = postgres;
    const container = here.containers.containers[name];
    return { via: 'docker', ...common, ...(container && { container }), database, user };
  }
  if (postgres.via === 'of')
    return { via: 'of', ...(typeof postgres.user === 'string' && { user: postgres.user }), ...common };
  const url = given(`targets.${name}.postgres.url`, postgres.url, here);
  const parsed = here.parseConnection(url);
  if (!parsed.ok) {
    const source = isOutside(postgres.url) ? showSource(postgres.url) : `targets.${name}`;
    return refuse(parsed.error.code, `${source}: ${parsed.error.message}`, parsed.error.next);
  }
  connections.set(name, parsed.value);
  const { host, port, database, user, ssl } = parsed.value;
  return { via: 'url', ...common, host, port, database, user, ...(ssl && { ssl: boundSsl(ssl, here) }) };
}

const sandboxEngine = ({ containers }: Here): SandboxEngine =>
  Object.values(containers.sandboxes).some(({ engine }) => engine === 'docker') ? 'docker' : 'local';

function fingerprint(name: string, declared: Given, here: Here): Omit<BoundKey, 'standIn'> {
  const text = isOutside(declared) ? here.environment.get(declared) : declared;
  if (text === undefined) return { fingerprint: null };
  const plain = text.trim().toUpperCase();
  if (!isFingerprint(plain)) {
    const source = isOutside(declared) ? showSource(declared) : `keys.${name}`;
    return refuse(
      'FINGERPRINT_MALFORMED',
      `${source} is not a full fingerprint: it takes 40 hex digits, never a name, an e-mail or a short key id`,
      "read it with: gpg --list-keys --with-colons | awk -F: '/^fpr:/{print $10; exit}'",
    );
  }
  return { fingerprint: plain, home: here.keyring };
}

function secret(name: string, declared: Plan['secrets'][string], rehearsal: boolean, here: Here): string {
  if ('generate' in declared) return here.randomHex(declared.generate.bytes);
  if (rehearsal) return here.randomHex(24);
  const value = required(`secrets.${name}`, declared, here);
  return value.length >= shortestSecret
    ? value
    : refuse(
        'SECRET_TOO_SHORT',
        `secrets.${name} has fewer than ${shortestSecret} characters; it could not be hidden in the report`,
      );
}

function defaultOf(name: string, { default: preset }: ParamDeclaration): Value {
  if (preset === undefined)
    return refuse(
      'PARAM_MISSING',
      `params.${name} comes from outside and has no default, which a rehearsal needs`,
    );
  return preset as Value;
}

const given = (place: string, value: Given, here: Here): string =>
  isOutside(value) ? required(place, value, here) : value;

function required(place: string, source: unknown, here: Here): string {
  const value = isOutside(source) ? here.environment.get(source) : undefined;
  if (value !== undefined && value.trim() !== '') return value;
  return refuse('NOT_CONFIGURED', `${isOutside(source) ? showSource(source) : place} is needed for ${place}`);
}
