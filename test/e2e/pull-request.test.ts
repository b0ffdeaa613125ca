import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/report/index.js';
import { blocksOf } from '../docs/support.js';
import { startedIn } from '../support/authorized.js';
import { expectShown } from '../support/shown.js';
import { projectRoot } from '../support/gatebook.js';
import { openProject } from '../support/project.js';
import type { Listed, Project } from '../support/project.js';
import { startProduction } from '../support/production.js';
import type { Production } from '../support/production.js';
import { openWorld } from '../support/server.js';
import type { World } from '../support/server.js';

const page = blocksOf('docs/walk.md');
let world: World;
let production: Production;
let project: Project;
let env: Readonly<Record<string, string | undefined>>;

beforeAll(async () => {
  world = await openWorld();
  production = await startProduction(world, 'test/fixtures/walk/production.sql', 'shop');
  project = await openProject(join(projectRoot, 'test/fixtures/walk'));
  const programs = join(project.root, 'bin');
  await mkdir(programs);
  const launcher = `#!/bin/sh\nexec '${process.execPath}' '${join(projectRoot, 'dist/cli.js')}' "$@"\n`;
  await writeFile(join(programs, 'gatebook'), launcher);
  await chmod(join(programs, 'gatebook'), 0o755);
  const author = { GIT_AUTHOR_NAME: 't', GIT_AUTHOR_EMAIL: 't@example.org' };
  env = {
    ...{
      PATH: `${programs}:${process.env['PATH'] ?? ''}`,
      HOME: process.env['GATEBOOK_TEST_HOME'],
      NO_COLOR: '1',
    },
    ...{
      ...author,
      GIT_COMMITTER_NAME: 't',
      GIT_COMMITTER_EMAIL: 't@example.org',
      TMPDIR: project.temporary,
    },
    PROD_DATABASE_URL: production.url('the_reader'),
    PROD_SYSTEM_IDENTIFIER: production.server.systemIdentifier,
  };
});
afterAll(async () => {
  await project.close();
  await production.close();
  await world.close();
});

/** Both streams as a terminal shows them, and the exit code where it isn't 0. */
async function shell(script: string, input = ''): Promise<string> {
  const child = spawn('sh', ['-c', `exec 2>&1\n${script}`], { cwd: project.folder, env, stdio: 'pipe' });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  // A command that reads nothing may have ended before it is handed something.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0 ? printed : `${printed}exit ${code ?? 'by a signal'}\n`;
}

/** Takes the steps of docs/walk.md of this name: edits, commands, and what the page shows of their output. */
async function walk(step: string): Promise<readonly string[]> {
  const printed: string[] = [];
  for (const [index, block] of page.entries()) {
    if (block.form !== step) continue;
    const isEdit = block.language === 'diff';
    const output = await shell(isEdit ? 'git apply -' : block.text, isEdit ? `${block.text}\n` : '');
    const shown = page[index + 1];
    if (shown?.language === 'text') expectShown(shown, output);
    else expect(output).toBe('');
    printed.push(output);
  }
  return printed;
}

const fingerprint = (who: string): string =>
  execFileSync('ssh-keygen', ['-l', '-f', join(project.root, `${who}.pub`)], { encoding: 'utf8' }).split(
    ' ',
  )[1] ?? '';

const countSessions = async (): Promise<number> => {
  const counted = await production.admin.query(
    `SELECT sessions::int AS n FROM pg_stat_database WHERE datname = 'shop'`,
  );
  return counted.ok ? Number(counted.value.rows[0]?.['n']) : -1;
};

/** The newest run's report. */
async function lastReport(): Promise<Report> {
  const runs = JSON.parse(await shell('gatebook runs --json')) as readonly Listed[];
  return JSON.parse(await readFile(join(runs.at(-1)?.bundle ?? '', 'report.json'), 'utf8')) as Report;
}

/** Refused before anything was started, say the report, the journal, the database's sessions and the world. */
async function expectRefused(step: string, code: string, says: RegExp): Promise<void> {
  const before = await countSessions();
  await walk(step);
  const report = await lastReport();
  expect(report).toMatchObject({ verdict: 'REFUSED', exit_code: 6, cause: { code } });
  expect(report.cause?.message).toMatch(says);
  expect(await startedIn({ reports: join(project.folder, 'reports') }, report)).toEqual([]);
  expect(await countSessions()).toBe(before);
  expect(existsSync(join(project.folder, 'web'))).toBe(false);
}

test('the walk of the documentation: reviewed, mended, approved, run, and never run again', async () => {
  await walk('begin');
  const [, weakened = '', annotated = ''] = await walk('weaken');
  expect(weakened).toMatch(/\nexit 1\n$/);
  expect(weakened.indexOf('| **G-03**')).toBeGreaterThan(0);
  expect(weakened.indexOf('| **G-03**')).toBeLessThan(weakened.indexOf('title reworded'));
  expect(annotated).toMatch(/^::warning file=runbooks\/publish-prices\.yaml,line=36,.*GB2310/m);
  const [, mended = ''] = await walk('mend');
  expect(mended).toMatch(/^\*\*1 change in meaning, none weakens anything\*\*[^]*### Strengthens \(1\)/);
  await walk('approve');
  await expectRefused('swap', 'APPROVAL_OTHER_PLAN', /file scripts\/publish\.sh has changed/);

  await walk('run');
  const report = await lastReport();
  const approved = (slot: string, principal: string) => ({
    ...{ slot, principal, requester: 'rita', key: fingerprint(principal) },
  });
  expect(report).toMatchObject({
    ...{ verdict: 'PASS', exit_code: 0 },
    run: { mode: 'live', approvals: [approved('SG_1', 'alice'), approved('SG_2', 'bob')] },
  });
  expect(await readFile(join(project.folder, 'web/prices.json'), 'utf8')).toContain('"bread"');

  await rm(join(project.folder, 'web'), { recursive: true });
  await expectRefused('again', 'APPROVAL_USED', new RegExp(`was used by run ${report.run.id}`));
});
