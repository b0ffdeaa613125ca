import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Evaluate } from '../../execute/scope/targets.js';
import type { Binding } from '../../model/binding.js';
import type { PostgresTarget } from '../../model/runbook.js';
import type { Template } from '../../model/template.js';
import type { Bridges } from '../../ports/bridge.js';
import type { DockerHandle } from '../../ports/docker.js';
import type { ConnectionParts } from '../../ports/postgres.js';
import type { Problem } from '../../text/problem.js';

const openMs = 30_000;
/** Where images have the socket: Debian's and the official one's place, then PostgreSQL's own. */
const sockets = ['/var/run/postgresql', '/tmp'] as const;

interface ContainerTarget {
  readonly name: string;
  readonly declared: Extract<PostgresTarget, { via: 'docker' }>;
  readonly binding: Binding;
}

/** How to reach a server inside a container: through a private socket that leads to the very one that was bound. */
export async function connectContainer(
  { name, declared, binding }: ContainerTarget,
  {
    bridges,
    evaluate,
    signal,
  }: { readonly bridges: Bridges; readonly evaluate: Evaluate; readonly signal: AbortSignal },
): Promise<Result<ConnectionParts, Problem>> {
  const container = binding.targets[name]?.container;
  if (container === undefined || binding.docker === undefined)
    return err({ code: 'NOT_CONFIGURED', message: `target ${name} has no container` });
  const password = passwordOf(name, declared.password, evaluate);
  if (!password.ok) return password;
  const handle: DockerHandle = {
    ...{ type: 'container', host: binding.docker.host, ...container },
    // Not ours: neither run nor nonce stands on it, and nothing but a program is ever started in it.
    ...{ run: '', nonce: '', volumes: null },
  };
  const place = {
    container: handle,
    sockets: declared.socket === undefined ? sockets : ([declared.socket] as const),
  };
  const bridge = await bridges.open(place, { timeoutMs: openMs, signal });
  if (!bridge.ok) return err({ ...bridge.error, message: `target ${name}: ${bridge.error.message}` });
  return ok({
    host: bridge.value.folder,
    port: 5432,
    database: declared.database,
    user: declared.user,
    ...(password.value !== undefined && { password: password.value }),
  });
}

function passwordOf(
  name: string,
  template: Template | undefined,
  evaluate: Evaluate,
): Result<string | undefined, Problem> {
  if (template === undefined) return ok(undefined);
  const password = evaluate(template);
  if (password.ok && typeof password.value === 'string') return ok(password.value);
  return err({ code: 'TARGET_TYPE', message: `password of target ${name} is not text` });
}
