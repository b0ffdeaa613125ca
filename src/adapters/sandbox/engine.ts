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

export type Wanted = Pick<ServerSpec, 'major' | 'source'>;

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

/** The version that is asked for, else that of the source, else the newest. `majors` begin with the newest. */
export function chooseMajor(majors: readonly number[], { major, source }: Wanted): number | undefined {
  const usable = majors.filter((one) => isSupportedServer(one) && one >= (source ?? 0));
  const exact = major ?? source;
  return exact === undefined ? usable[0] : usable.find((one) => one === exact);
}

export const wantedWords = ({ major, source }: Wanted): string =>
  major !== undefined
    ? `a throwaway server of PostgreSQL ${major} is wanted`
    : source !== undefined
      ? `the source is PostgreSQL ${source}, and a copy of it has the same version`
      : `a throwaway server is of PostgreSQL ${supportedServers}`;

/** What is wanted can't be made of what is here. */
export function refuseMajor(majors: readonly number[], wanted: Wanted): Problem {
  const { major, source } = wanted;
  if (majors.length === 0)
    return {
      code: 'ENGINE_MISSING',
      message: 'no PostgreSQL server programs are installed',
      next: installServer(major ?? source ?? 15),
    };
  if (major !== undefined && source !== undefined && major < source)
    return {
      code: 'ENGINE_VERSION',
      message: `a throwaway server of PostgreSQL ${major} is older than its source, ${source}`,
      next: `take \`version\` out of the sandbox, or say ${source}`,
    };
  return {
    code: 'ENGINE_VERSION',
    message: `${wantedWords(wanted)}; installed here: ${majors.join(', ')}`,
    next: installServer(major ?? source ?? 15),
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
