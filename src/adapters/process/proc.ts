import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { errno } from '../errno.js';

/** Field 22 of a /proc/PID/stat (proc(5)); null for a process that has ended and is only waited for. */
export function startTimeIn(stat: string): string | null {
  // The program's name, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

/**
 * When a process began, in ticks since the machine did; null where there is none, or no /proc. That it can't be read for
 * want of something else is thrown: it would pass for the end of one that lives.
 */
export async function startTimeOf(pid: number): Promise<string | null> {
  try {
    return startTimeIn(await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    const code = errno(error);
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}

/** Which start of the machine this is; null where the system doesn't tell. */
export function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
