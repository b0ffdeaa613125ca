import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../support/gatebook.js';

const runbook = `gatebook: v1
id: authorities
title: What Node is told to trust
revision: 1
authorization: {none: looks only}
commands:
  C-01:
    title: A runbook sees the variable
    expectations:
      G-01: {title: it is set, probe: {env: {name: NODE_EXTRA_CA_CERTS}}, expect: {equals: {set: true}}}
      G-02: {title: its other name is not, probe: {env: {name: GATEBOOK_NODE_EXTRA_CA_CERTS}}, expect: {equals: {set: false}}}
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbe-'));
  await writeFile(join(folder, 'runbook.yaml'), runbook);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Node 20 says at its start that it can't read such a file. */
const readings = (stderr: string): number => stderr.split('Ignoring extra certs').length - 1;
const call = promisify(execFile);
const run = (program: readonly [string, ...string[]]) =>
  call(program[0], [...program.slice(1), 'run', 'runbook.yaml', '--state', 'state', '--reports', 'reports'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, NODE_EXTRA_CA_CERTS: join(folder, 'nowhere.pem') },
  });

test('no process of a run that the launcher starts reads NODE_EXTRA_CA_CERTS, and a runbook sees it', async () => {
  const { stderr } = await run([join(projectRoot, 'gatebook')]);
  expect(stderr).toContain('PASS');
  expect(readings(stderr)).toBe(0);
});

test('without the launcher the outer process does, and not the inner', async () => {
  const { stderr } = await run([process.execPath, join(projectRoot, 'dist/cli.js')]);
  expect(stderr).toContain('PASS');
  expect(readings(stderr)).toBe(1);
});
