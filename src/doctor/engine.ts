import type { Result } from '../base/result.js';

/** Why the engine didn't answer, as who asked it says. */
export interface Silence {
  readonly code: string;
  readonly message: string;
}

/** What the doctor may ask of the container engine. */
export interface EngineHere {
  readonly host: string;
  /** Whether DOCKER_HOST says so; else it is where an engine usually listens. */
  readonly named: boolean;
  /** Bounded in time by who answers. */
  readonly ask: () => Promise<Result<{ readonly version: string }, Silence>>;
}

/** Whether an engine answers; where none does, why, and the command that mends it. */
export interface EngineFinding {
  readonly host: string;
  readonly version: string | null;
  readonly trouble: string | null;
  readonly remedy: string | null;
}

export async function askEngine(
  engine: EngineHere,
  machine: { readonly platform: string; readonly isRoot: boolean },
): Promise<EngineFinding> {
  const { host } = engine;
  const answer = await engine.ask();
  if (answer.ok) return { host, version: answer.value.version, trouble: null, remedy: null };
  const trouble = troubleOf(answer.error);
  return { host, version: null, trouble, remedy: mend(answer.error, engine, machine) };
}

const refused = /permission denied/i;
const nobody = /Cannot connect to the Docker daemon/i;

/** One line: what the docker program says takes several. */
function troubleOf({ code, message }: Silence): string {
  if (code === 'ENGINE_ADDRESS') return 'not an engine of this machine: only a local socket is spoken to';
  if (code === 'TIMEOUT') return 'it takes the call and never answers';
  if (refused.test(message)) return 'this user may not use its socket';
  if (nobody.test(message)) return 'no engine listens there';
  return message.replace(/\s+/g, ' ');
}

function mend(
  { code, message }: Silence,
  { named }: EngineHere,
  { platform, isRoot }: { readonly platform: string; readonly isRoot: boolean },
): string {
  if (code === 'ENGINE_ADDRESS') return 'export DOCKER_HOST=unix:///var/run/docker.sock';
  if (refused.test(message)) return 'sudo usermod -aG docker "$USER"   # then log in again';
  if (named) return 'unset DOCKER_HOST   # or start the engine that is to listen there';
  return platform === 'darwin' ? 'open -a Docker' : `${isRoot ? '' : 'sudo '}service docker restart`;
}
