import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { othersMayWrite } from '../../../src/adapters/files/folders.js';
import { createFiles } from '../../../src/adapters/files/index.js';
import type { Result } from '../../../src/base/result.js';
import type { Problem } from '../../../src/text/problem.js';

const files = createFiles();
let root = '';
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'gb-files-'))));
afterEach(() => rmSync(root, { recursive: true }));

function value<T>(result: Result<T, Problem>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}
const failure = (code: string) => ({ ok: false, error: { code } });
const at = (...names: string[]) => join(root, ...names);
const mode = (path: string) => (lstatSync(path).mode & 0o7777).toString(8);

async function newFile(path: string, content: string | Readable = 'text', options = {}) {
  const staged = value(await files.stageFile(path, files.nonce(), content, options));
  value(await files.publish(staged));
  return staged;
}
async function newFolder(path: string) {
  const staged = value(await files.stageFolder(path, files.nonce()));
  value(await files.publish(staged));
  return staged;
}

describe('making', () => {
  it('writes a private file whole, with its digest, and leaves nothing beside it', async () => {
    const made = await newFile(at('f'), Readable.from(['te', Buffer.from('xt')]));
    expect(readFileSync(at('f'), 'utf8')).toBe('text');
    expect(mode(at('f'))).toBe('600');
    expect(made).toMatchObject({ sizeBytes: 4, sha256: value(await files.sha256(at('f'))) });
    expect(readdirSync(root)).toEqual(['f']);
  });
  it('makes a private folder with our mark, whatever the umask', async () => {
    const umask = process.umask(0);
    try {
      await newFolder(at('d'));
      expect([mode(at('d')), mode(at('d', '.gatebook-owner'))]).toEqual(['700', '600']);
    } finally {
      process.umask(umask);
    }
  });
  it('closes what it was to be filled from, read or not', async () => {
    writeFileSync(at('from'), 'text');
    writeFileSync(at('taken'), '');
    for (const name of ['new', 'taken']) {
      const from = value(await files.open(at('from')));
      const staged = await files.stageFile(at(name), files.nonce(), from);
      expect([staged.ok, from.destroyed]).toEqual([name === 'new', true]);
    }
  });
  it('never writes over what exists, a dangling link included', async () => {
    writeFileSync(at('f'), 'theirs');
    symlinkSync(at('target'), at('l'));
    mkdirSync(at('d'));
    for (const name of ['f', 'l', 'd']) {
      expect(await files.stageFile(at(name), files.nonce(), 'x')).toMatchObject(failure('FILE_EXISTS'));
      expect(await files.stageFolder(at(name), files.nonce())).toMatchObject(failure('FILE_EXISTS'));
    }
    expect(existsSync(at('target'))).toBe(false);
  });
  it('does not replace what came while it was being made', async () => {
    const file = value(await files.stageFile(at('f'), files.nonce(), 'ours'));
    const folder = value(await files.stageFolder(at('d'), files.nonce()));
    writeFileSync(at('f'), 'theirs');
    mkdirSync(at('d'));
    const theirs = lstatSync(at('d')).ino;
    expect(await files.publish(file)).toMatchObject(failure('FILE_EXISTS'));
    expect(await files.publish(folder)).toMatchObject(failure('FILE_EXISTS'));
    mkdirSync(at('d', 'sub'));
    expect(await files.publish(folder)).toMatchObject(failure('FILE_EXISTS'));
    expect(lstatSync(at('d')).ino).toBe(theirs);
    expect(readFileSync(at('f'), 'utf8')).toBe('theirs');
  });
  it('does not go through a link, nor into a folder that others can write', async () => {
    mkdirSync(at('real'));
    symlinkSync(at('real'), at('link'));
    expect(await files.stageFile(at('link', 'f'), files.nonce(), 'x')).toMatchObject(failure('FILE_SYMLINK'));
    expect(await files.ensureFolder(at('link', 'x'), root)).toMatchObject(failure('FILE_SYMLINK'));
    mkdirSync(at('open'));
    chmodSync(at('open'), 0o777);
    expect(await files.stageFile(at('open', 'f'), files.nonce(), 'x')).toMatchObject(
      failure('FILE_UNSAFE_FOLDER'),
    );
    chmodSync(at('open'), 0o1777);
    expect((await files.stageFile(at('open', 'f'), files.nonce(), 'x')).ok).toBe(true);
    expect(await files.stageFile(at('none', 'f'), files.nonce(), 'x')).toMatchObject(failure('FILE_ABSENT'));
  });
  it('keeps to the size limit and leaves no half', async () => {
    expect(await files.stageFile(at('f'), files.nonce(), 'x'.repeat(100), { maxBytes: 99 })).toMatchObject(
      failure('FILE_TOO_LARGE'),
    );
    const torn = new Readable({
      read: () => torn.destroy(Object.assign(new Error('torn'), { code: 'EIO' })),
    });
    expect(await files.stageFile(at('f'), files.nonce(), torn)).toMatchObject(failure('FILE_IO'));
    expect(readdirSync(root)).toEqual([]);
  });
  it('hashes what programs write behind its back, to the last byte, and says how it grows', async () => {
    const grown: number[] = [];
    const script = 'for i in 1 2 3 4 5; do head -c 9000000 /dev/urandom; sleep 0.03; done';
    const fill = (fd: number) => {
      const child = spawn('sh', ['-c', script], { stdio: ['ignore', fd, 'ignore'] });
      return new Promise<Result<null, Problem>>((resolve) =>
        child.once('exit', () => resolve({ ok: true, value: null })),
      );
    };
    const staged = value(await files.stageFilled(at('f'), files.nonce(), fill, (n) => grown.push(n)));
    value(await files.publish(staged));
    expect(mode(at('f'))).toBe('600');
    expect(staged.sizeBytes).toBe(45_000_000);
    expect(staged.sha256).toBe(value(await files.sha256(at('f'))));
    expect(Buffer.from(staged.head)).toEqual(readFileSync(at('f')).subarray(0, 64 * 1024));
    expect(grown.at(-1)).toBe(45_000_000);
    expect(grown).toEqual([...grown].sort((a, b) => a - b));
  });
  it('leaves nothing of a file whose filling failed, and begins none that has no place', async () => {
    const refused = { ok: false, error: { code: 'PIPELINE_FAILED', message: 'it failed' } } as const;
    const failing = (fd: number) => {
      writeSync(fd, 'half');
      return Promise.resolve(refused);
    };
    expect(await files.stageFilled(at('f'), files.nonce(), failing, () => undefined)).toBe(refused);
    expect(readdirSync(root)).toEqual([]);
    writeFileSync(at('f'), 'theirs');
    const fill = vi.fn(failing);
    expect(await files.stageFilled(at('f'), files.nonce(), fill, () => undefined)).toMatchObject(
      failure('FILE_EXISTS'),
    );
    expect(fill).not.toHaveBeenCalled();
  });
  it('makes missing folders below a root, 0700, and no way out of it', async () => {
    value(await files.ensureFolder(at('a', 'b'), root));
    value(await files.ensureFolder(at('a', 'b'), root));
    expect(mode(at('a', 'b'))).toBe('700');
    for (const out of [at('..', 'x'), at('..'), tmpdir()])
      expect(await files.ensureFolder(out, root)).toMatchObject(failure('FILE_UNSAFE_FOLDER'));
  });
});

