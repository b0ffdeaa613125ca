import { ChildProcess, spawn } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';

/**
 * Node tells of a program that can't be started by an event; but it throws where its arguments are too long for the
 * system, and gives a child without any streams where no descriptor is left. Here it is always the event, of a
 * child whose streams are none.
 */
export function spawned(file: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  try {
    const child = spawn(file, args, options);
    return 'stdio' in child ? child : withoutStreams(child);
  } catch (error) {
    const never = withoutStreams(new ChildProcess());
    process.nextTick(() => never.emit('error', error));
    return never;
  }
}

const withoutStreams = (child: ChildProcess): ChildProcess =>
  Object.assign(child, { stdin: null, stdout: null, stderr: null, stdio: [] });
