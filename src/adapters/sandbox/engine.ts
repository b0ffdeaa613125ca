import { join } from 'node:path';
import { installServer, isSupportedServer, supportedServers } from '../../base/postgres-versions.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Limits, Processes } from '../../ports/process.js';
import type { ServerSpec } from '../../ports/sandbox.js';
import type { Problem } from '../../text/problem.js';
import type { PostgresFolder } from '../process/find.js';
import { isProgram, postgresFolders } from '../process/find.js';

export interface Engine {
  /** Folder of initdb, postgres and psql. */
  readonly bin: string;
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

export type Wanted = Pick<ServerSpec, 'major' | 'atLeast'>;

/** Folders that hold all that a throwaway server is made with, newest first. */
async function installed(): Promise<readonly PostgresFolder[]> {
  const found: PostgresFolder[] = [];
  for (const one of await postgresFolders()) {
    const there = await Promise.all(
      ['initdb', 'postgres', 'psql'].map((name) => isProgram(join(one.folder, name))),
    );
    if (there.every((is) => is)) found.push(one);
  }
  return found;
}

/**
 * The version that is asked for; else that of the source, or the next newer one, which has the least that the source
 * hasn't; without a source the newest. `majors` are sorted, newest first.
 */
export function chooseMajor(majors: readonly number[], { major, atLeast = 0 }: Wanted): number | undefined {
  const usable = majors.filter((one) => isSupportedServer(one) && one >= atLeast);
  if (major !== undefined) return usable.find((one) => one === major);
  return atLeast > 0 ? usable.at(-1) : usable[0];
}

export const wantedWords = ({ major, atLeast }: Wanted): string =>
  major !== undefined
    ? `a throwaway server of PostgreSQL ${major} is wanted`
    : atLeast !== undefined
      ? `the source is PostgreSQL ${atLeast}, and a throwaway server is never older`
      : `a throwaway server is of PostgreSQL ${supportedServers}`;

/** What is wanted can't be made of what is here. */
export function refuseMajor(majors: readonly number[], wanted: Wanted): Problem {
  const { major, atLeast } = wanted;
  if (majors.length === 0)
    return {
      code: 'ENGINE_MISSING',
      message: 'no PostgreSQL server programs are installed',
      next: installServer(major ?? atLeast ?? 15),
    };
  if (major !== undefined && major < (atLeast ?? 0))
    return {
      code: 'ENGINE_VERSION',
      message: `a throwaway server of PostgreSQL ${major} is older than its source, ${atLeast}`,
      next: `take \`version\` out of the sandbox, or say ${atLeast}`,
    };
  return {
    code: 'ENGINE_VERSION',
    message: `${wantedWords(wanted)}; installed here: ${majors.join(', ')}`,
    next: installServer(major ?? atLeast ?? 15),
  };
}

/** The server programs that `wanted` names; which are here is looked up, nothing is started. */
export async function chooseFolder(wanted: Wanted): Promise<Result<PostgresFolder, Problem>> {
  const all = await installed();
  const majors = all.map((one) => one.major);
  const major = chooseMajor(majors, wanted);
  const chosen = all.find((one) => one.major === major);
  return chosen ? ok(chosen) : err(refuseMajor(majors, wanted));
}

export async function findEngine(
  processes: Processes,
  wanted: Wanted,
  limits: Limits,
): Promise<Result<Engine, Problem>> {
  const chosen = await chooseFolder(wanted);
  if (!chosen.ok) return chosen;
  const bin = chosen.value.folder;
  const asked = await processes.run({ argv: [join(bin, 'postgres'), '--version'] }, limits);
  if (!asked.ok) return asked;
  const version = /(\d+)\.(\d+)/.exec(asked.value.stdout);
  if (!version) return err({ code: 'ENGINE_MISSING', message: `${bin}/postgres doesn't say its version` });
  return ok({ bin, text: version[0], major: Number(version[1]), minor: Number(version[2]) });
}
