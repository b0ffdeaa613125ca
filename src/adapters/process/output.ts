import { Buffer } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import type { Redactor } from '../../journal/redact.js';
import { logText } from '../../journal/log-text.js';

export interface Captured {
  readonly text: string;
  readonly truncated: boolean;
}

/** Where a whole output goes, redacted and made visible; a new file, mode 0600. */
interface Log {
  readonly write: (chunk: Buffer) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function openLog(path: string, redactor: Redactor): Promise<Log> {
  const file: FileHandle = await open(path, 'wx', 0o600);
  const decoder = new StringDecoder('utf8');
  const redacting = redactor.stream();
  const put = async (text: string) => {
    if (text !== '') await file.appendFile(logText(text));
  };
  return {
    write: (chunk) => put(redacting.push(decoder.write(chunk))),
    close: async () => {
      await put(redacting.push(decoder.end()) + redacting.end());
      await file.sync();
      await file.close();
    },
  };
}

/**
 * Reads a child's output to its end: the first `limit` bytes into memory, all of it into the log. The child
 * waits while the log is being written. Rejects where the log can't be written.
 */
export async function capture(
  stream: Readable,
  limit: number,
  log?: { readonly path: string; readonly redactor: Redactor },
): Promise<Captured> {
  const chunks: Buffer[] = [];
  let held = 0;
  let total = 0;
  const sink = log && (await openLog(log.path, log.redactor));
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (held < limit) {
        const part = chunk.subarray(0, limit - held);
        chunks.push(part);
        held += part.length;
      }
      await sink?.write(chunk);
    }
  } catch (error) {
    // Cut off by us, because a stray descendant held it open: that is its end.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  } finally {
    await sink?.close();
  }
  return { text: Buffer.concat(chunks).toString('utf8'), truncated: total > held };
}