describe('removing', () => {
  it('removes what is ours, twice without harm', async () => {
    const file = await newFile(at('f'));
    const folder = await newFolder(at('d'));
    writeFileSync(at('d', 'inside'), '');
    for (let i = 0; i < 2; i++) {
      expect(value(await files.remove(file))).toContain('no file at');
      expect(value(await files.remove(folder))).toContain('no file at');
    }
    expect(readdirSync(root)).toEqual([]);
  });
  it('overwrites a private file before it is freed', async () => {
    const made = await newFile(at('f'), 'secret'.repeat(50_000));
    execFileSync('sh', ['-c', `exec 9<'${at('f')}'; sleep 0.1; :`]);
    const { openSync, readSync, closeSync } = await import('node:fs');
    const fd = openSync(at('f'), 'r');
    value(await files.remove(made));
    const seen = Buffer.alloc(12);
    readSync(fd, seen, 0, 12, 0);
    closeSync(fd);
    expect(seen).toEqual(Buffer.alloc(12));
  });
  it('removes a private file that can’t be overwritten, on a full disk that copies on write', async () => {
    const made = await newFile(at('f'), 'secret');
    const { open } = await import('node:fs/promises');
    const any = await open(at('f'));
    const prototype = Object.getPrototypeOf(any) as typeof any;
    await any.close();
    const full = vi.spyOn(prototype, 'write').mockRejectedValue(new Error('ENOSPC'));
    const removed = await files.remove(made);
    expect(full).toHaveBeenCalledOnce();
    full.mockRestore();
    expect(value(removed)).toContain('no file at');
  });
  it('does not overwrite what has another name, too', async () => {
    const file = await newFile(at('f'), 'theirs as well');
    linkSync(at('f'), at('g'));
    value(await files.remove(file));
    expect(readFileSync(at('g'), 'utf8')).toBe('theirs as well');
  });
  it.each(['device', 'inode'] as const)('touches nothing with another %s', async (what) => {
    const file = await newFile(at('f'));
    const folder = await newFolder(at('d'));
    for (const made of [file, folder])
      expect(await files.remove({ ...made, [what]: '1' })).toMatchObject(failure('FILE_NOT_OURS'));
    expect(readdirSync(root)).toEqual(['d', 'f']);
  });
  it('does not touch another file or folder of that name', async () => {
    const file = await newFile(at('f'));
    writeFileSync(at('other'), 'theirs');
    renameSync(at('other'), at('f'));
    expect(await files.remove(file)).toMatchObject(failure('FILE_NOT_OURS'));
    expect(readFileSync(at('f'), 'utf8')).toBe('theirs');
    const folder = await newFolder(at('d'));
    unlinkSync(at('d', '.gatebook-owner'));
    writeFileSync(at('d', '.gatebook-owner'), 'another nonce\n');
    expect(await files.remove(folder)).toMatchObject(failure('FILE_NOT_OURS'));
    expect(existsSync(at('d'))).toBe(true);
  });
  it('removes the mark of a folder last, and an emptied one is still known', async () => {
    const folder = await newFolder(at('d'));
    for (const name of ['.a', 'z']) mkdirSync(at('d', name, 'inside'), { recursive: true });
    const gone: (string | null)[] = [];
    const watching = watch(at('d'), (_, name) => gone.push(name));
    value(await files.remove(folder));
    await vi.waitFor(() => expect(gone).toContain('.gatebook-owner'));
    watching.close();
    expect([...new Set(gone)].filter((name) => name !== 'd')).toEqual(['.a', 'z', '.gatebook-owner']);

    const emptied = await newFolder(at('d'));
    unlinkSync(at('d', '.gatebook-owner'));
    value(await files.remove(emptied));
    expect(existsSync(at('d'))).toBe(false);
    const filled = await newFolder(at('d'));
    renameSync(at('d', '.gatebook-owner'), at('d', 'theirs'));
    expect(await files.remove(filled)).toMatchObject(failure('FILE_NOT_OURS'));
  });
  it('finds what a crash left after each step', async () => {
    const intent = (name: string, type: 'file' | 'folder') => ({
      type,
      path: at(name),
      nonce: files.nonce(),
    });
    // Before staging: nothing is there, or somebody else's thing.
    writeFileSync(at('theirs'), '');
    mkdirSync(at('theirs-too'));
    value(await files.remove(intent('theirs', 'file')));
    value(await files.remove(intent('theirs-too', 'folder')));
    expect(readdirSync(root).sort()).toEqual(['theirs', 'theirs-too']);
    for (const type of ['file', 'folder'] as const) {
      const first = intent(type, type);
      const stage = async () =>
        value(
          type === 'file'
            ? await files.stageFile(first.path, first.nonce, 'x')
            : await files.stageFolder(first.path, first.nonce),
        );
      // Staged, not yet recorded.
      await stage();
      value(await files.remove(first));
      // Recorded, half published: both names.
      const staged = await stage();
      if (type === 'file') linkSync(at(`.gatebook-${first.nonce}`), first.path);
      value(await files.remove(staged));
      // Published.
      const published = await stage();
      value(await files.publish(published));
      value(await files.remove(published));
      expect(readdirSync(root).sort()).toEqual(['theirs', 'theirs-too']);
    }
  });
});

