import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chown, lstat, mkdir, open, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ResourceHandle } from '../../model/event.js';
import type { LocalHandle } from '../../ports/sandbox.js';
import { isEmpty, removeMarked } from '../remove-marked.js';
import { statIfThere } from '../stat-if-there.js';
import { temporaryFolder } from '../temporary.js';
import { serverUid } from './isolation.js';

const nonceName = 'nonce';

/** The places in a server's folder. */
export const layout = (folder: string) => ({
  data: join(folder, 'data'),
  socket: join(folder, 's'),
  log: join(folder, 'log'),
  nonce: join(folder, nonceName),
  output: join(folder, 'output.txt'),
  password: join(folder, 'password'),
});

// `sun_path` holds 107 bytes (unix(7)); `/s/.s.PGSQL.5432` and the name take 32 of them.
const longestBase = 70;

const folderName = (nonce: string): string => `gb-${nonce.slice(0, 12)}`;

function uidMap(): string {
  try {
    return readFileSync('/proc/self/uid_map', 'utf8');
  } catch {
    return '';
  }
}

export function intendServer(): LocalHandle {
  const nonce = randomBytes(16).toString('hex');
  const base = Buffer.byteLength(temporaryFolder()) <= longestBase ? temporaryFolder() : '/tmp';
  const root = process.getuid?.() === 0;
  return {
    engine: 'local',
    folder: join(base, folderName(nonce)),
    nonce,
    uid: root ? serverUid(randomBytes(4).readUInt32BE(), uidMap()) : null,
    device: null,
    inode: null,
    pid: null,
    bootId: null,
    startTime: null,
  };
}

const textOrNull = (value: ResourceHandle[string] | undefined): string | null =>
  typeof value === 'string' ? value : null;
const numberOrNull = (value: ResourceHandle[string] | undefined): number | null =>
  typeof value === 'number' ? value : null;

/** Back from the ledger, also from a dead run's journal; null where the handle is of something else. */
export function handleFrom(entry: ResourceHandle): LocalHandle | null {
  const { engine, folder, nonce } = entry;
  if (engine !== 'local' || typeof folder !== 'string' || typeof nonce !== 'string') return null;
  // The name is made of the nonce: a journal that was tampered with can't point elsewhere with it.
  if (!/^[0-9a-f]{32}$/.test(nonce) || basename(folder) !== folderName(nonce)) return null;
  return {
    engine,
    folder,
    nonce,
    uid: numberOrNull(entry['uid']),
    device: textOrNull(entry['device']),
    inode: textOrNull(entry['inode']),
    pid: numberOrNull(entry['pid']),
    bootId: textOrNull(entry['bootId']),
    startTime: textOrNull(entry['startTime']),
  };
}

/** Makes the folder; fails if anything bears its name. Only what is inside belongs to the server's user. */
export async function makeFolder(handle: LocalHandle, uid: number | null): Promise<LocalHandle> {
  const at = layout(handle.folder);
  await mkdir(handle.folder, { mode: uid === null ? 0o700 : 0o711 });
  await writeFile(at.nonce, handle.nonce, { flag: 'wx', mode: 0o600 });
  const file = await open(at.nonce);
  await file.sync().finally(() => file.close());
  for (const folder of [at.data, at.socket, at.log]) {
    await mkdir(folder, { mode: 0o700 });
    if (uid !== null) await chown(folder, uid, uid);
  }
  const { dev, ino } = await lstat(handle.folder, { bigint: true });
  return { ...handle, uid, device: String(dev), inode: String(ino) };
}

/**
 * Ours without its whole mark: made when its maker died, with nothing recorded and nothing put in it; or emptied when
 * its remover died, whose last step was the mark.
 */
async function isHalfThere(handle: LocalHandle): Promise<boolean> {
  if (handle.device !== null) return isEmpty(handle.folder);
  const names = await readdir(handle.folder).catch(() => null);
  if (names === null || names.some((name) => name !== nonceName)) return false;
  const nonce = await readFile(layout(handle.folder).nonce, 'utf8').catch(() => '');
  return handle.nonce.startsWith(nonce);
}

export type Ownership = 'ours' | 'absent' | 'foreign';

/** Whether the folder of this name is the one that was made: device, inode and nonce. */
export async function ownership(handle: LocalHandle): Promise<Ownership> {
  const stat = await statIfThere(handle.folder);
  if (stat === null) return 'absent';
  if (!stat.isDirectory()) return 'foreign';
  if (handle.device !== null && handle.device !== String(stat.dev)) return 'foreign';
  if (handle.inode !== null && handle.inode !== String(stat.ino)) return 'foreign';
  const nonce = await readFile(layout(handle.folder).nonce, 'utf8').catch(() => null);
  return nonce === handle.nonce || (await isHalfThere(handle)) ? 'ours' : 'foreign';
}

export const removeFolder = (folder: string): Promise<void> => removeMarked(folder, nonceName);
