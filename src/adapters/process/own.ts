import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { RunProcess } from '../../ports/state.js';
import { isInner } from './outer.js';

/** The last field before field 3 of stat is the program's name in brackets, which may hold anything. */
const statFields = (stat: string): readonly string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

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
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const startTime = statFields(stat)[19];
    return startTime === undefined ? null : { pid: Number.parseInt(stat, 10), bootId: bootId(), startTime };
  } catch {
    return null;
  }
}

/** Whether that very process still lives; null where the system doesn't tell. */
export async function isAlive(runner: RunProcess | null): Promise<boolean | null> {
  if (runner === null) return null;
  try {
    if (bootId() !== runner.bootId) return false;
  } catch {
    return null;
  }
  try {
    const stat = await readFile(`/proc/${runner.pid}/stat`, 'utf8');
    const [state] = statFields(stat);
    return statFields(stat)[19] === runner.startTime && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}
