import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { DockerHandle } from '../../ports/docker.js';
import { dockerHandleFrom } from '../../ports/docker.js';
import type { KindProblem, LedgerView } from '../executor.js';

/**
 * What this run made under an `as` name (or, for what an output gave, its exact name or id), the newest. Nothing
 * else is ever entered, joined or mounted.
 */
export function ofThisRun(
  type: DockerHandle['type'],
  name: string,
  { entries }: LedgerView,
): Result<DockerHandle, KindProblem> {
  const made = entries().filter(({ kind }) => kind === `docker.${type}`);
  const named = made.filter((e) => e.name === name || e.handle['name'] === name || e.handle['id'] === name);
  const entry = named.filter(({ state }) => state === 'created').at(-1);
  const handle = entry === undefined ? null : dockerHandleFrom(entry.handle);
  if (handle !== null) return ok(handle);
  const known = [...new Set(made.map((e) => e.name))];
  return err(
    named.length > 0
      ? {
          code: 'RESOURCE_GONE',
          message: `the ${type} ${name} is not there any more, or never came into being`,
        }
      : {
          code: 'NOT_OURS',
          message: `this run made no ${type} called ${name}${known.length === 0 ? '' : `; it made ${known.join(', ')}`}`,
          next: `make one before, with docker.${type}: {…} and as: ${name}`,
        },
  );
}
