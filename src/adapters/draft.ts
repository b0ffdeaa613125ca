import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';

/**
 * The content on disk, under a name beside the one that it is to get, so that giving it is one step: `NAME.` and
 * twelve hex digits `.tmp` (`draftName`). Nobody reads it; who is killed leaves it.
 */
export async function writeDraft(path: string, content: string): Promise<string> {
  const draft = newDraftName(path);
  try {
    await writeSynced(draft, content, 0o644);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return draft;
}

export const newDraftName = (path: string): string => `${path}.${randomBytes(6).toString('hex')}.tmp`;

/** A new file, on disk when this resolves. */
export async function writeSynced(path: string, content: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
