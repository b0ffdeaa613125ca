import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocksOf } from '../docs/support.js';
import { projectRoot } from '../support/gatebook.js';
import { expectShown } from '../support/shown.js';

const page = blocksOf('docs/first-change.md');
const block = (language: string, form = '') => {
  const found = page.find((one) => one.language === language && one.form === form);
  if (found === undefined) throw new Error(`the page has no block ${language} ${form}`);
  return found;
};
let folder: string;
const project = (path: string): string => join(folder, 'orders', path);
const runbook = 'runbooks/add-paid-at.yaml';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gb-change-'));
  // PostgreSQL's own user must get through.
  await chmod(folder, 0o711);
  await writeFile(
    join(folder, 'gatebook'),
    `#!/bin/sh\nexec '${process.execPath}' '${join(projectRoot, 'dist/cli.js')}' "$@"\n`,
    { mode: 0o755 },
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Both streams, as a terminal shows them. */
async function shell(script: string, cwd: string): Promise<string> {
  const env = {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    HOME: process.env['GATEBOOK_TEST_HOME'],
    NO_COLOR: '1',
  };
  const { stdout } = await promisify(execFile)('sh', ['-c', `exec 2>&1\nset -e\n${script}`], { cwd, env });
  return stdout;
}

test('the page of the first change: begun, rehearsed and reviewed as it says', async () => {
  expect(await shell(block('sh', 'begin').text, folder)).toContain('wrote  runbooks/first.yaml');
  await writeFile(project('seed.sql'), block('sql', 'seed').text);
  await writeFile(project(runbook), block('yaml').text);
  const [rehearse, review] = page.filter(({ form }) => form === 'rehearse');
  expectShown(block('text'), await shell(rehearse?.text ?? '', project('.')));
  expect(await shell(review?.text ?? '', project('.'))).toContain('Production is WRITTEN: prod');
});

test('and filled in parts', async () => {
  const whole = await readFile(project(runbook), 'utf8');
  const parts = whole
    .replace(/^ {2}C-03:[^]*/m, `${block('yml', 'parts').text}\n`)
    .replace("commands['C-03'].fill", "commands['C-03[P1]'].fill");
  await writeFile(project(runbook), parts);
  const printed = await shell(`gatebook run ${runbook}`, project('.'));
  expect(printed.match(/sql {2}UPDATE, 500 rows/g)).toHaveLength(2);
  expect(printed).toContain('PASS · teardown clean · exit 0');
});

test('a seed that names a role which nobody made is told with its line, and what to do', async () => {
  await writeFile(project('seed.sql'), 'CREATE TABLE t ();\nALTER TABLE t OWNER TO migrator;\n');
  const printed = await shell(`gatebook run ${runbook} || true`, project('.'));
  expect(printed).toContain('seed seed.sql: line 2: ERROR:  role "migrator" does not exist');
  expect(printed).toMatch(/^next {5}mend the seed: /m);
});
