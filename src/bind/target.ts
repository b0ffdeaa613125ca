import type { BoundTarget } from '../model/binding.js';
import { isOutside } from '../model/runbook.js';
import type { TargetDeclaration } from '../model/runbook.js';
import type { Template } from '../model/template.js';
import type { ConnectionParts } from '../ports/postgres.js';
import type { Here } from './here.js';
import { showSource } from './outside.js';
import { given, refuse, required } from './refuse.js';

/** A server that is there before the run. */
export const exists = ({ postgres }: TargetDeclaration): boolean =>
  postgres.via === 'url' || postgres.via === 'docker';

export function standIn(name: string, declaration: TargetDeclaration): BoundTarget {
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

/** With the connection, passwords and all, of a server that is named by a URL. */
interface LiveTarget {
  readonly bound: BoundTarget;
  readonly connection?: ConnectionParts;
}

/** What a session on it will reach, and what it must find; of a server that the run makes, that is not known yet. */
export function liveTarget(name: string, declaration: TargetDeclaration, here: Here): LiveTarget {
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
  if (postgres.via === 'sandbox')
    return { bound: { via: 'sandbox', ...here.containers.sandboxes[name], ...common } };
  if (postgres.via === 'docker') {
    const { user, database } = postgres;
    const container = here.containers.containers[name];
    return { bound: { via: 'docker', ...common, ...(container && { container }), database, user } };
  }
  if (postgres.via === 'of')
    return {
      bound: { via: 'of', ...(typeof postgres.user === 'string' && { user: postgres.user }), ...common },
    };
  const url = given(`targets.${name}.postgres.url`, postgres.url, here);
  const parsed = here.parseConnection(url);
  if (!parsed.ok) {
    const source = isOutside(postgres.url) ? showSource(postgres.url) : `targets.${name}`;
    return refuse(parsed.error.code, `${source}: ${parsed.error.message}`, parsed.error.next);
  }
  const { host, port, database, user, ssl } = parsed.value;
  return {
    bound: { via: 'url', ...common, host, port, database, user, ...(ssl && { ssl: boundSsl(ssl, here) }) },
    connection: parsed.value,
  };
}

/** A certificate counts by its content, too. A client's holds its public key, and the private one belongs to it. */
function boundSsl(
  { mode, rootCert, client }: NonNullable<ConnectionParts['ssl']>,
  here: Here,
): NonNullable<BoundTarget['ssl']> {
  const [root, own] = [rootCert, client?.cert].map((path) =>
    path === undefined ? null : here.sha256Of(path),
  );
  return {
    mode,
    ...(rootCert !== undefined && { root_cert: rootCert }),
    ...(root && { root_cert_sha256: root }),
    ...(client && { client_cert: client.cert, client_key: client.key }),
    ...(own && { client_cert_sha256: own }),
  };
}
