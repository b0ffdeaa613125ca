import { readFile } from 'node:fs/promises';
import type { RunProcess } from '../../ports/state.js';
import { isInner } from './outer.js';

/** The last field before field 3 of stat is the program's name in brackets, which may hold anything. */
const statFields = (stat: string): readonly string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

/** How the outer process tells the inner one who it is: the inner's own number means nothing outside. */
const outerMark = 'GATEBOOK_OUTER';

export const outerEnvironment = async (): Promise<Readonly<Record<string, string>>> => ({
  [outerMark]: JSON.stringify(await thisProcess()),
});

/** The process that a run lives and dies with, as the whole machine knows it. */
export function ownProcess(): Promise<RunProcess | null> {
  const outer = isInner() ? process.env[outerMark] : undefined;
  return outer === undefined ? thisProcess() : Promise.resolve(JSON.parse(outer) as RunProcess | null);
}

async function thisProcess(): Promise<RunProcess | null> {
  try {
    const stat = await readFile('/proc/self/stat', 'utf8');
    const startTime = statFields(stat)[19];
    return startTime === undefined
      ? null
      : { pid: Number.parseInt(stat, 10), bootId: await bootId(), startTime };
  } catch {
    return null;
  }
}

/** Whether that very process still lives; null where the system doesn't tell. */
export async function isAlive(runner: RunProcess | null): Promise<boolean | null> {
  if (runner === null) return null;
  try {
    if ((await bootId()) !== runner.bootId) return false;
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
