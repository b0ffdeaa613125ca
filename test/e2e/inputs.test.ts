import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGatebook } from '../support/gatebook.js';
import type { Ended } from '../support/gatebook.js';
import { openProject } from '../support/project.js';
import type { Project } from '../support/project.js';

let project: Project;
beforeAll(async () => {
  project = await openProject();
  const { folder } = project;
  await mkdir(join(folder, 'bare'));
  await writeFile(join(folder, 'empty.yaml'), '');
  execFileSync('mkfifo', [join(folder, 'fifo.yaml')]);
  for (const name of ['unread', 'unsearched']) {
    await mkdir(join(folder, name));
    await cp(join(folder, 'quick.yaml'), join(folder, name, 'quick.yaml'));
  }
  await chmod(join(folder, 'unread/quick.yaml'), 0);
  await chmod(join(folder, 'unsearched'), 0);
});
afterAll(async () => {
  await chmod(join(project.folder, 'unsearched'), 0o700);
  await project.close();
});
/** What root may read beyond what its own files let it is no test. */
const likeOthers = process.getuid?.() === 0 ? ['setpriv', '--inh-caps=-all', '--bounding-set=-all'] : [];
const call = (...args: readonly string[]): Promise<Ended> =>
  startGatebook(args, project.env, project.folder, likeOthers).ended;

const said = [
  ['.', 'GB3005', /^\.:1:1 error GB3005 \/\S+ is a folder$/m],
  ['bare', 'GB3005', /^bare:1:1 error GB3005 \/\S+ is a folder$/m],
  ['empty.yaml', 'GB1001', /^empty\.yaml:1:1 error GB1001 the file is empty$/m],
  ['none.yaml', 'GB3001', /^none\.yaml:1:1 error GB3001 none\.yaml doesn't exist$/m],
  ['quick.yaml/x', 'GB3001', /^quick\.yaml\/x:1:1 error GB3001 quick\.yaml\/x doesn't exist$/m],
  ['fifo.yaml', 'GB3005', /^fifo\.yaml:1:1 error GB3005 fifo\.yaml is not a regular file$/m],
  ['unread/quick.yaml', 'GB3006', /GB3006 unread\/quick\.yaml can't be read$/m],
  ['unsearched/quick.yaml', 'GB3006', /GB3006 unsearched\/quick\.yaml can't be read: EACCES/],
] as const;

describe.each([
  ['run', 'nothing was executed'],
  ['review', 'there is nothing to review'],
  ['request --as ana --key none -o request.json', 'nothing was signed'],
] as const)('%s of what is no runbook', (command, result) => {
  test.each(said)('%j: place, reason and next step', async (path, _, place) => {
    const { code, stderr } = await call(...command.split(' '), path);
    expect(code).toBe(3);
    expect(stderr).toMatch(place);
    const [verb = ''] = command.split(' ');
    expect(stderr.trimEnd().split('\n').slice(-2)).toEqual([
      `gatebook: ${path} can't be used; ${result}`,
      `next     put it right, then ${verb} again`,
    ]);
  });
});

describe('validate', () => {
  test.each(said.filter(([path]) => path !== '.' && path !== 'bare'))('%j', async (path, _, place) => {
    const { code, stdout, stderr } = await call('validate', path);
    expect({ code, stderr }).toEqual({ code: 3, stderr: '1 error\nnext     mend it, then validate again\n' });
    expect(stdout).toMatch(place);
  });
  test('a folder without a runbook says so, beside the files that have none', async () => {
    const { code, stdout } = await call('validate', 'bare', 'quick.yaml', '--format', 'json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      files: ['quick.yaml'],
      diagnostics: [{ code: 'GB3001', file: 'bare', message: 'no YAML file is in it' }],
    });
  });
  test('a folder that may not be read is a finding, and hides no other', async () => {
    const { code, stdout } = await call('validate', '.');
    expect(code).toBe(3);
    expect(stdout).toMatch(/^unsearched:1:1 error GB3006 the folder can't be read: EACCES/m);
    expect(stdout).toMatch(/^empty\.yaml:1:1 error GB1001/m);
  });
});

describe('a FIFO is refused, not waited for, in the place of', () => {
  test('the key that seals', async () => {
    const env = { ...project.env, GATEBOOK_SEALING_KEY: join(project.folder, 'fifo.yaml') };
    const { code, stderr } = await startGatebook(['run', 'quick.yaml'], env, project.folder).ended;
    expect(code).toBe(4);
    expect(stderr).toMatch(/fifo\.yaml can't be read \[SEALING_KEY\]\nnext {5}check GATEBOOK_SEALING_KEY/);
  });
  test('and an empty name of it is no bundle without a signature', async () => {
    const env = { ...project.env, GATEBOOK_SEALING_KEY: '' };
    const { code, stderr } = await startGatebook(['run', 'quick.yaml'], env, project.folder).ended;
    expect(code).toBe(4);
    expect(stderr).toMatch(/GATEBOOK_SEALING_KEY is set but empty \[SEALING_KEY\]/);
  });
  test('the signers of a bundle', async () => {
    const { code, stderr } = await call('verify', 'bare', '--allowed-signers', 'fifo.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('It can’t be read.');
  });
});

describe.each(['report', 'verify', 'annotate --note n --unsigned'])('%s of what is no bundle', (command) => {
  test.each([
    ['none', /none(\/journal\.jsonl)? does not exist/],
    ['bare', /bare\/journal\.jsonl does not exist|bare is no bundle: it has none of journal\.jsonl/],
    ['quick.yaml', /quick\.yaml\S* is not there: what should be a folder is a file/],
    ['fifo.yaml', /fifo\.yaml\S* is not there: what should be a folder is a file/],
  ])('%s: nothing is said to have been changed', async (path, words) => {
    const { code, stdout, stderr } = await call(...command.split(' '), path);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/\[BUNDLE_MISSING\]\nnext {5}gatebook runs .*\n$/);
  });
});
