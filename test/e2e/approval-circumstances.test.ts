import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAuthorized, reportOf, startedIn } from '../support/authorized.js';
import type { Authorized } from '../support/authorized.js';
import { interruptible, testEngine } from '../support/docker.js';
import { projectRoot } from '../support/gatebook.js';

let project: Authorized;
let engine: Awaited<ReturnType<typeof interruptible>>;
/** Starts the scripts that name it; a program like any other. */
const shell = '#!/bin/sh\nexec /bin/sh "$@"\n';

async function program(name: string, text = shell): Promise<string> {
  const path = project.at(name);
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

async function script(name: string, text: string): Promise<string> {
  await writeFile(join(project.folder, name), text);
  return `{file: ${name}, sha256: ${createHash('sha256').update(text).digest('hex')}`;
}

/** Asked for and approved while no engine answers: its throwaway server is a local one. */
beforeAll(async () => {
  const real = await testEngine();
  project = await openAuthorized();
  engine = await interruptible(real, project.at('e.sock'));
  await engine.stop();
  const interpreter = await program('interpreter');
  const hashbang = await program('hashbang');
  const marks = 'echo "$1" >> "$2"\n';
  await writeFile(
    join(project.folder, 'circumstances.yaml'),
    `gatebook: v1
id: circumstances
title: A change that depends on where it runs
revision: 1
authorization: {slots: [SG_1], valid_for: 1h}
targets:
  copy:
    postgres: {sandbox: {engine: auto, image: "${real.image}"}}
    access: write
    identity: {database: postgres}
commands:
  C-01:
    title: Start a server
    guards:
      G-01: {title: enough free disk, probe: {disk: {path: "\${{ run.work }}"}}, expect: {free_bytes: {gte: 1000}}}
    do:
      - {postgres.sandbox: {target: copy}, as: copy}
  C-02:
    title: Leave two marks
    effect: create
    do:
      - script: ${await script('plain.sh', marks)}, interpreter: [${interpreter}], args: [plain, "\${{ run.project }}/started"]}
      - script: ${await script('hashbang.sh', `#!${hashbang}\n${marks}`)}, args: [hashbang, "\${{ run.project }}/started"]}
teardown:
  C-03:
    title: Destroy
    do:
      - destroy: [copy]
`,
  );
  const env = { DOCKER_HOST: engine.host };
  for (const step of [
    await project.request('circumstances.yaml', [], env),
    await project.approve('SG_1', 'alice', [], env),
  ])
    expect(step, step.stderr).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await engine.stop().catch(() => undefined);
  await project.closeAll();
});

const run = (extra: Readonly<Record<string, string>> = {}) =>
  project.runWith('circumstances.yaml', ['SG_1'], [], { DOCKER_HOST: engine.host, ...extra });

async function refused(ended: { readonly stdout: string }, says: RegExp): Promise<void> {
  const report = reportOf({ code: null, signal: null, stderr: '', ...ended });
  expect(report).toMatchObject({ verdict: 'REFUSED', cause: { code: 'APPROVAL_OTHER_BINDING' } });
  expect(report.cause?.message).toMatch(says);
  expect(await startedIn(project, report)).toEqual([]);
  expect(await project.marks()).toBe('');
}

describe('after the signature another', () => {
  test.each(['interpreter', 'hashbang'])('%s of a script', async (name) => {
    await program(name, `${shell}# changed\n`);
    await refused(await run(), new RegExp(`programs\\..*/${name} has changed`));
    await program(name);
  });

  test('Node, in a folder of its own, in which programs would be looked for too', async () => {
    const node = project.at('node/bin/node');
    await mkdir(project.at('node/bin'), { recursive: true });
    await copyFile(process.execPath, node);
    const options = ['--state', project.state, '--reports', project.reports, '--json'];
    const args = ['run', 'circumstances.yaml', ...options, '--approval', project.at('SG_1.json')];
    const env = { PATH: process.env['PATH'], HOME: '/nonexistent', ...project.env, DOCKER_HOST: engine.host };
    let stdout = '';
    try {
      stdout = execFileSync(node, [join(projectRoot, 'dist/cli.js'), ...args], {
        ...{ cwd: project.folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      });
    } catch (error) {
      stdout = (error as { stdout: string }).stdout;
    }
    await refused({ stdout }, /: path is ".*, and ".*" was approved/);
  });

  test('engine of the throwaway server', async () => {
    await engine.resume();
    try {
      const ended = await run();
      await refused(ended, /docker\.host is new/);
      const bundle = join(project.reports, 'circumstances', reportOf(ended).run.id);
      const bound = async (name: string): Promise<unknown> =>
        JSON.parse(await readFile(join(bundle, name), 'utf8'));
      expect(await bound('approvals/SG_1.json')).toMatchObject({ binding: { sandbox: { engine: 'local' } } });
      expect(await bound('binding.json')).toMatchObject({ sandbox: { engine: 'docker' } });
    } finally {
      await engine.stop();
    }
  });
});

test('the PATH of who runs decides nothing: what was approved is found and started', async () => {
  const stranger = project.at('stranger');
  await mkdir(stranger);
  for (const name of ['sh', 'initdb', 'postgres', 'pg_ctl', 'ssh-keygen', 'setpriv', 'unshare', 'docker'])
    await program(`stranger/${name}`, `#!/bin/sh\necho ${name} >> "${project.at('strangers')}"\nexit 1\n`);
  const ended = await run({ PATH: `${stranger}:${process.env['PATH'] ?? ''}` });
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  expect(await project.marks()).toBe('plain\nhashbang\n');
  expect(await readFile(project.at('strangers'), 'utf8').catch(() => 'none')).toBe('none');
});
