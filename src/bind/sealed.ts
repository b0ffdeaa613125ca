import type { Binding, BoundTarget } from '../model/binding.js';
import type { Plan } from '../model/plan.js';
import type { ConnectionParts } from '../ports/postgres.js';
import type { Here } from './here.js';
import { isOutside } from './outside.js';

/** What may not be shown even as a sha256, each with its name, so that a difference can be named. */
export function sealedValues(
  plan: Plan,
  secrets: readonly (readonly [string, string])[],
  connections: ReadonlyMap<string, ConnectionParts>,
  here: Here,
): Binding['sealed'] {
  const values = [
    // A generated secret is another one in each run.
    ...secrets.flatMap(([name, value]) =>
      isOutside(plan.secrets[name]) ? [[`secrets.${name}`, value] as const] : [],
    ),
    ...[...connections].map(([name, { password }]) => [`targets.${name}.password`, password ?? ''] as const),
    ...here.steering.map(([name, value]) => [`environment.${name}`, value] as const),
  ];
  return values.map(([name, value]) => ({ name, digest: here.seal(`${name}\0${value}`) }));
}

/** A certificate counts by its content, too. A client's holds its public key, and the private one belongs to it. */
export function boundSsl(
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
