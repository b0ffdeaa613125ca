import { isBigInteger, parseDuration } from '../../base/quantity.js';
import type {
  Authorization,
  Embedded,
  Given,
  IdentityDeclaration,
  KeyDeclaration,
  Outside,
  ParamDeclaration,
  ParamType,
  PostgresTarget,
  Protected,
  SecretDeclaration,
  TargetDeclaration,
  Waiver,
} from '../../model/runbook.js';
import type { Template } from '../../model/template.js';
import { child, type Entry, type Node } from '../tree.js';
import { flagAt, given, textAt, type Scope } from './scope.js';

const longestValidMs = 365 * 86_400_000;
/** Sign and digits of 64 bits. */
const longestInteger = 20;

/** A map of named things, in document order, without a prototype. */
export function namedMap<T>(
  node: Node | undefined,
  build: (node: Node, name: string) => T | null,
): Readonly<Record<string, T>> {
  const map = Object.create(null) as Record<string, T>;
  if (node?.kind !== 'map') return map;
  for (const { key, value } of node.entries.values()) {
    const made = build(value, key);
    if (made !== null) map[key] = made;
  }
  return map;
}

/** `{env: NAME}` or `{file: PATH}`. */
export function outsideAt(node: Node | undefined): Outside | undefined {
  const env = textAt(node, 'env');
  if (env !== undefined) return { env };
  const file = textAt(node, 'file');
  return file === undefined ? undefined : { file };
}

export function buildParam(node: Node, scope: Scope): ParamDeclaration {
  const values = child(node, 'values');
  const type = (textAt(node, 'type') ?? 'string') as ParamType;
  return {
    type,
    ...given('description', textAt(node, 'description')),
    ...given('pattern', textAt(node, 'pattern')),
    ...given('values', values && scope.literals(values)),
    ...given('items', textAt(node, 'items') as ParamType | undefined),
    ...given('default', exactDefault(type, scope.optional(child(node, 'default')))),
    ...given('from', outsideAt(child(node, 'from'))),
  };
}

/** An integer beyond ±(2^53−1) stands in quotes, for YAML's sake; here its type says what it is. */
function exactDefault(type: ParamType, preset: Template | undefined): Template | undefined {
  const isBig = typeof preset === 'string' && preset.length <= longestInteger && isBigInteger(preset);
  return type === 'integer' && isBig ? BigInt(preset) : preset;
}

export function buildSecret(node: Node): SecretDeclaration | null {
  const generate = child(node, 'generate');
  if (generate === undefined) return outsideAt(node) ?? null;
  const bytes = child(generate, 'bytes');
  return { generate: { bytes: bytes?.kind === 'scalar' ? Number(bytes.value) : 24 } };
}

export function buildKey(node: Node, scope: Scope): KeyDeclaration | null {
  const gpg = child(node, 'gpg');
  if (gpg === undefined) {
    scope.report(node, 'GB1102', 'a key needs gpg', {
      fix: 'e.g. gpg: {fingerprint: {env: BACKUP_GPG_FPR}}',
    });
    return null;
  }
  const fingerprint = child(gpg, 'fingerprint');
  const generate = child(gpg, 'generate');
  if ((fingerprint === undefined) === (generate === undefined)) {
    scope.report(gpg, 'GB1108', 'a key is one of fingerprint, generate', { fix: 'keep one of them' });
    return null;
  }
  if (fingerprint === undefined) return { via: 'generate' };
  const literal = givenAt(fingerprint, scope);
  return {
    via: 'fingerprint',
    fingerprint: typeof literal === 'string' ? literal.toUpperCase() : literal,
    embedded: flagAt(child(gpg, 'embedded'), 'generate'),
  };
}

function givenAt(node: Node, scope: Scope): Given {
  return node.kind === 'map' ? (outsideAt(node) ?? '') : scope.literal(node);
}

/** `{none: REASON}`, or `{slots: […], valid_for: 24h}`; null where it is neither. */
export function buildAuthorization(node: Node, scope: Scope): Authorization | undefined {
  const [none, slots, validFor] = ['none', 'slots', 'valid_for'].map((key) => child(node, key));
  if (none !== undefined && slots === undefined && validFor === undefined)
    return { none: scope.literal(none) };
  if (none !== undefined) {
    scope.report(node, 'GB1108', 'authorization is none or slots, not both', { fix: 'keep one of them' });
    return undefined;
  }
  const validForMs = parseDuration(scope.literal(validFor));
  if (slots !== undefined && validForMs !== null && validForMs > 0 && validForMs <= longestValidMs)
    return { slots: scope.literals(slots), validForMs };
  if (slots === undefined)
    scope.report(node, 'GB1102', 'authorization needs slots', { fix: 'e.g. slots: [SG_1, SG_2]' });
  else
    scope.report(
      validFor ?? node,
      'GB1102',
      'authorization needs valid_for, longer than nothing and at most 365 days',
      { fix: 'e.g. valid_for: 24h' },
    );
  return undefined;
}

