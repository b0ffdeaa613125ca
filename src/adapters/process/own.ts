import { readFileSync } from 'node:fs';
import type { RunProcess } from '../../ports/state.js';
import { errno } from '../errno.js';
import { isInner } from './outer.js';
import { bootId, startTimeIn, startTimeOf } from './proc.js';

/** How the outer process tells the inner one who it is: the inner's own number means nothing outside. */
const outerMark = 'GATEBOOK_OUTER';

export const outerEnvironment = (): Readonly<Record<string, string>> => ({
  [outerMark]: JSON.stringify(thisProcess()),
});

/** The process that a run lives and dies with, as the whole machine knows it. */
export function ownProcess(): RunProcess | null {
  const outer = isInner() ? process.env[outerMark] : undefined;
  return outer === undefined ? thisProcess() : (JSON.parse(outer) as RunProcess | null);
}

function thisProcess(): RunProcess | null {
  const boot = bootId();
  if (boot === null) return null;
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const startTime = startTimeIn(stat);
    return startTime === null ? null : { pid: Number.parseInt(stat, 10), bootId: boot, startTime };
  } catch {
    return null;
  }
}

/** A process that this user may not look at (`hidepid`, proc(5)): another's, or one that has more rights. */
export const isForbidden = (error: unknown): boolean => ['EPERM', 'EACCES'].includes(errno(error) ?? '');

/** Whether that very process still lives; null where the system doesn't tell. Throws where it can't be looked at. */
export async function isAlive(runner: RunProcess | null): Promise<boolean | null> {
  const boot = bootId();
  if (runner === null || boot === null) return null;
  return boot === runner.bootId && (await startTimeOf(runner.pid)) === runner.startTime;
}
