import { isAbsolute } from 'node:path';
import type { Redactor } from '../../journal/redact.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { ProgramSpec } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { statIfThere } from '../stat-if-there.js';
import type { Containment } from './containment.js';
import { notStarted } from './exhausted.js';
import { findProgram, fixedPath } from './find.js';
import type { Descriptor, Launch } from './launch.js';

export interface ProcessesOptions {
  readonly mode: Containment;
  /** Where programs are looked for; the fixed PATH unless given. */
  readonly path?: string;
  /** The major version of a server that PostgreSQL's programs are to suit; the newest ones are taken unless given. */
  readonly server?: number;
  /** The children's HOME: an empty folder of the run. */
  readonly home: string;
  /** Hides secrets in logs. */
  readonly redactor: Redactor;
}

/** What `run`, `pipeline` and `daemon` share. */
export interface Starter {
  readonly mode: Containment;
  readonly redactor: Redactor;
  /** A private folder that goes with the run. */
  readonly scratch: string;
  readonly prepare: (
    spec: ProgramSpec,
    stdio: { readonly stdin: Descriptor; readonly stdout: Descriptor; readonly stderr: Descriptor },
  ) => Promise<Result<Launch, Problem>>;
}

export const spawnFailed = ({ program, spec }: Launch, why: string): Problem =>
  notStarted(
    `${program} could not be started${spec.cwd === undefined ? '' : ` in ${spec.cwd}`} (${why})`,
    why,
  );

/** A file that is there is told apart: nothing that could be installed would help. */
async function notFound(name: string, path: string): Promise<Problem> {
  const there = isAbsolute(name) ? await statIfThere(name).catch(() => null) : null;
  if (there?.isFile() === true)
    return {
      code: 'SPAWN_FAILED',
      message: `${name} is there and can't be run: its mode has no x for who runs, or its file system is mounted noexec`,
      next: 'name what reads it (interpreter: [sh]), or set TMPDIR to a folder in which programs may be run',
    };
  return {
    code: 'PROGRAM_MISSING',
    message: `${JSON.stringify(name)} is not a program on ${path}`,
    next: 'gatebook doctor says how to install it; another place is named by an absolute path',
  };
}

export function createStarter(options: ProcessesOptions): Starter {
  const path = options.path ?? fixedPath;
  const base = { PATH: path, HOME: options.home, LANG: 'C.UTF-8', TZ: 'UTC' };
  const found = new Map<string, string>();
  return {
    mode: options.mode,
    redactor: options.redactor,
    scratch: options.home,
    prepare: async (spec, stdio) => {
      const [name] = spec.argv;
      if (spec.argv.some((a) => a.includes('\0')))
        return err({ code: 'SPAWN_FAILED', message: `an argument of ${JSON.stringify(name)} holds a NUL` });
      const program = found.get(name) ?? (await findProgram(name, path, options.server));
      if (program !== null) found.set(name, program);
      else return err(await notFound(name, path));
      return ok({ spec, program, env: { ...base, ...spec.env }, ...stdio });
    },
  };
}
