import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolders } from '../../src/adapters/make-folders.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gbf-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('folders and those above them', () => {
  test('are made with the mode that is asked for, and stay where they are there', () => {
    const deep = join(root, 'a/b/c');
    makeFolders(deep, 0o700);
    makeFolders(deep, 0o755);
    for (const path of [deep, join(root, 'a')]) expect(statSync(path).mode & 0o777).toBe(0o700);
  });
  test('a link to a folder is one', () => {
    mkdirSync(join(root, 'real'));
    symlinkSync('real', join(root, 'link'));
    makeFolders(join(root, 'link/inside'));
    expect(statSync(join(root, 'real/inside')).isDirectory()).toBe(true);
  });
  test('a file in the way is named', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => makeFolders(join(root, 'file/x'))).toThrow(
      `${join(root, 'file')} is there and is no folder`,
    );
  });
  test.skipIf(process.platform !== 'linux')('a file system that takes no folder is asked once', () => {
    expect(() => makeFolders('/proc/none/x')).toThrow(/^ENOENT.*'\/proc\/none'/);
  });
});
