import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../src/report/index.js';

export const projectRoot = join(import.meta.dirname, '../..');
const cli = join(projectRoot, 'dist/cli.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}
export interface Started {
  readonly pid: number;
  /** All of stdout and stderr so far. */
  readonly output: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

/** Starts the built program with nothing in its environment but `PATH`, an empty home and what is given. */
export function startGatebook(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = projectRoot,
  /** A program that starts another one: `setpriv`. */
  through: readonly string[] = [],
): Started {
  const [program = '', ...argv] = [...through, process.execPath, cli, ...args];
  const child = spawn(program, argv, {
    cwd,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['GATEBOOK_TEST_HOME'] ?? '/nonexistent',
      NO_COLOR: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return {
    pid: child.pid ?? 0,
    output: () => stdout + stderr,
    kill: (signal) => void child.kill(signal),
    ended: new Promise((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
    }),
  };
}

export interface Folders {
  readonly root: string;
  readonly state: string;
  readonly reports: string;
  readonly close: () => Promise<void>;
}
export async function openFolders(): Promise<Folders> {
  const root = await mkdtemp(join(tmpdir(), 'gbe-'));
  const close = () => rm(root, { recursive: true, force: true });
  return { root, state: join(root, 'state'), reports: join(root, 'reports'), close };
}

export const options = ({ state, reports }: Folders): readonly string[] => [
  '--state',
  state,
  '--reports',
  reports,
];

/** The newest bundle of a runbook, its report as data. */
export async function lastBundle({ reports }: Folders, runbook: string) {
  // Ids tell the second; two runs of one second are told apart by when they began.
  const runs = await Promise.all(
    (await readdir(join(reports, runbook))).map(async (id) => {
      const path = join(reports, runbook, id);
      const report = JSON.parse(await readFile(join(path, 'report.json'), 'utf8')) as Report;
      return { id, path, report, madeAtMs: (await stat(join(path, 'plan.json'))).birthtimeMs };
    }),
  );
  const [last] = runs.sort((a, b) => b.madeAtMs - a.madeAtMs);
  if (last === undefined) throw new Error(`no bundle of ${runbook}`);
  const { id, path, report } = last;
  return { id, path, report, markdown: await readFile(join(path, 'report.md'), 'utf8') };
}

/** Every regular file below a folder, by its path. */
export async function filesBelow(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path, await readFile(path));
  }
  return files;
}

/** What every process of the machine was started with, sampled until `stop`. */
export function watchArguments(): {
  /** Waits until a process has it among its arguments. */
  readonly until: (text: string) => Promise<void>;
  readonly stop: () => Promise<ReadonlySet<string>>;
} {
  const seen = new Set<string>();
  let going = true;
  const sample = async (): Promise<void> => {
    while (going) {
      const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
      const lines = await Promise.all(
        pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
      );
      for (const line of lines) seen.add(line.replaceAll('\0', ' '));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const sampling = sample();
  return {
    until: async (text) => {
      while (![...seen].some((line) => line.includes(text)))
        await new Promise((resolve) => setTimeout(resolve, 5));
    },
    stop: async () => {
      going = false;
      await sampling;
      return seen;
    },
  };
}
