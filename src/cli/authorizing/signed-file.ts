import { existsSync } from 'node:fs';
import { readText } from '../../adapters/read-text.js';
import type { Signed } from '../../approve/index.js';
import { maxStatementBytes } from '../../approve/index.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Refusal } from '../../bind/index.js';

export const approvedWith = 'give the FILE that gatebook approve wrote, with FILE.sig beside it';

/** A statement and the signature beside it; `malformed` is the code of one that is there and can't be read. */
export function readSigned(path: string, malformed: string, next: string): Result<Signed, Refusal> {
  const text = readText(path, maxStatementBytes);
  if (text === null && !existsSync(path))
    return err({ code: 'STATEMENT_MISSING', exit: 4, message: `the file ${path} doesn't exist`, next });
  const wrong = (message: string): Result<never, Refusal> => err({ code: malformed, exit: 3, message, next });
  if (text === null) return wrong(unreadable(path));
  const signature = readText(`${path}.sig`, maxStatementBytes);
  return signature === null ? wrong(`${unreadable(`${path}.sig`)}: its signature`) : ok({ text, signature });
}

const unreadable = (path: string): string =>
  existsSync(path)
    ? `the file ${path} can't be read as a file of at most ${maxStatementBytes / (1024 * 1024)} MiB`
    : `the file ${path} doesn't exist`;
