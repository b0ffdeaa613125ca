import { Buffer, isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { PassThrough, pipeline } from 'node:stream';
import type { Redactor } from '../../journal/redact.js';
import { logText } from '../../journal/log-text.js';
import { errno } from '../errno.js';

export interface Captured {
  readonly text: string;
  readonly truncated: boolean;
}

/** What a program said, for a message: where it was cut stands a `…`, by which a secret that the cut goes through is known. */
export const shownText = ({ text, truncated }: Captured): string => (truncated ? `${text}…` : text);

const inUtf8 =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/** Bytes that are no UTF-8 stand as `\xff`: two outputs that differ in them are two texts. */
const textOf = (bytes: Buffer): string =>
  isUtf8(bytes)
    ? bytes.toString('utf8')
    : bytes
        .toString('latin1')
        .replace(inUtf8, (part) =>
          part.length > 1
            ? Buffer.from(part, 'latin1').toString('utf8')
            : `\\x${part.charCodeAt(0).toString(16)}`,
        );

/** Where a whole output goes, redacted and made visible; a new file, mode 0600. */
interface Log {
  readonly write: (chunk: Buffer) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The file is made with its first byte: a stream that says nothing leaves none. */
function lazyLog(path: string, redactor: Redactor): Log {
  const decoder = new StringDecoder('utf8');
  const redacting = redactor.stream();
  let file: FileHandle | undefined;
  const put = async (text: string) => {
    if (text === '') return;
    file ??= await open(path, 'wx', 0o600);
    await file.appendFile(logText(text));
  };
  return {
    write: (chunk) => put(redacting.push(decoder.write(chunk))),
    close: async () => {
      try {
        await put(redacting.push(decoder.end()) + redacting.end());
        await file?.sync();
      } finally {
        await file?.close();
      }
    },
  };
}

/**
 * A stream that waits for its reader. Node drains a child's output that nobody reads by the time the child has
 * ended, so a reader that begins later (it opens a file first) would lose bytes.
 */
export function held(stream: Readable): Readable {
  const pass = new PassThrough();
  // A failure reaches the reader, who is the one to tell.
  pipeline(stream, pass, () => undefined);
  return pass;
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
  let kept = 0;
  let total = 0;
  const sink = log && lazyLog(log.path, log.redactor);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (kept < limit) {
        const part = chunk.subarray(0, limit - kept);
        chunks.push(part);
        kept += part.length;
      }
      await sink?.write(chunk);
    }
  } catch (error) {
    // Cut off by us, because a stray descendant held it open: that is its end.
    if (errno(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  } finally {
    await sink?.close();
  }
  return { text: textOf(Buffer.concat(chunks)), truncated: total > kept };
}
