import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Sha256 } from '../../base/ids.js';

const block = 512;
/** What eleven octal digits hold. */
export const largestBytes = 8 ** 11 - 1;
export const longestName = 100;

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;

/** The header of one regular file, owned by root, of no time (POSIX.1-1988 ustar). */
function header(name: string, sizeBytes: number, mode: number): Uint8Array {
  const bytes = Buffer.alloc(block);
  const put = (at: number, text: string): void => {
    bytes.write(text, at, 'latin1');
  };
  bytes.write(name, 0, longestName, 'utf8');
  put(100, octal(mode, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(sizeBytes, 11));
  put(136, octal(0, 11));
  put(148, '        ');
  put(156, '0');
  put(257, 'ustar\x0000');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)} `);
  return bytes;
}

/** An archive of one file whose content must have exactly this size. */
export async function* archiveOf(
  file: { readonly name: string; readonly sizeBytes: number; readonly mode: number },
  content: Uint8Array | Readable,
): AsyncGenerator<Uint8Array> {
  yield header(file.name, file.sizeBytes, file.mode);
  let written = 0;
  const chunks = content instanceof Uint8Array ? [content] : (content as AsyncIterable<Uint8Array>);
  for await (const chunk of chunks) {
    written += chunk.length;
    yield chunk;
  }
  if (written !== file.sizeBytes) throw new Error(`it has ${written} bytes and not ${file.sizeBytes}`);
  yield Buffer.alloc(((block - (written % block)) % block) + 2 * block);
}

export type FirstEntry =
  { readonly type: 'file'; readonly sha256: Sha256; readonly sizeBytes: number } | { readonly type: 'other' };

/** Reads exactly as many bytes as are asked for. */
class Blocks {
  #held: Buffer = Buffer.alloc(0);
  readonly #source: AsyncIterator<Buffer>;

  constructor(stream: Readable) {
    this.#source = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  async #more(): Promise<void> {
    const next = await this.#source.next();
    if (next.done === true) throw new Error('the archive ends in its midst');
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
  }

  async drain(): Promise<void> {
    while ((await this.#source.next()).done !== true);
  }

  async take(bytes: number): Promise<Buffer> {
    while (this.#held.length < bytes) await this.#more();
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(bytes);
    return taken;
  }

  async each(bytes: number, use: (part: Buffer) => void): Promise<void> {
    for (let left = bytes; left > 0;) {
      if (this.#held.length === 0) await this.#more();
      const part = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(part.length);
      left -= part.length;
      use(part);
    }
  }
}

/** What stands first in an archive; the rest of one of a file is read too, so that who writes it ends well. */
export async function firstEntry(archive: Readable): Promise<FirstEntry> {
  const blocks = new Blocks(archive);
  for (;;) {
    const head = await blocks.take(block);
    const type = String.fromCharCode(head[156] ?? 0);
    const size = Number.parseInt(head.toString('latin1', 124, 136).replace(/\0.*$/, '').trim(), 8);
    if (!Number.isInteger(size)) throw new Error('the archive has a size that is none');
    const padding = (block - (size % block)) % block;
    // Extended headers (PAX, GNU) say more about the file that follows.
    if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
      await blocks.each(size + padding, () => undefined);
      continue;
    }
    const isFile = type === '0' || type === '\0';
    const hash = createHash('sha256');
    if (isFile) await blocks.each(size, (part) => hash.update(part));
    if (isFile) await blocks.drain();
    return isFile
      ? { type: 'file', sha256: hash.digest('hex') as Sha256, sizeBytes: size }
      : { type: 'other' };
  }
}
