import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../support/gatebook.js';
import { mountSmall, openProject } from '../support/project.js';
import type { Project } from '../support/project.js';

let project: Project;
let bundle: string;
beforeAll(async () => {
  project = await openProject();
  await project.run('quick.yaml');
  bundle = (await project.runs())[0]?.bundle ?? '';
});
afterAll(() => project.close());

/** The program with its stdout where `redirection` of the shell leads. */
function shell(args: string, redirection: string): Promise<{ code: number | null; stderr: string }> {
  const script = `set -o pipefail; "$0" "$1" ${args.replaceAll('BUNDLE', '"$2"')} ${redirection}`;
  const child = spawn('bash', ['-c', script, process.execPath, join(projectRoot, 'dist/cli.js'), bundle], {
    cwd: project.folder,
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...project.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })));
}
const lost = /gatebook: stdout could not be written: ENOSPC.* \[OUTPUT_LOST\]\nnext .*\n$/;

describe('a stdout that takes nothing', () => {
  test.each([
    ...['json', 'sarif', 'gitlab'].map((format) => `validate quick.yaml --format ${format}`),
    ...['md', 'json', 'html'].map((format) => `review quick.yaml --format ${format}`),
    ...['md', 'json', 'html', 'junit'].map((format) => `report BUNDLE --format ${format}`),
    ...['verify BUNDLE', 'verify BUNDLE --json', 'schema report', 'explain GB2104', 'completion fish'],
    ...[
      'status --state s',
      'status --state s --json',
      'runs --state s --json',
      '--help',
      '--version',
      'run --help',
    ],
  ])('%s: exit 4, and stderr says so last', async (args) => {
    const { code, stderr } = await shell(args, '>/dev/full');
    expect(code).toBe(4);
    expect(stderr).toMatch(lost);
    expect(await shell(args, '| head -c 1')).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining('LOST') as string,
    });
  });

  test('a code that says more stays', async () => {
    expect(await shell('validate none.yaml', '>/dev/full')).toMatchObject({ code: 3 });
  });

  test('a run keeps the code of its outcome, and says that stdout has no report', async () => {
    const args = 'run quick.yaml --json --state s --reports r';
    const { code, stderr } = await shell(args, '>/dev/full');
    expect(code).toBe(0);
    expect(stderr).toMatch(lost);
    expect((await shell(`${args} --param count=4`, '>/dev/full')).code).toBe(1);
  });

  test.skipIf(process.getuid?.() !== 0)('a disk that takes a part of it is no success either', async () => {
    const folder = join(project.root, 'small');
    const unmount = await mountSmall(folder, 64 * 1024);
    try {
      const { code, stderr } = await shell('schema runbook', `>${join(folder, 'schema.json')}`);
      expect({ code, length: (await readFile(join(folder, 'schema.json'))).length }).toEqual({
        code: 4,
        length: 65536,
      });
      expect(stderr).toMatch(lost);
    } finally {
      unmount();
    }
  });
});
