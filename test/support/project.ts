import { execFileSync, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../src/report/index.js';
import { projectRoot, startGatebook } from './gatebook.js';
import type { Ended, Started } from './gatebook.js';

const cliPath = join(projectRoot, 'dist/cli.js');

/** A project of its own, with state, evidence and temporary files inside one folder that can be looked through. */
export interface Project {
  readonly root: string;
  readonly folder: string;
  readonly state: string;
  readonly reports: string;
  readonly temporary: string;
  readonly env: Readonly<Record<string, string>>;
  /** `gatebook run RUNBOOK …` without waiting for it. */
  readonly start: (runbook: string, ...more: readonly string[]) => Started;
  readonly run: (runbook: string, ...more: readonly string[]) => Promise<Ended>;
  /** `gatebook runs|teardown …` with this state folder. */
  readonly call: (...args: readonly string[]) => Promise<Ended>;
  readonly verify: (bundle: string) => Promise<Ended>;
  readonly runs: () => Promise<readonly Listed[]>;
  readonly report: (run: Listed) => Promise<Report>;
  /** Processes that know this project's folder, by their command line or environment. */
  readonly processes: () => Promise<readonly string[]>;
  /** Files and folders that a run leaves outside evidence and state. */
  readonly leftovers: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}
export interface Listed {
  readonly id: string;
  readonly runbook: string;
  readonly state: string;
  readonly verdict: string | null;
  readonly bundle: string;
}

export async function openProject(
  fixtures = join(projectRoot, 'test/fixtures/e2e'),
  extra: Readonly<Record<string, string>> = {},
): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'gbe-'));
  const folder = join(root, 'project');
  const temporary = join(root, 't');
  await cp(fixtures, folder, { recursive: true });
  await mkdir(temporary);
  // PostgreSQL's own user must get through.
  for (const path of [root, temporary]) await chmod(path, 0o711);
  const state = join(root, 'state');
  const reports = join(root, 'reports');
  const env = { TMPDIR: temporary, ...extra };
  const start: Project['start'] = (runbook, ...more) =>
    startGatebook(['run', runbook, '--state', state, '--reports', reports, ...more], env, folder);
  const call: Project['call'] = (...args) => startGatebook([...args, '--state', state], env, folder).ended;
  return {
    ...{ root, folder, state, reports, temporary, env, start, call },
    run: (runbook, ...more) => start(runbook, ...more).ended,
    verify: (bundle) => startGatebook(['verify', bundle], env, folder).ended,
    runs: async () => JSON.parse((await call('runs', '--json')).stdout) as Listed[],
    report: async ({ bundle }) => JSON.parse(await readFile(join(bundle, 'report.json'), 'utf8')) as Report,
    processes: () => processesThatKnow(root),
    leftovers: async () => {
      const artifacts = await readdir(join(state, 'artifacts'), { recursive: true }).catch(() => []);
      return [...(await readdir(temporary)), ...artifacts.filter((name) => name.includes('.'))];
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
}

async function processesThatKnow(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
    const command = await read('cmdline');
    if (`${command}${await read('environ')}`.includes(folder))
      found.push(`${pid} ${command.replaceAll('\0', ' ')}`);
  }
  return found;
}

/** Waits until it holds; a state that never comes fails the test by its name. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  ms = 30_000,
): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it never came to that: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** Whether this text stands in the journal of some run of the project. */
export async function journalSays({ reports }: Project, text: string): Promise<boolean> {
  const names = await readdir(reports, { recursive: true }).catch(() => []);
  for (const name of names.filter((n) => n.endsWith('journal.jsonl')))
    if ((await readFile(join(reports, name), 'utf8').catch(() => '')).includes(text)) return true;
  return false;
}

/** Until the run is in the midst of the second action of its command: in `slow.yaml` that sleeps. */
export const asleep = (project: Project): Promise<void> =>
  until('it sleeps', () => journalSays(project, '"index":1'));

/** Closes a project of which nothing may be left: no process, no file outside evidence and state. */
export async function closeEmpty(project: Project, ms = 5000): Promise<void> {
  await until('no process is left', async () => (await project.processes()).length === 0, ms);
  const left = await project.leftovers();
  if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
  await project.close();
}

/** A file system of this size in memory, and for so many names, its own included; needs root. */
export async function mountSmall(folder: string, bytes: number, names = 0): Promise<() => void> {
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const options = `size=${bytes},nr_inodes=${names},mode=0711`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'gatebook-test', folder]);
  return () => void execFileSync('umount', [folder]);
}

/** The program through a shell, for what only a shell does with descriptors. */
export function inShell(script: string, project: Project): Promise<number | null> {
  const child = spawn('sh', ['-c', script, 'sh', process.execPath, cliPath, project.state, project.reports], {
    cwd: project.folder,
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...project.env },
    stdio: 'ignore',
  });
  return new Promise((resolve) => child.on('close', (code) => resolve(code)));
}
