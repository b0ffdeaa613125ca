import { constants, existsSync } from 'node:fs';
import { copyFile, link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AddedStatement } from '../ports/bundle-files.js';
import { newDraftName, writeDraft } from './draft.js';
import { errno } from './errno.js';
import { syncFolder } from './sync-folder.js';

/** Longer than anybody who lives takes from the one name to the other. */
const aliveMs = 1_000;
const pollMs = 50;

/**
 * Into `path` and `path.sig`, both of them new, whole and on disk, or neither. The statement gets its name last: one that
 * is there has its signature, and a signature alone was left by who was killed between the two, and is replaced.
 * False: the name is taken, also by somebody at the same instant.
 */
export async function addSigned(path: string, { text, signature }: AddedStatement): Promise<boolean> {
  if (existsSync(path)) return false;
  const drafts = new Drafts();
  try {
    const statement = await drafts.write(path, text);
    const placed = await placeSignature(path, signature, drafts);
    if (placed === null) return false;
    if (signature !== null) await syncFolder(dirname(path));
    if (!(await nameStatement(statement, path, placed))) return false;
    // Who took us for dead has replaced it: our statement came first, and so it is ours that stays.
    if (signature !== null && (await identity(armorOf(path))) !== placed.mine)
      await rename(await drafts.write(armorOf(path), signature), armorOf(path));
    await syncFolder(dirname(path));
    return true;
  } finally {
    await drafts.remove();
  }
}

/** The armored signature lies beside its statement, as ssh-keygen has it. */
const armorOf = (path: string): string => `${path}.sig`;

/** What is made under another name first, and is gone in the end. */
class Drafts {
  readonly #paths: string[] = [];

  async write(path: string, content: string): Promise<string> {
    const draft = await writeDraft(path, content);
    this.#paths.push(draft);
    return draft;
  }

  /** A name for what isn't ours to make. */
  reserve(path: string): string {
    const draft = newDraftName(path);
    this.#paths.push(draft);
    return draft;
  }

  async remove(): Promise<void> {
    for (const draft of this.#paths) await rm(draft, { force: true }).catch(() => undefined);
  }
}

/** The signature's place, taken. */
interface Placed {
  /** Which file our signature is; null where there is none to be. */
  readonly mine: string | null;
  /** The signature that ours has replaced, should its writer live after all. */
  readonly before: string | null;
}

/** Null: somebody else's statement is there, or comes. */
async function placeSignature(
  path: string,
  signature: string | null,
  drafts: Drafts,
): Promise<Placed | null> {
  const armor = armorOf(path);
  const own = signature === null ? null : await drafts.write(armor, signature);
  const mine = own === null ? null : await named(own, armor);
  if (mine !== null || (own === null && !existsSync(armor))) return { mine, before: null };
  if (await follows(path)) return null;
  const before = drafts.reserve(armor);
  await named(armor, before);
  if (own === null) {
    await rm(armor, { force: true });
    return { mine: null, before };
  }
  const replacing = await identity(own);
  if (replacing === null) return null;
  await rename(own, armor);
  return { mine: replacing, before };
}

/** False: the name is taken, and the signature that is there is the one that was before ours. */
async function nameStatement(draft: string, path: string, { mine, before }: Placed): Promise<boolean> {
  const armor = armorOf(path);
  let isNew = false;
  try {
    isNew = (await named(draft, path)) !== null;
  } finally {
    if (!isNew && (await identity(armor)) === mine) await giveBack(armor, before);
  }
  return isNew;
}

/** Whom we took for dead may have lived, and have named its statement before us: its signature comes back. */
async function giveBack(armor: string, before: string | null): Promise<void> {
  if (before !== null && existsSync(before)) await rename(before, armor);
  else await rm(armor, { force: true });
}

/** Whether the statement of a signature is there, or comes: somebody may be between the two. */
async function follows(path: string): Promise<boolean> {
  for (let waited = 0; waited < aliveMs && !existsSync(path); waited += pollMs) await sleep(pollMs);
  return existsSync(path);
}

/** Which file a name is of; null where there is none. */
async function identity(path: string): Promise<string | null> {
  const facts = await stat(path, { bigint: true }).catch(() => null);
  return facts && `${facts.dev}:${facts.ino}`;
}

/**
 * Gives a draft a name that nobody has, and says which file that is: asked for later, it may be another's already. Null:
 * somebody has it, or has taken the draft away because the name was given. Where there are no hard links (a stick's file
 * system), it can't be there whole at once.
 */
async function named(draft: string, name: string): Promise<string | null> {
  try {
    const linked = await identity(draft);
    const copied = await link(draft, name).then(
      () => false,
      async (error: unknown) => {
        if (!noLinks.has(errno(error) ?? '')) throw error;
        await copySynced(draft, name);
        return true;
      },
    );
    return copied ? await identity(name) : linked;
  } catch (error) {
    const code = errno(error) ?? '';
    if (code === 'EEXIST' || (code === 'ENOENT' && existsSync(dirname(name)))) return null;
    throw error;
  }
}

/** Unlike a link, a copy isn't on the disk because its original is. */
async function copySynced(draft: string, name: string): Promise<void> {
  await copyFile(draft, name, constants.COPYFILE_EXCL);
  try {
    const file = await open(name);
    await file.sync().finally(() => file.close());
  } catch (error) {
    await rm(name, { force: true });
    throw error;
  }
}

const noLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);
