import { err } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { cut } from '../../base/visible.js';
import type { Problem } from '../../text/problem.js';

const longestMessage = 500;

/** The engine can't be reached, or went away in the midst of an answer. */
const down =
  /Cannot connect to the Docker daemon|error during connect|permission denied while trying to connect|unexpected EOF/i;
const absent = /no such (container|network|volume|image|object)\b|network \S+ not found/i;
const taken = /is already in use by container|already exists/i;

export const isAbsent = (stderr: string): boolean => !down.test(stderr) && absent.test(stderr);
export const isTaken = (stderr: string): boolean => taken.test(stderr);

export const downAt = (host: string, why: string): Problem => ({
  code: 'ENGINE_DOWN',
  message: `no Docker engine answers at ${host}: ${why}`,
  next: 'start the engine, or say with DOCKER_HOST=unix:///… where it listens',
});

/** What the client says last, without its own preamble. */
function lastWords(stderr: string): string {
  const last = stderr.trim().split('\n').at(-1)?.trim() ?? '';
  return cut(last.replace(/^(docker: )?(Error response from daemon: |Error: )/, ''), longestMessage);
}

/** What a call that failed means. */
export function refusal(host: string, what: string, stderr: string): Problem {
  const words = lastWords(stderr);
  if (down.test(stderr)) return downAt(host, words);
  return { code: 'DOCKER_FAILED', message: `${what}: ${words === '' ? 'the engine refused' : words}` };
}

export const fail = (code: string, message: string, next?: string): Result<never, Problem> =>
  err({ code, message, ...(next !== undefined && { next }) });
