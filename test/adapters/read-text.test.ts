import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readText } from '../../src/adapters/read-text.js';

const folder = mkdtempSync(join(tmpdir(), 'gb-read-text-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

describe('a text of a file', () => {
  it('is read whole up to its limit, through a link too, whatever size the file says it has', () => {
    writeFileSync(at('value'), 'geheim\n');
    symlinkSync('value', at('link'));
    expect(readText(at('link'), 7)).toBe('geheim\n');
    expect(readText(at('value'), 6)).toBeNull();
    expect(readText('/proc/self/stat', 65_536)).toMatch(/^[0-9]+ \(/);
  });
  it('is neither waited for nor read without end', () => {
    execFileSync('mkfifo', [at('fifo')]);
    expect(readText(at('fifo'), 10)).toBeNull();
    expect(readText('/dev/zero', 10)).toBeNull();
    expect(readText(folder, 10)).toBeNull();
    expect(readText(at('absent'), 10)).toBeNull();
  });
});