export function buildProtected(node: Node, scope: Scope): Protected {
  const templates = (key: string) => {
    const list = child(node, key);
    return list?.kind === 'list' ? list.items.map((item) => scope.template(item)) : [];
  };
  return {
    containers: templates('containers'),
    clusters: scope.literals(child(node, 'clusters')),
    files: templates('files'),
  };
}

export function buildTarget(node: Node, scope: Scope): TargetDeclaration | null {
  const postgres = child(node, 'postgres');
  if (postgres === undefined) {
    scope.report(node, 'GB1102', 'a target needs postgres', {
      fix: 'e.g. postgres: {url: {env: PROD_DATABASE_URL}}',
    });
    return null;
  }
  const server = buildServer(postgres, scope);
  if (server === null) return null;
  const identity = child(node, 'identity');
  return {
    postgres: server,
    access: textAt(node, 'access') === 'write' ? 'write' : 'read',
    production: flagAt(node, 'production'),
    ...given('superuser', textAt(node, 'superuser')),
    ...given('identity', identity && buildIdentity(identity, scope)),
  };
}

const companions: Readonly<Record<string, readonly string[]>> = {
  url: ['embedded'],
  docker: ['embedded'],
  sandbox: [],
  of: ['user', 'password'],
};

function buildServer(node: Node, scope: Scope): PostgresTarget | null {
  const entries: readonly Entry[] = node.kind === 'map' ? [...node.entries.values()] : [];
  const ways = entries.filter((entry) => Object.hasOwn(companions, entry.key));
  const [way] = ways;
  if (way === undefined || ways.length > 1) {
    scope.report(node, 'GB1108', 'a server is exactly one of url, docker, sandbox, of', {
      fix: 'keep one of them',
    });
    return null;
  }
  for (const entry of entries) {
    if (entry === way || companions[way.key]?.includes(entry.key) === true) continue;
    scope.report(entry.value, 'GB1110', `${entry.key} doesn't go with ${way.key}`, {
      fix: `remove ${entry.key}`,
    });
  }
  if (way.key === 'url') return buildUrl(way.value, child(node, 'embedded'), scope);
  if (way.key === 'docker') return buildDocker(way.value, child(node, 'embedded'), scope);
  if (way.key === 'sandbox') return buildSandbox(way.value, scope);
  const user = child(node, 'user');
  if (user === undefined) {
    scope.report(node, 'GB1102', 'an of: target needs user', { fix: 'e.g. {of: copy, user: cutter_ro}' });
    return null;
  }
  return {
    via: 'of',
    of: scope.literal(way.value),
    user: scope.template(user),
    ...given('password', scope.optional(child(node, 'password'))),
  };
}

const buildEmbedded = (node: Node | undefined, scope: Scope): Embedded | undefined =>
  node && { seed: scope.literals(child(node, 'seed')), ...given('user', textAt(node, 'user')) };

function buildUrl(url: Node, embedded: Node | undefined, scope: Scope): PostgresTarget {
  return { via: 'url', url: givenAt(url, scope), ...given('embedded', buildEmbedded(embedded, scope)) };
}

function buildDocker(node: Node, embedded: Node | undefined, scope: Scope): PostgresTarget | null {
  const container = child(node, 'container');
  // The schema has reported it.
  if (container === undefined) return null;
  return {
    via: 'docker',
    container: givenAt(container, scope),
    user: scope.literal(child(node, 'user')),
    database: scope.literal(child(node, 'database')),
    ...given('password', scope.optional(child(node, 'password'))),
    ...given('socket', textAt(node, 'socket')),
    ...given('embedded', buildEmbedded(embedded, scope)),
  };
}

function engineAt(node: Node): 'auto' | 'local' | 'docker' {
  const engine = textAt(node, 'engine');
  return engine === 'local' || engine === 'docker' ? engine : 'auto';
}

function buildSandbox(node: Node, scope: Scope): PostgresTarget {
  const network = child(node, 'network');
  if (network !== undefined && child(node, 'password') === undefined)
    scope.report(network, 'GB1102', 'a server in a network needs a password', {
      fix: 'password: ${{ secrets.… }}',
    });
  const at = (key: string) => scope.optional(child(node, key));
  return {
    via: 'sandbox',
    engine: engineAt(node),
    ...given('version', at('version')),
    ...given('name', at('name')),
    ...given('network', at('network')),
    ...given('image', at('image')),
    ...given('password', at('password')),
  };
}

function buildIdentity(node: Node, scope: Scope): IdentityDeclaration {
  const identifier = child(node, 'system_identifier');
  const outside = outsideAt(identifier);
  return {
    ...given('database', scope.optional(child(node, 'database'))),
    ...given('system_identifier', outside ?? scope.optional(identifier)),
    ...given('differs_from', textAt(node, 'differs_from')),
  };
}

export function buildWaivers(node: Node | undefined, scope: Scope): readonly Waiver[] | undefined {
  if (node?.kind !== 'list') return undefined;
  return node.items.map((item) => ({
    code: scope.literal(child(item, 'code')),
    ...given('at', textAt(item, 'at')),
    reason: scope.literal(child(item, 'reason')),
    approver: scope.literal(child(item, 'approver')),
    until: scope.literal(child(item, 'until')),
  }));
}
