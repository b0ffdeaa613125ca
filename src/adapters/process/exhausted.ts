import type { Problem } from '../../text/problem.js';
import { errno } from '../errno.js';

const raise = (limit: string): string => `raise the limit (${limit}), then call it again`;

/** What to do where the system has run out of something, by the codes of its errors. */
const exhausted: Readonly<Record<string, string | undefined>> = {
  EMFILE: raise('ulimit -n'),
  ENFILE: raise('sysctl fs.file-max'),
  EAGAIN: raise('ulimit -u'),
  ENOMEM: raise('ulimit -v'),
};

/** What could not be started, with what to do where the code of the system's error says so. */
export function notStarted(message: string, code: string): Problem {
  const next = exhausted[code];
  return { code: 'SPAWN_FAILED', message, ...(next !== undefined && { next }) };
}

/** Whether the system has run out of something: whatever else is tried would fail, too. */
export const isExhausted = (code: string): boolean => exhausted[code] !== undefined;

/** Such an error where nothing but the end is left; null for any other. */
export function limitReached(error: unknown): Problem | null {
  if (!(error instanceof Error)) return null;
  const next = exhausted[errno(error) ?? ''];
  return next === undefined
    ? null
    : { code: 'LIMIT_REACHED', message: `the system gives no more: ${error.message}`, next };
}
