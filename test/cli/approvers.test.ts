import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectSources } from '../../src/adapters/sources.js';
import { readApprovers } from '../../src/cli/authorizing/approvers.js';
import type { Project } from '../../src/ports/sources.js';
import { projectRoot } from '../support/gatebook.js';

const line = (name: string) =>
  `${name} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDMzHLRWtHgQ9CgpWK1g+RZ+o7cYfta+2lj9IDi1zwrj\n`;
let root: string;
let system: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gbp-'));
  await chmod(root, 0o755);
  system = join(root, 'etc/allowed_signers');
  await mkdir(join(root, 'etc'));
  await mkdir(join(root, 'project'));
  await writeFile(join(root, 'project/gatebook.yaml'), 'gatebook: v1\n');
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function read(approvers?: string, meanwhile?: () => Promise<unknown>) {
  const project = await projectSources(root).project('project/gatebook.yaml');
  if (!project.ok) throw new Error(project.error.message);
  const settings = { embedded: 'allowed' as const, ...(approvers !== undefined && { approvers }) };
  const looked: Project['read'] = async (path, maxBytes) => {
    const bytes = await project.value.read(path, maxBytes);
    await meanwhile?.();
    return bytes;
  };
  return readApprovers({ project: { ...project.value, read: looked }, settings }, system);
}

describe('which file counts', () => {
  test("the machine's own, where there is one, whatever the project names", async () => {
    await writeFile(system, line('alice'));
    await writeFile(join(root, 'project/signers'), line('mallory'));
    const found = await read('signers');
    expect(found).toMatchObject({ ok: true, value: { path: system, signers: [{ principal: 'alice' }] } });
  });
  test("a machine's own that is malformed is not passed over", async () => {
    await writeFile(system, `*@corp ${line('x').slice(2)}`);
    await writeFile(join(root, 'project/signers'), line('mallory'));
    expect(await read('signers')).toMatchObject({
      ok: false,
      error: { code: 'APPROVERS_MALFORMED', exit: 3 },
    });
  });
  test('else the one that the project names', async () => {
    await writeFile(join(root, 'project/signers'), line('alice'));
    expect(await read('signers')).toMatchObject({ ok: true, value: { signers: [{ principal: 'alice' }] } });
  });
  test('and of that the bytes that were looked at, though another is put there meanwhile', async () => {
    const signers = join(root, 'project/signers');
    await writeFile(signers, line('alice'));
    const found = await read('signers', () => writeFile(signers, line('mallory')));
    expect(found).toMatchObject({ ok: true, value: { signers: [{ principal: 'alice' }] } });
  });
  test('none: nobody may approve', async () => {
    for (const named of [undefined, 'signers'])
      expect(await read(named)).toMatchObject({ ok: false, error: { code: 'APPROVERS_MISSING', exit: 4 } });
  });
});

describe('a file that is refused', () => {
  test.each([
    ['can be written by others', () => chmod(join(root, 'project/signers'), 0o646)],
    [
      'is a link',
      async () => {
        await rm(join(root, 'project/signers'));
        await symlink(join(root, 'project/gatebook.yaml'), join(root, 'project/signers'));
      },
    ],
    [
      'is a folder',
      async () => {
        await rm(join(root, 'project/signers'));
        await mkdir(join(root, 'project/signers'));
      },
    ],
  ])('it %s', async (_, spoil) => {
    await writeFile(join(root, 'project/signers'), line('alice'));
    await spoil();
    expect(await read('signers')).toMatchObject({ ok: false, error: { code: 'APPROVERS_UNSAFE', exit: 6 } });
  });
  test('it lies outside the project', async () => {
    await writeFile(join(root, 'signers'), line('alice'));
    expect(await read('../signers')).toMatchObject({ ok: false, error: { code: 'APPROVERS_UNSAFE' } });
  });
});

/** Who runs is somebody else than root: only then there is a file that they can't write. */
describe.skipIf(process.getuid?.() !== 0)('how well it is kept', () => {
  const nobody = 65_534;
  const askedAsNobody = (): string => {
    const program = `
      const { readApprovers } = await import(${JSON.stringify(join(projectRoot, 'src/cli/authorizing/approvers.ts'))});
      const { readFile } = await import('node:fs/promises');
      const root = ${JSON.stringify(join(root, 'project'))};
      const read = async (name) => ({ ok: true, value: { bytes: await readFile(root + '/' + name) } });
      const project = { root, read };
      const found = await readApprovers({ project, settings: { approvers: 'signers' } }, '/nonexistent');
      console.log(JSON.stringify(found.ok ? found.value.warning : found.error));`;
    const bundle = join(root, 'asked.mjs');
    execFileSync(
      'npx',
      [
        ...[
          'esbuild',
          '--bundle',
          '--platform=node',
          '--format=esm',
          '--target=node20',
          `--outfile=${bundle}`,
        ],
        ...['--log-level=error', '--loader=ts'],
      ],
      { input: program, cwd: projectRoot },
    );
    const as = ['--reuid', String(nobody), '--regid', String(nobody), '--clear-groups'];
    return execFileSync('setpriv', [...as, process.execPath, bundle], {
      env: { PATH: process.env['PATH'] },
    }).toString();
  };

  test('by another user: nothing to say; by who runs: said, with owner and mode', async () => {
    const signers = join(root, 'project/signers');
    await writeFile(signers, line('alice'), { mode: 0o644 });
    expect(askedAsNobody()).toBe('null\n');
    await chown(signers, nobody, nobody);
    expect(askedAsNobody()).toMatch(/can be written by \w+, who runs this: .*mode 0644/);
    await chmod(signers, 0o444);
    expect(askedAsNobody()).toMatch(/can be written by \w+, who runs this: .*mode 0444/);
  });

  test('as root everything can be written, and that is said', async () => {
    await writeFile(join(root, 'project/signers'), line('alice'), { mode: 0o600 });
    const found = await read('signers');
    expect(found.ok && found.value.warning).toMatch(/root runs this.*belongs to root, mode 0600/);
  });
});
