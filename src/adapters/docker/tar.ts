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

const octalDigits = /^ *([0-7]+)[ \0]*$/;

function sizeIn(head: Buffer): number {
  const digits = octalDigits.exec(head.toString('latin1', 124, 136))?.[1];
  if (digits === undefined) throw new Error('the archive has a size that is none');
  return Number.parseInt(digits, 8);
}

/** Longer than any PAX header that says something of one file. */
const longestRecords = 1024 * 1024;

/**
 * The size that a PAX header gives the file after it, whose own header has no room for 8 GiB and then says 0; null
 * where it says none. Its records are `LENGTH KEY=VALUE` and a line feed, LENGTH counting all of it (POSIX.1-2001, pax).
 */
function paxSize(records: Buffer): number | null {
  let size: number | null = null;
  for (let at = 0; at < records.length;) {
    const length = Number(/^([1-9][0-9]{0,6}) /.exec(records.toString('latin1', at, at + 8))?.[1]);
    const record = records.toString('latin1', at, at + length);
    const [, key, value = ''] = /^[0-9]+ ([^=]+)=([^]*)\n$/.exec(record) ?? [];
    if (key === undefined || record.length !== length)
      throw new Error('the archive has an extended header that is none');
    if (key === 'size') {
      size = Number(value);
      if (!/^[0-9]+$/.test(value) || !Number.isSafeInteger(size))
        throw new Error('the archive has a size that is none');
    }
    at += length;
  }
  return size;
}

/** What stands first in an archive; the rest of one of a file is read too, so that who writes it ends well. */
export async function firstEntry(archive: Readable): Promise<FirstEntry> {
  const blocks = new Blocks(archive);
  let extended: number | null = null;
  for (;;) {
    const head = await blocks.take(block);
    const type = String.fromCharCode(head[156] ?? 0);
    const size = sizeIn(head);
    const padding = (block - (size % block)) % block;
    if (type === 'x') {
      if (size > longestRecords) throw new Error('the archive has an extended header that is none');
      extended = paxSize(await blocks.take(size)) ?? extended;
      await blocks.take(padding);
      continue;
    }
    // The others say nothing of the file's size: of all files (g), its name (L), what it links to (K).
    if (type === 'g' || type === 'L' || type === 'K') {
      await blocks.each(size + padding, () => undefined);
      continue;
    }
    return type === '0' || type === '\0' ? regularFile(blocks, extended ?? size) : { type: 'other' };
  }
}

async function regularFile(blocks: Blocks, sizeBytes: number): Promise<FirstEntry> {
  const hash = createHash('sha256');
  await blocks.each(sizeBytes, (part) => hash.update(part));
  await blocks.drain();
  return { type: 'file', sha256: hash.digest('hex') as Sha256, sizeBytes };
}
