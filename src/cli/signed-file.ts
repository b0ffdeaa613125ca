import { open } from 'node:fs/promises';
import type { Signed } from '../approve/index.js';
import { maxStatementBytes } from '../approve/index.js';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';

/** A statement and the signature beside it; the message names the file that can't be read. */
export async function readSigned(path: string): Promise<Result<Signed, string>> {
  const text = await readText(path);
  if (text === null) return err(`${path} can't be read`);
  const signature = await readText(`${path}.sig`);
  return signature === null ? err(`${path}.sig can't be read: its signature`) : ok({ text, signature });
}

async function readText(path: string): Promise<string | null> {
  try {
    const file = await open(path, 'r');
    try {
      const facts = await file.stat();
      if (!facts.isFile() || facts.size > maxStatementBytes) return null;
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}
