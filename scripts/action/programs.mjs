// The two programs that are called: git, and the launcher of the checkout that this action is. Neither gets the token.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { host } from './host.mjs';

const { GATEBOOK_TOKEN: _, ...environment } = process.env;
const limits = { encoding: 'utf8', env: environment, maxBuffer: 256 * 1024 * 1024, timeout: 15 * 60 * 1000 };

/** `{code, stdout, stderr}`; 127 where the program couldn't be started. */
function call(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, limits);
  return { code: status ?? 127, stdout: stdout ?? '', stderr: (stderr ?? '') + (error?.message ?? '') };
}

export const gatebook = (...args) => call(join(host.action, 'gatebook'), args);

/** What git says, or null where it refuses. */
export function git(...args) {
  const { code, stdout } = call('git', args);
  return code === 0 ? stdout : null;
}

/** Paths of `-z` output, in order. */
export const paths = (text) => (text ?? '').split('\0').filter((path) => path !== '');
