import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Problem } from '../../text/problem.js';
import { fail } from './problems.js';

/** By this name a program inside is found again, and all that it started. */
export const execMark = 'GATEBOOK_EXEC';

/** What the client, through whose environment values go, or its loader would take for itself. */
const clientsOwn = /^(DOCKER_.*|LD_.*|GLIBC_TUNABLES|GODEBUG|GATEBOOK_.*)$/;

export function checkEnv(
  env: Readonly<Record<string, string>> = {},
): Result<Readonly<Record<string, string>>, Problem> {
  const refused = Object.keys(env).find((name) => clientsOwn.test(name));
  if (refused === undefined) return ok(env);
  return fail(
    'ENV_REFUSED',
    `${refused} can't be handed to a container: the docker program would take it for itself`,
    'give it another name, and set it inside: argv: [env, NAME=…, PROGRAM]',
  );
}
