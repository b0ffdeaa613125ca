import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import type { CallLimits, Docker, DockerHandle } from '../../ports/docker.js';
import type { Processes, ProgramEnd } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { isEngineAddress } from '../../ports/docker.js';
import { dockerProgram } from './client.js';
import { findContainer } from './inspect.js';
import { isAbsent, fail, refusal } from './problems.js';
import type { FirstEntry } from './tar.js';
import { archiveOf, firstEntry, largestBytes, longestName } from './tar.js';

const noFile = /Could not find the file|No such container:path/;
const noFolder = /must be a directory|no such directory|not a directory/i;

async function copyStream(
  processes: Processes,
  { host }: DockerHandle,
  { args, ...io }: Parameters<Processes['pipeline']>[1] & { readonly args: readonly string[] },
  limits: CallLimits,
): Promise<Result<ProgramEnd, Problem>> {
  if (!isEngineAddress(host)) return fail('ENGINE_ADDRESS', `${host} is no local engine's socket`);
  const ends = await processes.pipeline([dockerProgram(host, ['container', 'cp', ...args])], io, limits);
  if (!ends.ok) return ends;
  const [end] = ends.value;
  return end === undefined ? fail('DOCKER_FAILED', 'docker cp did not run') : ok(end);
}

function absolute(container: DockerHandle, path: string): Result<string, Problem> {
  if (container.id === null) return fail('CONTAINER_GONE', `the container ${container.name} was never made`);
  if (path.startsWith('/') && posix.normalize(path) === path && !path.endsWith('/'))
    return ok(`${container.id}:${path}`);
  return fail('FILE_ABSENT', `${path} is not the absolute path of a file inside`, 'write it as /folder/name');
}

/** What stands at the path itself; a link isn't followed. */
async function entryIn(
  processes: Processes,
  container: DockerHandle,
  path: string,
  limits: CallLimits,
): Promise<Result<FirstEntry | null, Problem>> {
  const place = absolute(container, path);
  if (!place.ok) return place;
  const read: { found: FirstEntry | null; unreadable: string | null } = { found: null, unreadable: null };
  const consume = async (out: Readable): Promise<void> => {
    // The client says on stderr, and by its exit code, that there is nothing.
    read.found = await firstEntry(out).catch((error: unknown) => {
      read.unreadable = messageOf(error);
      return null;
    });
  };
  const end = await copyStream(processes, container, { args: [place.value, '-'], consume }, limits);
  if (!end.ok) return end;
  const { exitCode, stderr } = end.value;
  const { found, unreadable } = read;
  // Enough was read to know that it is no file; the client's broken pipe is ours.
  if (found !== null && found.type === 'other') return ok(found);
  if (exitCode === 0 && unreadable === null) return ok(found);
  if (exitCode === 0) return fail('DOCKER_FAILED', `${path} in ${container.name}: ${unreadable ?? ''}`);
  if (noFile.test(stderr)) return absentIn(processes, container, limits);
  return err(
    gone(container, stderr) ?? refusal(container.host, `reading ${path} in ${container.name}`, stderr),
  );
}

/** A file that isn't there and a container that isn't there: one client says the same of both. */
async function absentIn(
  processes: Processes,
  container: DockerHandle,
  limits: CallLimits,
): Promise<Result<null, Problem>> {
  const here = await findContainer({ processes, host: container.host }, container.id ?? '', limits);
  if (!here.ok) return here;
  return here.value === null ? err(goneProblem(container)) : ok(null);
}

const goneProblem = ({ name }: DockerHandle): Problem => ({
  code: 'CONTAINER_GONE',
  message: `the container ${name} is gone: something else than this run removed it`,
});
const gone = (container: DockerHandle, stderr: string): Problem | null =>
  isAbsent(stderr) ? goneProblem(container) : null;

/** See `Docker.fileIn`. */
export async function fileIn(
  processes: Processes,
  container: DockerHandle,
  path: string,
  limits: CallLimits,
): ReturnType<Docker['fileIn']> {
  const entry = await entryIn(processes, container, path, limits);
  if (!entry.ok || entry.value === null) return entry.ok ? ok(null) : entry;
  if (entry.value.type === 'file')
    return ok({ sha256: entry.value.sha256, sizeBytes: entry.value.sizeBytes });
  return fail('FILE_NOT_REGULAR', `${path} in ${container.name} is not a regular file`);
}

/** See `Docker.copyIn`. */
export async function copyIn(
  processes: Processes,
  container: DockerHandle,
  file: Parameters<Docker['copyIn']>[1],
  limits: CallLimits,
): ReturnType<Docker['copyIn']> {
  const { path, content, sizeBytes, mode } = file;
  const release = (): void => {
    if (content instanceof Readable) content.destroy();
  };
  const before = await entryIn(processes, container, path, limits);
  const name = posix.basename(path);
  if (
    !before.ok ||
    before.value !== null ||
    sizeBytes > largestBytes ||
    Buffer.byteLength(name) > longestName
  ) {
    release();
    if (!before.ok) return before;
    if (before.value !== null)
      return fail('FILE_EXISTS', `${path} exists already in ${container.name}`, 'nothing is written over');
    return fail('FILE_TOO_LARGE', `${path}: a file's name has ${longestName} bytes at most, the file 8 GiB`);
  }
  const place = `${container.id ?? ''}:${posix.dirname(path)}`;
  const input = Readable.from(archiveOf({ name, sizeBytes, mode }, content), { objectMode: false });
  const end = await copyStream(processes, container, { args: ['-', place], input }, limits);
  release();
  if (!end.ok) return end;
  const { exitCode, stderr } = end.value;
  if (exitCode !== 0 && noFolder.test(stderr))
    return fail('FILE_ABSENT', `${container.name} has no folder ${posix.dirname(path)}`);
  if (exitCode !== 0)
    return err(gone(container, stderr) ?? refusal(container.host, `copying into ${container.name}`, stderr));
  const arrived = await fileIn(processes, container, path, limits);
  if (!arrived.ok) return arrived;
  return arrived.value === null
    ? fail('FILE_ABSENT', `${path} did not arrive in ${container.name}`)
    : ok(arrived.value);
}
