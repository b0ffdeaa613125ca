import { createDocker } from '../../adapters/docker/index.js';
import { createProcesses } from '../../adapters/process/index.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { ContainersHere, Environment, Refusal } from '../../bind/index.js';
import type { Settings } from '../../document/settings.js';
import { createRedactor } from '../../journal/redact.js';
import type { Plan } from '../../model/plan.js';
import type { Given, Mode, PostgresTarget } from '../../model/runbook.js';
import type { CallLimits, Docker } from '../../ports/docker.js';
import { isEngineAddress, localEngine } from '../../ports/docker.js';
import type { Problem } from '../../text/problem.js';
import { operatorEngine } from '../here/environment.js';
import { temporaryFolder } from '../../adapters/temporary.js';

const answerMs = 10_000;
const limits = (): CallLimits => ({ timeoutMs: answerMs, signal: new AbortController().signal });

type Sandbox = Extract<PostgresTarget, { via: 'sandbox' }>;
type SandboxHere = ContainersHere['sandboxes'][string];

/**
 * Asks the container engine what the plan's names mean now: the images of throwaway servers and the containers that
 * servers are in. Nothing is started. A plan that names no container and no image doesn't ask.
 */
export async function containersHere(
  plan: Plan,
  mode: Mode,
  settings: Settings,
  environment: Environment,
): Promise<Result<ContainersHere, Refusal>> {
  const docker = dockerHere();
  const sandboxes: Record<string, SandboxHere> = {};
  const containers: Record<string, { name: string; id: string }> = {};
  for (const [name, { postgres }] of Object.entries(plan.targets)) {
    if (postgres.via === 'sandbox') {
      const image = imageOf(name, postgres, settings.sandboxImage, environment);
      const here = image.ok ? await sandboxHere(name, postgres, image.value, docker) : image;
      if (!here.ok) return here;
      sandboxes[name] = here.value;
    } else if (postgres.via === 'docker' && mode !== 'rehearsal') {
      const container = valueOf(postgres.container, environment);
      // What isn't set is refused by name where everything else is bound.
      if (container === undefined) continue;
      const found = await containerHere(name, container, docker);
      if (!found.ok) return found;
      containers[name] = found.value;
    }
  }
  return ok({ sandboxes, containers });
}

/** The engine that this machine's runs speak to. */
export function dockerHere(): Docker {
  const { dockerHost = localEngine } = operatorEngine();
  const processes = createProcesses({
    mode: 'process-group',
    home: temporaryFolder(),
    redactor: createRedactor(),
  });
  return createDocker({ processes, host: dockerHost });
}

const refuse = (problem: Problem): Result<never, Refusal> => err({ ...problem, exit: 4 });

function valueOf(given: Given | undefined, environment: Environment): string | undefined {
  const value = typeof given === 'object' ? environment.get(given) : given;
  return value?.trim() === '' ? undefined : value;
}

const digest = /^([A-Za-z0-9][A-Za-z0-9._/:-]{0,255}@)?sha256:[0-9a-f]{64}$/;

/** The image that the target or the project names, by digest. */
function imageOf(
  name: string,
  { image }: Sandbox,
  preset: Given | undefined,
  environment: Environment,
): Result<string | undefined, Refusal> {
  const text = image ?? valueOf(preset, environment);
  if (text === undefined || (typeof text === 'string' && digest.test(text))) return ok(text);
  return refuse({
    code: 'IMAGE_UNPINNED',
    message:
      typeof text === 'string'
        ? `the image of ${name} is named by something else than its digest`
        : `the image of ${name} is not known before the run`,
    next: 'NAME@sha256:… or sha256:…, as docker images --digests --no-trunc shows it',
  });
}

/** `auto` takes Docker where an engine answers and holds the image; `docker` takes nothing else. */
async function sandboxHere(
  name: string,
  { engine }: Sandbox,
  image: string | undefined,
  docker: Docker,
): Promise<Result<SandboxHere, Refusal>> {
  const local = ok({ engine: 'local' as const });
  if (engine === 'local') return local;
  if (image === undefined && engine === 'auto') return local;
  if (image === undefined)
    return refuse({
      code: 'IMAGE_UNNAMED',
      message: `${name} is to be a container, and no image is named for it`,
      next: 'name it by digest: sandbox: {image: …} on the target, or in gatebook.yaml',
    });
  if (engine === 'auto' && !isEngineAddress(docker.host)) return local;
  const found = await docker.image(image, limits());
  if (engine === 'auto' && (!found.ok || found.value === null)) return local;
  if (!found.ok) return refuse({ ...found.error, message: `${name}: ${found.error.message}` });
  if (found.value !== null) return ok({ engine: 'docker', image: found.value.id });
  return refuse({
    code: 'IMAGE_MISSING',
    message: `the engine has no image ${image}, which ${name} is to run on; nothing is pulled during a run`,
    next: `docker pull ${image}, or docker load`,
  });
}

async function containerHere(
  name: string,
  container: string,
  docker: Docker,
): Promise<Result<{ name: string; id: string }, Refusal>> {
  const found = await docker.container(container, limits());
  if (!found.ok) return refuse({ ...found.error, message: `target ${name}: ${found.error.message}` });
  const next = 'docker ps --all   shows what is there; start it, or correct the name';
  if (found.value === null)
    return refuse({
      code: 'CONTAINER_GONE',
      message: `target ${name}: no container is called ${container}`,
      next,
    });
  const { id, status } = found.value;
  // One that is paused or between two starts counts as running to the engine, and nothing can be asked of it.
  if (status === 'running') return ok({ name: found.value.name, id });
  return refuse({
    code: 'CONTAINER_STOPPED',
    message: `target ${name}: the container ${container} does not run (${status})`,
    next,
  });
}
