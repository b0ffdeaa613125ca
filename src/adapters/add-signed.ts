import { constants, existsSync } from 'node:fs';
import { copyFile, link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AddedStatement } from '../ports/bundle-files.js';
import { writeDraft } from './draft.js';
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
    let mine: string | null = null;
    if (signature === null) {
      if (existsSync(armor) && (await follows(path))) return false;
      await rm(armor, { force: true });
    } else {
      const draft = await draftOf(armor, signature);
      if (!(await named(draft, armor))) {
        if (await follows(path)) return false;
        await rename(draft, armor);
      }
      // Before the disk is waited for: meanwhile somebody may take us for dead, and what is there then is theirs.
      mine = await identity(armor);
      await syncFolder(dirname(path));
    }
    let isNew = false;
    try {
      isNew = await named(statement, path);
    } finally {
      if (!isNew && mine !== null && (await identity(armor)) === mine) await rm(armor);
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
 * Gives a draft a name that nobody has. False: somebody has it, or has taken the draft away because the name was given.
 * Where there are no hard links (a stick's file system), it can't be there whole at once.
 */
async function named(draft: string, name: string): Promise<boolean> {
  try {
    await link(draft, name).catch((error: unknown) => {
      if (!noLinks.has(codeOf(error))) throw error;
      return copySynced(draft, name);
    });
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' || (code === 'ENOENT' && existsSync(dirname(name)))) return false;
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
