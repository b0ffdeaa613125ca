import type {
  Given,
  IdentityDeclaration,
  KeyDeclaration,
  Outside,
  ParamDeclaration,
  ParamType,
  PostgresTarget,
  SecretDeclaration,
  TargetDeclaration,
} from '../../model/runbook.js';
import { child, type Entry, type Node } from '../tree.js';
import { flagAt, given, textAt, type Scope } from './scope.js';

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
function outsideAt(node: Node | undefined): Outside | undefined {
  const env = textAt(node, 'env');
  if (env !== undefined) return { env };
  const file = textAt(node, 'file');
  return file === undefined ? undefined : { file };
}

export function buildParam(node: Node, scope: Scope): ParamDeclaration {
  const values = child(node, 'values');
  return {
    type: (textAt(node, 'type') ?? 'string') as ParamType,
    ...given('description', textAt(node, 'description')),
    ...given('pattern', textAt(node, 'pattern')),
    ...given('values', values && scope.literals(values)),
    ...given('items', textAt(node, 'items') as ParamType | undefined),
    ...given('default', scope.optional(child(node, 'default'))),
    ...given('from', outsideAt(child(node, 'from'))),
  };
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
    scope.report(node, 'GB1102', 'a key needs gpg', 'e.g. gpg: {fingerprint: {env: BACKUP_GPG_FPR}}');
    return null;
  }
  const fingerprint = child(gpg, 'fingerprint');
  const generate = child(gpg, 'generate');
  if ((fingerprint === undefined) === (generate === undefined)) {
    scope.report(gpg, 'GB1108', 'a key is one of fingerprint, generate', 'keep one of them');
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

export function buildTarget(node: Node, scope: Scope): TargetDeclaration | null {
  const postgres = child(node, 'postgres');
  if (postgres === undefined) {
    scope.report(node, 'GB1102', 'a target needs postgres', 'e.g. postgres: {url: {env: PROD_DATABASE_URL}}');
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
  sandbox: [],
  of: ['user', 'password'],
};

function buildServer(node: Node, scope: Scope): PostgresTarget | null {
  const entries: readonly Entry[] = node.kind === 'map' ? [...node.entries.values()] : [];
  const ways = entries.filter((entry) => Object.hasOwn(companions, entry.key));
  const [way] = ways;
  if (way === undefined || ways.length > 1) {
    scope.report(node, 'GB1108', 'a server is exactly one of url, sandbox, of', 'keep one of them');
    return null;
  }
  for (const entry of entries) {
    if (entry === way || companions[way.key]?.includes(entry.key) === true) continue;
    scope.report(entry.value, 'GB1110', `${entry.key} doesn't go with ${way.key}`, `remove ${entry.key}`);
  }
  if (way.key === 'url') return buildUrl(way.value, child(node, 'embedded'), scope);
  if (way.key === 'sandbox') return buildSandbox(way.value, scope);
  const user = child(node, 'user');
  if (user === undefined) {
    scope.report(node, 'GB1102', 'an of: target needs user', 'e.g. {of: copy, user: cutter_ro}');
    return null;
  }
  return {
    via: 'of',
    of: scope.literal(way.value),
    user: scope.template(user),
    ...given('password', scope.optional(child(node, 'password'))),
  };
}

function buildUrl(url: Node, embedded: Node | undefined, scope: Scope): PostgresTarget {
  const standIn = embedded && {
    seed: scope.literals(child(embedded, 'seed')),
    ...given('user', textAt(embedded, 'user')),
  };
  return { via: 'url', url: givenAt(url, scope), ...given('embedded', standIn) };
}

function buildSandbox(node: Node, scope: Scope): PostgresTarget {
  const at = (key: string) => scope.optional(child(node, key));
  return {
    via: 'sandbox',
    engine: textAt(node, 'engine') === 'local' ? 'local' : 'auto',
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
