import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archiveOf, firstEntry } from '../../../src/adapters/docker/tar.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gb-tar-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** In pieces, as a pipe gives it. */
const streamOf = (bytes: Buffer, piece = 700): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / piece) }, (_, at) =>
      bytes.subarray(at * piece, (at + 1) * piece),
    ),
  );
async function archived(name: string, content: Buffer): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of archiveOf({ name, sizeBytes: content.length, mode: 0o640 }, content))
    parts.push(part);
  return Buffer.concat(parts);
}

describe('the first entry of an archive', () => {
  test.each(['v7', 'ustar', 'gnu', 'posix'])('that tar wrote in the format %s', async (format) => {
    const name = 'n'.repeat(format === 'v7' ? 90 : 99);
    const content = Buffer.alloc(5000, 'content ');
    await writeFile(join(folder, name), content);
    const bytes = execFileSync('tar', ['-c', `--format=${format}`, '-f', '-', name], { cwd: folder });
    expect(await firstEntry(streamOf(bytes))).toEqual({
      type: 'file',
      sha256: sha256(content),
      sizeBytes: content.length,
    });
  });

  test('has the size of its PAX header, beside which a large file’s own header says 0', async () => {
    const content = Buffer.from('eight gigabytes, say');
    const comment = '23 comment=a\n9 size=3\n\n';
    const records = await archived('PaxHeaders', Buffer.from(`11 size=${content.length}\n${comment}`));
    records.write('x', 156, 'latin1');
    const file = await archived('large', content);
    file.write('00000000000', 124, 'latin1');
    const bytes = Buffer.concat([records.subarray(0, 1024), file]);
    expect(await firstEntry(streamOf(bytes))).toMatchObject({
      sizeBytes: content.length,
      sha256: sha256(content),
    });
  });

  test('of any bytes is one, or an error that says why', async () => {
    const good = await archived('a', Buffer.from('some content'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }),
        fc.nat(good.length),
        async (changes, length) => {
          const bytes = Buffer.from(good.subarray(0, length));
          for (const [at, to] of changes) if (at < bytes.length) bytes[at] = to;
          const read = await firstEntry(streamOf(bytes)).catch((error: unknown) => String(error));
          if (typeof read === 'string') expect(read).toMatch(/^Error: the archive (?:ends|has) /);
          else if (read.type === 'file') expect(read.sizeBytes).toBeLessThanOrEqual(length);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('an archive that is made here is one that tar reads', async () => {
  const content = Buffer.alloc(1025, 'x');
  await writeFile(join(folder, 'made.tar'), await archived('made', content));
  execFileSync('tar', ['-x', '-f', 'made.tar', 'made'], { cwd: folder });
  expect(await readFile(join(folder, 'made'))).toEqual(content);
  const listed = execFileSync('tar', ['-t', '-v', '-f', join(folder, 'made.tar')], { encoding: 'utf8' });
  expect(listed).toMatch(/^-rw-r----- (?:root\/root|0\/0) +1025 .* made\n$/);
});
