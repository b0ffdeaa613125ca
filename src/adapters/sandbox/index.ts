import { err } from '../../base/result.js';
import type { Bridges } from '../../ports/bridge.js';
import type { Docker } from '../../ports/docker.js';
import type { Postgres } from '../../ports/postgres.js';
import type { Processes } from '../../ports/process.js';
import type { ContainerPlan, LocalHandle, Sandboxes, ServerHandle } from '../../ports/sandbox.js';
import { destroyServer } from './destroy.js';
import { intendContainer, startContainer } from './docker/start.js';
import { intendServer } from './folder.js';
import { startLocal } from './local.js';

/** Throwaway servers, here or in a container. */
export function createSandboxes(world: {
  readonly processes: Processes;
  readonly postgres: Postgres;
  readonly docker: Docker;
  readonly bridges: Bridges;
}): Sandboxes {
  const destroy: Sandboxes['destroy'] = (handle) =>
    handle['engine'] === 'docker' ? world.docker.destroy(handle) : destroyServer(handle);
  function intend(): LocalHandle;
  function intend(container: ContainerPlan | undefined): ServerHandle;
  function intend(container?: ContainerPlan): ServerHandle {
    return container === undefined ? intendServer() : intendContainer(world.docker, container);
  }
  return {
    intend,
    destroy,
    start: async (intent, spec) => {
      const starting =
        intent.engine === 'docker' ? startContainer(world, intent, spec) : startLocal(world, intent, spec);
      // A full disk, say: it is told, and what was made by then goes.
      const started = await starting.catch((error: unknown) =>
        err({ code: 'SANDBOX_FAILED', message: `the server could not be made: ${String(error)}` }),
      );
      if (started.ok) return started;
      const gone = await destroy(intent);
      return err({ ...started.error, gone: gone.ok ? gone.value : null });
    },
  };
}
