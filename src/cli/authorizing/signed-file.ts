import { existsSync } from 'node:fs';
import { readText } from '../../adapters/read-text.js';
import type { Signed } from '../../approve/index.js';
import { maxStatementBytes } from '../../approve/index.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';

/** A statement and the signature beside it; the message names the file that can't be read. */
export function readSigned(path: string): Result<Signed, string> {
  const text = readText(path, maxStatementBytes);
  if (text === null) return err(unreadable(path));
  const signature = readText(`${path}.sig`, maxStatementBytes);
  return signature === null ? err(`${unreadable(`${path}.sig`)}: its signature`) : ok({ text, signature });
}

const unreadable = (path: string): string =>
  existsSync(path)
    ? `${path} can't be read as a file of at most ${maxStatementBytes / (1024 * 1024)} MiB`
    : `${path} doesn't exist`;
