import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { init } from '../../src/cli/tools/init.js';
import { validateCommand } from '../../src/cli/reading/validate.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gb-init-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('init', () => {
  it('writes a project that validates', async () => {
    const { stdout, exitCode } = await init(folder);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('wrote  runbooks/first.yaml');
    expect(stdout).toContain(
      `next   cd ${folder} && gatebook validate runbooks/first.yaml && gatebook run runbooks/first.yaml\n`,
    );
    expect(await validateCommand([join(folder, 'runbooks/first.yaml')], { format: 'text' })).toBe(0);
  });

  it('tells a next step that can be typed, in a folder with a blank too', async () => {
    const { stdout } = await init(join(folder, "ana's orders"));
    expect(stdout).toContain(`next   cd '${folder}/ana'\\''s orders' && gatebook validate `);
  });

  it('leaves what is there as it is', async () => {
    await writeFile(join(folder, 'gatebook.yaml'), 'mine');
    const { stdout, exitCode } = await init(folder);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('kept   gatebook.yaml');
    expect(await readFile(join(folder, 'gatebook.yaml'), 'utf8')).toBe('mine');
  });

  it('says what it could not write', async () => {
    await writeFile(join(folder, 'file'), '');
    const { stderr, exitCode } = await init(join(folder, 'file'));
    expect(exitCode).toBe(4);
    expect(stderr).toContain(
      `gatebook.yaml can't be written: ${join(folder, 'file')} is there and is no folder`,
    );
    expect(stderr).toMatch(/^next /m);
  });
});
