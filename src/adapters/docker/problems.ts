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

const preamble = /^(docker: )?(Error response from daemon: |Error: )/;

/** What the engine says, or where it says nothing the client's last line, without a preamble. */
function why(stderr: string): string {
  const lines = stderr.trim().split('\n');
  // Newer clients repeat the order that failed on a line after the reason.
  const line = lines.find((l) => l.includes('Error response from daemon: ')) ?? lines.at(-1) ?? '';
  return cut(line.trim().replace(preamble, ''), longestMessage);
}

/** What a call that failed means. */
export function refusal(host: string, what: string, stderr: string): Problem {
  const words = why(stderr);
  if (down.test(stderr)) return downAt(host, words);
  return { code: 'DOCKER_FAILED', message: `${what}: ${words === '' ? 'the engine refused' : words}` };
}

export const fail = (code: string, message: string, next?: string): Result<never, Problem> =>
  err({ code, message, ...(next !== undefined && { next }) });
