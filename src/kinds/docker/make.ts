import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { DockerHandle } from '../../ports/docker.js';
import { isDockerName } from '../../ports/docker.js';
import type { ActionContext, KindProblem } from '../executor.js';

/** After these it is certain that the engine made nothing; after any other the sweep looks for it. */
const nothingMade: ReadonlySet<string> = new Set([
  'RESOURCE_EXISTS',
  'IMAGE_MISSING',
  'ENV_REFUSED',
  'ENGINE_ADDRESS',
]);

/**
 * Makes a network, volume or container in the order that survives a crash: name and nonce in the ledger, the thing
 * itself, its full id in the ledger.
 */
export async function makeOnEngine(
  type: DockerHandle['type'],
  name: string,
  { docker, ledger, run, as }: ActionContext,
  create: (intent: DockerHandle) => Promise<Result<DockerHandle, KindProblem>>,
): Promise<Result<DockerHandle, KindProblem>> {
  if (!isDockerName(name))
    return err({
      code: 'UNSAFE_NAME',
      message: `${JSON.stringify(name)} is no name of a ${type}: letters, digits, _, . and -, at most 128`,
    });
  const intent = docker.intend(type, name, run.id);
  const resource = await ledger.intend({
    kind: `docker.${type}`,
    name: as ?? name,
    durability: 'ephemeral',
    handle: intent,
  });
  const created = await create(intent);
  if (created.ok) {
    await ledger.created(resource, created.value);
    return ok(created.value);
  }
  const { code } = created.error;
  if (nothingMade.has(code)) await ledger.destroyed(resource, `no ${type} ${name} was made: ${code}`);
  return created;
}
