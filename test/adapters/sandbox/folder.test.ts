import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTimeOf } from '../../../src/adapters/process/proc.js';
import { destroyServer } from '../../../src/adapters/sandbox/destroy.js';
import { handleFrom, intendServer, layout, makeFolder } from '../../../src/adapters/sandbox/folder.js';
import { serverUid } from '../../../src/adapters/sandbox/isolation.js';
import { createSandboxes } from '../../../src/adapters/sandbox/index.js';
import { ok } from '../../../src/base/result.js';
import type { ProgramSpec } from '../../../src/ports/process.js';
import type { LocalHandle } from '../../../src/ports/sandbox.js';

// Whose folder it is decides what is removed and who is killed, and a dead run's journal is all that is known of it.

const root = process.getuid?.() === 0;
const uid = serverUid(3_999_999_999, '         0          0 4294967295\n');
let base: string;
let intent: LocalHandle;
let children: ChildProcess[];
beforeEach(async () => {
  children = [];
  base = await mkdtemp(join(tmpdir(), 'gbs-'));
  vi.stubEnv('TMPDIR', base);
  intent = { ...intendServer(), uid: null };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const child of children) child.kill('SIGKILL');
  await rm(base, { recursive: true, force: true });
});
const access = async (path: string): Promise<readonly (number | string)[]> => {
  const { mode, uid, gid } = await stat(path);
  return [(mode & 0o7777).toString(8), uid, gid];
};
const start = (cwd: string, as: { uid?: number; gid?: number } = {}): number => {
  const child = spawn('sleep', ['60'], { cwd, stdio: 'ignore', ...as });
  children.push(child);
  return child.pid ?? 0;
};

describe('the folder of a server', () => {
  const within = () => [layout(intent.folder).data, layout(intent.folder).socket, layout(intent.folder).log];

  test('is its maker’s alone', async () => {
    await makeFolder(intent, null);
    const mine = [process.getuid?.(), process.getgid?.()];
    for (const path of [intent.folder, ...within()]) expect(await access(path)).toEqual(['700', ...mine]);
    expect(await access(layout(intent.folder).nonce)).toEqual(['600', ...mine]);
  });

  test.runIf(root)('of root is no more than passed through by its user, who has what is inside', async () => {
    await makeFolder(intent, uid);
    expect(await access(intent.folder)).toEqual(['711', 0, 0]);
    expect(await access(layout(intent.folder).nonce)).toEqual(['600', 0, 0]);
    for (const path of within()) expect(await access(path)).toEqual(['700', uid, uid]);
  });

  test('is never one that somebody else has made, nor a link to one', async () => {
    await mkdir(intent.folder);
    await expect(makeFolder(intent, null)).rejects.toThrow('EEXIST');
    expect(await readdir(intent.folder)).toEqual([]);
    await rm(intent.folder, { recursive: true });
    await mkdir(join(base, 'elsewhere'));
    await symlink(join(base, 'elsewhere'), intent.folder);
    await expect(makeFolder(intent, null)).rejects.toThrow('EEXIST');
    expect(await readdir(join(base, 'elsewhere'))).toEqual([]);
  });

  test('lies where the name of its socket is short enough', () => {
    vi.stubEnv('TMPDIR', `/${'x'.repeat(69)}`);
    expect(Buffer.byteLength(`${layout(intendServer().folder).socket}/.s.PGSQL.5432`)).toBeLessThan(108);
    expect(intendServer().folder).toMatch(/^\/x{69}\/gb-/);
    vi.stubEnv('TMPDIR', `/${'é'.repeat(35)}`);
    expect(intendServer().folder).toMatch(/^\/tmp\/gb-/);
  });
});

describe('what a journal names is left alone', () => {
  const leftAlone = async (handle: LocalHandle, code = 'NOT_OURS'): Promise<void> => {
    expect(await destroyServer({ ...handle })).toMatchObject({ ok: false, error: { code } });
    expect(existsSync(handle.folder)).toBe(true);
  };

  test.each([
    ['a folder that is not called after its nonce', () => ({ folder: base })],
    ['a nonce that is cut short', () => ({ nonce: intent.nonce.slice(0, 12) })],
    ['no nonce', () => ({ nonce: '', folder: join(base, 'gb-') })],
    ['a nonce in capitals', () => ({ nonce: 'A'.repeat(32), folder: join(base, `gb-${'A'.repeat(12)}`) })],
    ['a server of another kind', () => ({ engine: 'docker' })],
  ])('where it has %s', async (_, over) => {
    expect(handleFrom({ ...intent })).toEqual(intent);
    const entry = { ...intent, ...over() };
    await mkdir(entry.folder, { recursive: true });
    await writeFile(layout(entry.folder).nonce, entry.nonce);
    await leftAlone(entry as LocalHandle, 'BAD_HANDLE');
  });

  test('where a link stands in its place, to a folder with the very mark', async () => {
    const elsewhere = join(base, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'nonce'), intent.nonce);
    await symlink(elsewhere, intent.folder);
    await leftAlone(intent);
    expect(await readdir(elsewhere)).toEqual(['nonce']);
  });

  test.each(['device', 'inode'])('where its %s is another, as that of a copy is', async (what) => {
    await leftAlone({ ...(await makeFolder(intent, null)), [what]: '1' });
  });

  test('with the process that works in it, where the mark is another', async () => {
    const { data } = layout(intent.folder);
    await mkdir(data, { recursive: true });
    await writeFile(layout(intent.folder).nonce, 'another');
    const pid = start(data);
    await writeFile(join(data, 'postmaster.pid'), `${pid}\n`);
    await leftAlone(intent);
    expect(await startTimeOf(pid)).not.toBeNull();
  });
});

test.runIf(root)('where no folder is, nobody is killed for the user’s number alone', async () => {
  const pid = start('/', { uid, gid: uid });
  expect(await destroyServer({ ...intent, uid })).toMatchObject({ ok: true });
  expect(await startTimeOf(pid)).not.toBeNull();
});

test('the password is for initdb’s user alone; a start that fails leaves no folder', async () => {
  const seen: (readonly (number | string)[])[] = [];
  const run = async ({ argv }: ProgramSpec) => {
    const file = argv.find((word) => word.startsWith('--pwfile='))?.slice('--pwfile='.length);
    if (file === undefined) return ok({ exitCode: 0, stdout: 'postgres (PostgreSQL) 15.1', stderr: '' });
    seen.push(await access(file));
    return ok({ exitCode: 1, stdout: '', stderr: 'no' });
  };
  const world = { processes: { run } } as unknown as Parameters<typeof createSandboxes>[0];
  const spec = { database: 'x', password: 'secret', timeoutMs: 1000, signal: new AbortController().signal };
  const started = await createSandboxes(world).start(intent, spec);
  expect(started).toMatchObject({
    ok: false,
    error: { code: 'SANDBOX_FAILED', message: 'initdb failed: no' },
  });
  expect(seen).toEqual([['600', process.getuid?.(), process.getgid?.()]]);
  expect(await readdir(base)).toEqual([]);
});
