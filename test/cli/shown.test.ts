import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { word } from '../../src/cli/shown.js';

describe('a word of a command that is told to be typed', () => {
  it.each(['reports/first/20261122T132236Z-954a', '../SG_1.json', 'C-07=état.json'])('%s stays', (text) => {
    expect(word(text)).toBe(text);
  });

  it.each(['a b', "ana's", 'G-12[S1]', '$HOME/*', '~', '', 'a;b', '‹x›'])('%j is one to a shell', (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${word(text)}`], { encoding: 'utf8' })).toBe(text);
  });
});