describe('a folder that others may change', () => {
  const stats = (mode: bigint, gid: bigint) => ({ mode, uid: 1000n, gid }) as BigIntStats;
  it.each([
    ['its owner alone', stats(0o700n, 50n), false],
    ['a group of its own', stats(0o770n, 1000n), false],
    ['another group', stats(0o770n, 50n), true],
    ['everybody', stats(0o702n, 1000n), true],
  ])('written by %s', (_, of, is) => {
    expect(othersMayWrite(of)).toBe(is);
  });
  it.runIf(process.getuid?.() === 0)('is one of another user, too', async () => {
    mkdirSync(at('theirs'));
    chownSync(at('theirs'), 4711, 4711);
    expect(await files.stageFile(at('theirs', 'f'), files.nonce(), 'x')).toMatchObject(
      failure('FILE_UNSAFE_FOLDER'),
    );
  });
  it('nor is a file one', async () => {
    writeFileSync(at('f'), '');
    expect(await files.ensureFolder(at('f', 'x'), root)).toMatchObject(failure('FILE_NOT_REGULAR'));
  });
});

describe('looking', () => {
  it('tells what stands at a path', async () => {
    writeFileSync(at('f'), 'x', { mode: 0o640 });
    symlinkSync('f', at('l'));
    execFileSync('mkfifo', [at('p')]);
    expect(value(await files.facts(at('f')))).toMatchObject({ type: 'file', mode: '0640', sizeBytes: 1 });
    expect(value(await files.facts(at('l')))).toMatchObject({ type: 'symlink' });
    expect(value(await files.facts(root))).toMatchObject({ type: 'directory', mode: '0700' });
    expect(value(await files.facts(at('p')))).toMatchObject({ type: 'other' });
    expect(value(await files.facts(at('none')))).toBeNull();
    expect(value(await files.facts(at('f', 'below')))).toBeNull();
  });
  it('reads regular files only, to a limit, never through a link or from a FIFO', async () => {
    writeFileSync(at('f'), '12345');
    symlinkSync('f', at('l'));
    execFileSync('mkfifo', [at('p')]);
    expect(Buffer.from(value(await files.read(at('f'), 5))).toString()).toBe('12345');
    expect(await files.read(at('f'), 4)).toMatchObject(failure('FILE_TOO_LARGE'));
    for (const look of [files.sha256, files.open, (p: string) => files.read(p, 9)]) {
      expect(await look(at('l'))).toMatchObject(failure('FILE_SYMLINK'));
      expect(await look(at('p'))).toMatchObject(failure('FILE_NOT_REGULAR'));
      expect(await look(at('none'))).toMatchObject(failure('FILE_ABSENT'));
    }
  });
  it('hashes like sha256sum', async () => {
    writeFileSync(at('f'), '');
    truncateSync(at('f'), 5_000_000);
    expect(value(await files.sha256(at('f')))).toBe(
      execFileSync('sha256sum', [at('f')])
        .toString()
        .slice(0, 64),
    );
  });
  it('walks files in order and refuses links and too many', async () => {
    mkdirSync(at('d'));
    for (const name of ['b', 'a', 'd/c']) writeFileSync(at(name), '');
    expect(value(await files.walk(root, 10))).toEqual([at('a'), at('b'), at('d/c')]);
    expect(await files.walk(root, 2)).toMatchObject(failure('FILE_TOO_LARGE'));
    symlinkSync('a', at('l'));
    expect(await files.walk(root, 10)).toMatchObject(failure('FILE_SYMLINK'));
  });
  it('knows free space and who may write', async () => {
    const space = value(await files.space(root));
    expect(space.freeBytes).toBeGreaterThan(0);
    expect(space.totalBytes).toBeGreaterThan(space.freeBytes);
    writeFileSync(at('f'), '');
    chmodSync(at('f'), 0o644);
    expect(value(await files.writableByOthers(at('f')))).toBe(false);
    chmodSync(at('f'), 0o666);
    expect(value(await files.writableByOthers(at('f')))).toBe(true);
  });
});
