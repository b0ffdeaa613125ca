import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectRoot, startGatebook } from '../support/gatebook.js';
import type { Ended } from '../support/gatebook.js';
import { openProject } from '../support/project.js';
import type { Project } from '../support/project.js';

let project: Project;
beforeEach(async () => {
  project = await openProject();
});
afterEach(async () => {
  expect(await project.processes()).toEqual([]);
  await project.close();
});

/** The program under a limit that the shell sets. */
function limited(limit: string, args: string): Promise<Ended> {
  const script = `ulimit -c 0; ulimit ${limit}; exec "$0" "$1" ${args}`;
  const child = spawn('sh', ['-c', script, process.execPath, join(projectRoot, 'dist/cli.js')], {
    cwd: project.folder,
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...project.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
/** What Node does itself where it can't even read the program. */
const nodesOwn = ({ signal, stderr }: Ended): boolean => signal !== null || stderr.startsWith('node:');

describe('a limit of the shell', () => {
  test('few open files: what is missing and what to do, or a run that needs no more', async () => {
    await startGatebook(['init', 'fresh'], project.env, project.folder).ended;
    const seen: string[] = [];
    for (let files = 16; files <= 32; files++) {
      const ended = await limited(`-n ${files}`, 'run fresh/runbooks/first.yaml --state s --reports r');
      if (nodesOwn(ended)) continue;
      const { code, stderr } = ended;
      expect(stderr, `${files}`).not.toMatch(/^\s+at |INTERNAL|Unhandled/m);
      if (code === 0) expect(stderr).toContain('PASS');
      else expect(stderr, `${files}`).toMatch(/EMFILE|too many open files/);
      if (code === 4) expect(stderr).toMatch(/\[(SPAWN_FAILED|LIMIT_REACHED)\]\nnext .*ulimit -n/);
      seen.push(String(code));
    }
    expect([...new Set(seen)].sort()).toEqual(['0', '1', '4']);
  }, 60_000);

  test.each(['validate quick.yaml', 'review quick.yaml'])('few open files: %s', async (args) => {
    for (let files = 16; files <= 24; files++) {
      const ended = await limited(`-n ${files}`, args);
      if (nodesOwn(ended)) continue;
      expect([0, 4], ended.stderr).toContain(ended.code);
      if (ended.code === 4) expect(ended.stderr).toMatch(/\[LIMIT_REACHED\]\nnext .*ulimit -n/);
    }
  });

  test('no file may grow: refused, and nothing is left', async () => {
    const { code, stderr } = await limited('-f 0', 'run quick.yaml --state s --reports r');
    expect(code).toBe(4);
    expect(stderr).toMatch(/EFBIG.*\[STATE_IO\]\nnext/);
    expect(await project.leftovers()).toEqual([]);
  });
});

test('under a umask of 000 nothing that a run or init makes can be written by others', async () => {
  const open = ['sh', '-c', 'umask 000; exec "$@"', 'sh'];
  const start = (...args: readonly string[]) => startGatebook(args, project.env, project.folder, open).ended;
  expect(await start('init', 'fresh')).toMatchObject({ code: 0 });
  const places = ['--state', project.state, '--reports', project.reports];
  expect(await start('run', 'fresh/runbooks/first.yaml', ...places)).toMatchObject({ code: 0 });
  for (const folder of [join(project.folder, 'fresh'), project.reports, project.state]) {
    const made = await readdir(folder, { recursive: true });
    expect(made).not.toEqual([]);
    for (const name of ['.', ...made]) {
      const { mode } = await stat(join(folder, name));
      expect(mode & 0o002, join(folder, name)).toBe(0);
    }
  }
});
