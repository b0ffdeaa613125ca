import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Problem } from '../../text/problem.js';
import { syncFolder } from '../sync-folder.js';

/** Exclusive, whole and on disk with its name, or not at all. */
export async function createFile(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}

export const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
export const io = (what: string, error: unknown): Problem => ({
  code: 'STATE_IO',
  message: `${what}: ${error instanceof Error ? error.message : String(error)}`,
});
