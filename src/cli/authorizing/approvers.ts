import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { join } from 'node:path';
import { errno } from '../../adapters/errno.js';
import { operatorName } from '../../adapters/host.js';
import { statIfThere } from '../../adapters/stat-if-there.js';
import type { Signer } from '../../approve/index.js';
import { readSigners } from '../../approve/index.js';
import { sha256Of } from '../../base/sha256.js';
import type { Sha256 } from '../../base/ids.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Refusal } from '../../bind/index.js';
import type { LoadedRunbook } from '../../document/index.js';
import type { Project } from '../../ports/sources.js';
import type { Problem } from '../../text/problem.js';

/** The machine's own; who runs can't choose another while it is there. */
const systemFile = '/etc/gatebook/allowed_signers';
const maxBytes = 256 * 1024;

/** Who may approve on this machine, and how well the file that says so is kept. */
export interface Approvers {
  readonly path: string;
  readonly sha256: Sha256;
  readonly text: string;
  readonly signers: readonly Signer[];
  /** Why it is weaker than it should be: who runs could have written it. */
  readonly warning: string | null;
}

interface Found {
  readonly text: string;
  readonly uid: number;
  readonly mode: number;
}

/** `/etc/gatebook/allowed_signers`, else the file that gatebook.yaml names. */
export async function readApprovers(
  loaded: Pick<LoadedRunbook, 'project' | 'settings'>,
  system = systemFile,
): Promise<Result<Approvers, Refusal>> {
  const inProject = loaded.settings.approvers;
  const own = await readSystem(system);
  if (!own.ok) return refuse('APPROVERS_UNSAFE', `${system}: ${own.error}`);
  if (own.value !== null) return approversIn(system, own.value);
  if (inProject !== undefined) {
    const named = await readNamed(loaded.project, inProject);
    if (!named.ok) return refuse('APPROVERS_UNSAFE', named.error.message, named.error.next);
    if (named.value !== null) return approversIn(join(loaded.project.root, inProject), named.value);
  }
  return err({
    code: 'APPROVERS_MISSING',
    exit: 4,
    message: `nobody may approve here: there is no ${system}${inProject === undefined ? ', and gatebook.yaml names no approvers' : ` and no ${inProject}`}`,
    next: `write ${inProject ?? `${system}, or a file that gatebook.yaml names (approvers: PATH)`}, one line a person and key: NAME ssh-ed25519 AAAA…`,
  });
}

const refuse = (code: string, message: string, next?: string): Result<never, Refusal> =>
  err({ code, exit: 6, message, ...(next !== undefined && { next }) });

/** Null where there is none. */
async function readSystem(path: string): Promise<Result<Found | null, string>> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const facts = await file.stat();
      if (!facts.isFile()) return err('it is not a regular file');
      if (facts.size > maxBytes) return err('it is too large');
      if ((facts.mode & 0o002) !== 0) return err('it can be written by others');
      return ok({ text: await file.readFile('utf8'), uid: facts.uid, mode: facts.mode & 0o7777 });
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = errno(error) ?? '';
    return code === 'ENOENT' || code === 'ENOTDIR' ? ok(null) : err(`it can't be read (${code})`);
  }
}

/**
 * Null where there is none. Read once, as any source is: what leads out of the project, or can be written by others,
 * is refused, and no other bytes are used than those that were looked at.
 */
async function readNamed(project: Project, name: string): Promise<Result<Found | null, Problem>> {
  const path = join(project.root, name);
  const read = await project.read(name, maxBytes);
  const facts = await statIfThere(path).catch(() => undefined);
  if (!read.ok) return read.error.code === 'GB3001' && facts === null ? ok(null) : read;
  if (facts?.isFile() !== true)
    return err({ code: 'APPROVERS_UNSAFE', message: `${path}: it is not a regular file` });
  const text = Buffer.from(read.value.bytes).toString('utf8');
  return ok({ text, uid: Number(facts.uid), mode: Number(facts.mode) & 0o7777 });
}

async function approversIn(path: string, found: Found): Promise<Result<Approvers, Refusal>> {
  const signers = readSigners(found.text, path);
  if (!signers.ok) return err({ ...signers.error, exit: 3 });
  return ok({
    path,
    sha256: sha256Of(found.text),
    text: found.text,
    signers: signers.value,
    warning: await warningOf(path, found),
  });
}

async function warningOf(path: string, { uid, mode }: Found): Promise<string | null> {
  const own = process.geteuid?.();
  const writable = await access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable && uid !== own) return null;
  const owner = uid === own ? operatorName() : uid === 0 ? 'root' : `uid ${uid}`;
  const kept = `it belongs to ${owner}, mode ${mode.toString(8).padStart(4, '0')}`;
  return own === 0
    ? `the approvers' file ${path} is as safe as root is: root runs this, and can write every file (${kept})`
    : `the approvers' file ${path} can be written by ${operatorName()}, who runs this: approvals prove less than they should (${kept})`;
}
