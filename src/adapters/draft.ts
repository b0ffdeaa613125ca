import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';

/**
 * The content on disk, under a name beside the one that it is to get, so that giving it is one step: `NAME.` and
 * twelve hex digits `.tmp` (`draftName`). Nobody reads it; who is killed leaves it.
 */
export async function writeDraft(path: string, content: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(draft, 'wx', 0o644);
  try {
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return draft;
}
