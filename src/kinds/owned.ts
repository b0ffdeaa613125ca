import { ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { ResourceHandle, ResourceType } from '../model/event.js';
import type { Owned, Staged } from '../ports/files.js';
import type { ActionContext, KindProblem } from './executor.js';

/** What the ledger keeps of a file or folder: all that `Files.remove` needs. */
export function handleOf({ type, path, nonce, device, inode }: Owned): ResourceHandle {
  return {
    type,
    path,
    nonce,
    ...(device !== undefined && { device }),
    ...(inode !== undefined && { inode }),
  };
}

/** Back from the ledger, also from a dead run's journal; null where the handle is of something else. */
export function ownedFrom(handle: ResourceHandle): Owned | null {
  const { type, path, nonce, device, inode } = handle;
  if (type !== 'file' && type !== 'folder') return null;
  if (typeof path !== 'string' || typeof nonce !== 'string') return null;
  const known = typeof device === 'string' && typeof inode === 'string';
  return { type, path, nonce, ...(known && { device, inode }) };
}

interface Making<T extends Staged> {
  readonly type: Owned['type'];
  readonly resource: ResourceType;
  readonly name: string;
  readonly path: string;
  readonly durability: 'ephemeral' | 'kept';
  readonly stage: (nonce: string) => Promise<Result<T, KindProblem>>;
}

/**
 * Makes a file or folder in the order that survives a crash: intent, hidden name, identity, final name. What
 * fails on the way is taken back at once, so that the ledger doesn't list what never was.
 */
export async function makeOwned<T extends Staged>(
  making: Making<T>,
  { files, ledger }: Pick<ActionContext, 'files' | 'ledger'>,
): Promise<Result<T, KindProblem>> {
  const { type, path, resource: kind, name, durability } = making;
  const intent: Owned = { type, path, nonce: files.nonce() };
  const resource = await ledger.intend({ kind, name, durability, handle: handleOf(intent) });
  const giveBack = async (owned: Owned, problem: KindProblem): Promise<Result<T, KindProblem>> => {
    const removed = await files.remove(owned);
    if (removed.ok) await ledger.destroyed(resource, removed.value);
    return { ok: false, error: problem };
  };
  const staged = await making.stage(intent.nonce);
  if (!staged.ok) return giveBack(intent, staged.error);
  await ledger.created(resource, handleOf(staged.value));
  const published = await files.publish(staged.value);
  // Something else has come there: only the hidden one is ours.
  if (!published.ok) return giveBack(intent, published.error);
  if (durability === 'kept') await ledger.kept(resource, handleOf(staged.value));
  return ok(staged.value);
}
