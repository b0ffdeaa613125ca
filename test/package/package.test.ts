import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const env = {
  ...process.env,
  npm_config_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
};

/** The package, installed without a network into an empty folder that knows nothing of this repository. */
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gb-package-'));
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    env,
  });
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  expect(stdout).toContain(tarball);
  await run('npm', ['init', '--yes'], { cwd: folder, env });
  await run('npm', ['install', `./${String(tarball)}`], { cwd: folder, env });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the published package', () => {
  it('brings everything it needs: no other package is installed', async () => {
    const installed = await readdir(join(folder, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['gatebook']);
  });

  it('is ASCII, as which its loader reads it', async () => {
    const bundle = await readFile(join(folder, 'node_modules/gatebook/dist/bundle/gatebook.cjs'));
    expect(bundle.findIndex((byte) => byte > 127)).toBe(-1);
  });

  it('validates its own runbooks, in which nothing is missing', async () => {
    const { stderr } = await run('npx', ['gatebook', 'validate', 'node_modules/gatebook/runbooks'], {
      cwd: folder,
      env,
    });
    expect(stderr).not.toMatch(/\berrors?\b/);
  });

  it('brings the pages that its messages name', async () => {
    const at = join(folder, 'node_modules/gatebook');
    const bundle = await readFile(join(at, 'dist/bundle/gatebook.cjs'), 'utf8');
    const named = [...new Set(bundle.match(/\bdocs\/[\w-]+\.md/g))];
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((page) => !existsSync(join(at, page)))).toEqual([]);
  });

  it('begins a project and carries its runbook out', async () => {
    await run('npx', ['gatebook', 'init', 'fresh'], { cwd: folder, env });
    const { stderr } = await run('npx', ['gatebook', 'run', 'fresh/runbooks/first.yaml'], {
      cwd: folder,
      env,
    });
    expect(stderr).toMatch(/^PASS · teardown clean · exit 0$/m);
  });

  it('finds the files that it prints from', async () => {
    const { stdout } = await run('npx', ['gatebook', 'schema', 'runbook'], { cwd: folder, env });
    expect(JSON.parse(stdout)).toHaveProperty('properties.commands');
    const explained = await run('npx', ['gatebook', 'explain', 'GB2104'], { cwd: folder, env });
    expect(explained.stdout).toContain('GB2104');
  });

  it('names the licence of each package inside it', async () => {
    const notices = await readFile(join(folder, 'node_modules/gatebook/dist/THIRD-PARTY-NOTICES.md'), 'utf8');
    for (const name of ['yaml', 'pg', 'commander', 'listr2', '@marcbachmann/cel-js'])
      expect(notices).toMatch(new RegExp(`^## ${name} \\d`, 'm'));
  });
});
