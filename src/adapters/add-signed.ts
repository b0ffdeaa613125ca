import { constants, existsSync } from 'node:fs';
import { copyFile, link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AddedStatement } from '../ports/bundle-files.js';
import { newDraftName, writeDraft } from './draft.js';
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
  const drafts: string[] = [];
  const draftOf = async (name: string, content: string): Promise<string> => {
    const draft = await writeDraft(name, content);
    drafts.push(draft);
    return draft;
  };
  const armor = `${path}.sig`;
  try {
    const statement = await draftOf(path, text);
    const own = signature === null ? null : await draftOf(armor, signature);
    let mine = own === null ? null : await named(own, armor);
    /** The signature that ours has replaced, should its writer live after all. */
    let before: string | null = null;
    if (mine === null && (own !== null || existsSync(armor))) {
      if (await follows(path)) return false;
      before = newDraftName(armor);
      drafts.push(before);
      await named(armor, before);
      mine = own === null ? null : await identity(own);
      if (own === null) await rm(armor, { force: true });
      else if (mine === null) return false;
      else await rename(own, armor);
    }
    if (own !== null) await syncFolder(dirname(path));
    let isNew = false;
    try {
      isNew = (await named(statement, path)) !== null;
    } finally {
      if (!isNew && (await identity(armor)) === mine) await giveBack(armor, before);
    }
    if (!isNew) return false;
    // Who took us for dead has replaced it: our statement came first, and so it is ours that stays.
    if (signature !== null && (await identity(armor)) !== mine)
      await rename(await draftOf(armor, signature), armor);
    await syncFolder(dirname(path));
    return true;
  } finally {
    for (const draft of drafts) await rm(draft, { force: true }).catch(() => undefined);
  }
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
        if (!noLinks.has(codeOf(error))) throw error;
        await copySynced(draft, name);
        return true;
      },
    );
    return copied ? await identity(name) : linked;
  } catch (error) {
    const code = codeOf(error);
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
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
