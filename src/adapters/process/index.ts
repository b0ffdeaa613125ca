import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import type { Daemon, Processes, ProgramEnd, ProgramSpec } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { exitOf } from './ending.js';
import { findProgram, fixedPath } from './find.js';
import { launch } from './launch.js';
import { runPipeline } from './pipeline.js';
import { runProgram } from './run.js';
import type { ProcessesOptions, Starter } from './starter.js';
import { createStarter, spawnFailed } from './starter.js';

async function startDaemon(
  starter: Starter,
  spec: ProgramSpec & { readonly log: string },
): Promise<Result<Daemon, Problem>> {
  const opened = await openLog(spec.log);
  if (!opened.ok) return opened;
  const log = opened.value;
  try {
    const prepared = await starter.prepare(spec, { stdin: 'ignore', stdout: log.fd, stderr: log.fd });
    if (!prepared.ok) return prepared;
    const child = launch(starter.mode, prepared.value);
    const exited = exitOf(child);
    const { pid } = child;
    if (pid === undefined) {
      const { spawnError } = await exited;
      return err(spawnFailed(prepared.value, spawnError ?? 'no process'));
    }
    return ok({
      pid,
      exited: exited.then(({ exitCode, signal }): ProgramEnd => {
        return { program: prepared.value.program, exitCode, signal, stderr: '', captured: {} };
      }),
    });
  } finally {
    await log.close();
  }
}

async function openLog(path: string): Promise<Result<FileHandle, Problem>> {
  try {
    return ok(await open(path, 'ax', 0o600));
  } catch (error) {
    const message = messageOf(error);
    return err({ code: 'OUTPUT_FAILED', message: `the log ${path} could not be begun: ${message}` });
  }
}

/** The world's processes, contained as `mode` says. */
export function createProcesses(options: ProcessesOptions): Processes {
  const starter = createStarter(options);
  return {
    find: (name) => findProgram(name, options.path ?? fixedPath, options.server),
    forServer: (server) => createProcesses({ ...options, server }),
    run: (spec, limits) => runProgram(starter, spec, limits),
    pipeline: (specs, io, limits) => runPipeline(starter, specs, io, limits),
    daemon: (spec) => startDaemon(starter, spec),
  };
}
