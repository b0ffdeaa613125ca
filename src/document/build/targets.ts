import type {
  Embedded,
  IdentityDeclaration,
  PostgresTarget,
  TargetDeclaration,
} from '../../model/runbook.js';
import { child, type Entry, type Node } from '../tree.js';
import { givenAt, outsideAt } from './declarations.js';
import { flagAt, given, textAt, type Scope } from './scope.js';

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
