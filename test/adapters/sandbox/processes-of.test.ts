import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bootId, startTimeOf } from '../../../src/adapters/process/proc.js';
import { intendServer } from '../../../src/adapters/sandbox/folder.js';
import { processesOfUid, serverProcess } from '../../../src/adapters/sandbox/processes-of.js';

// What these name is killed: a number that another process has by now must never be taken for the server's.

let folder: string;
let children: ChildProcess[];
beforeEach(async () => {
  children = [];
  folder = await mkdtemp(join(tmpdir(), 'gbp-'));
  await mkdir(join(folder, 'data'));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});
function start(argv: readonly string[] = ['sleep', '60'], cwd = folder): number {
  const child = spawn(argv[0] ?? '', argv.slice(1), { cwd, stdio: 'ignore' });
  children.push(child);
  return child.pid ?? 0;
}

test('two processes are told apart by their start, and one that only waits to be buried is none', async () => {
  const first = start();
  const time = await startTimeOf(first);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(Number(await startTimeOf(start()))).toBeGreaterThan(Number(time));
  expect(await startTimeOf(first)).toBe(time);
  const parent = start(['sh', '-c', 'true & exec sleep 60']);
  const states = async (): Promise<string> => {
    const [child] = (await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8')).split(' ');
    return readFile(`/proc/${child}/stat`, 'utf8');
  };
  const dead = await vi.waitUntil(async () => {
    const text = await states().catch(() => '');
    return text.includes(') Z ') ? text : null;
  });
  expect(await startTimeOf(Number.parseInt(dead))).toBeNull();
});

describe('the process of a server', () => {
  test('is the one that was started then and since this boot, and no other', async () => {
    const pid = start();
    const handle = { ...intendServer(), pid, bootId: bootId(), startTime: await startTimeOf(pid) };
    expect(await serverProcess(handle)).toBe(pid);
    expect(await serverProcess({ ...handle, startTime: '1' })).toBeNull();
    expect(await serverProcess({ ...handle, bootId: 'another' })).toBeNull();
  });

  test('whose start nobody wrote down is the one that works in its folder', async () => {
    const handle = { ...intendServer(), folder };
    const named = async (pid: number | string) => {
      await writeFile(join(folder, 'data/postmaster.pid'), `${pid}\n${join(folder, 'data')}\n`);
      return serverProcess(handle);
    };
    const own = start(['sleep', '60'], join(folder, 'data'));
    expect(await named(own)).toBe(own);
    for (const other of [start(), process.pid, 1, 0, -own, '', 'x']) expect(await named(other)).toBeNull();
  });
});

test('nothing is all of a user’s that may have other things to do', async () => {
  for (const uid of [null, 0, process.getuid?.() ?? 0, 65_534, 60_578])
    expect(await processesOfUid(uid)).toEqual([]);
});
