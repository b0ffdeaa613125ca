import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inState, word } from '../../src/cli/shown.js';

describe('a word of a command that is told to be typed', () => {
  it.each(['reports/first/20261122T132236Z-954a', '../SG_1.json', 'C-07=état.json'])('%s stays', (text) => {
    expect(word(text)).toBe(text);
  });

  it.each(['a b', "ana's", 'G-12[S1]', '$HOME/*', '~', '', 'a;b', '‹x›'])('%j is one to a shell', (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${word(text)}`], { encoding: 'utf8' })).toBe(text);
  });
});

describe('the state folder in a command that is told to be typed', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('stays unnamed where it is found without', () => {
    vi.stubEnv('GATEBOOK_STATE', undefined);
    expect(inState('.gatebook')).toBe('');
    expect(inState(join(process.cwd(), '.gatebook'))).toBe('');
    vi.stubEnv('GATEBOOK_STATE', '/srv/state');
    expect(inState('/srv/state')).toBe('');
  });

  it('is named where another would be found', () => {
    vi.stubEnv('GATEBOOK_STATE', undefined);
    expect(inState('/srv/our state')).toBe(" --state '/srv/our state'");
    expect(inState(join(process.cwd(), 'state'))).toBe(' --state state');
    vi.stubEnv('GATEBOOK_STATE', '/srv/state');
    expect(inState('.gatebook')).toBe(' --state .gatebook');
  });
});
