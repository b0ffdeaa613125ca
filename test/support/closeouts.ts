import { chmod, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Report } from '../../src/report/index.js';
import type { Ended } from './gatebook.js';
import { lastBundle, openFolders, options, projectRoot, startGatebook } from './gatebook.js';

export type Closeout = 'v0.3-closeout' | 'v0.4-closeout' | 'v0.4-dry-run';
export type Edit = (text: string) => string;
type Gate = Report['gates'][number];

/** A project of its own with the runbooks of this one, in a folder that is looked through when it is closed. */
export async function openCloseouts(environment: Readonly<Record<string, string>> = {}) {
  const folders = await openFolders();
  const project = join(folders.root, 'project');
  const temporary = join(folders.root, 't');
  await mkdir(temporary);
  // PostgreSQL's own user must get through.
  for (const path of [folders.root, temporary]) await chmod(path, 0o711);
  for (const path of ['gatebook.yaml', 'gates', 'runbooks'])
    await cp(join(projectRoot, path), join(project, path), { recursive: true });

  const edit = async (path: string, change: Edit): Promise<void> => {
    const before = await readFile(join(project, path), 'utf8');
    const after = change(before);
    expect(after, path).not.toBe(before);
    await writeFile(join(project, path), after);
  };
  const run = (id: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    startGatebook(
      ['run', `runbooks/${id}.yaml`, ...options(folders)],
      { TMPDIR: temporary, ...environment, ...env },
      project,
    ).ended;
  /** What a run came to, by gate and check. */
  const outcome = async (id: string) => {
    const { report, markdown, path } = await lastBundle(folders, id);
    const states = (...wanted: readonly string[]) =>
      report.gates.filter((g) => wanted.includes(g.state)).map((g) => g.id);
    return {
      ...{ report, markdown, path },
      gate: (wanted: string): Gate | undefined => report.gates.find((g) => g.id === wanted),
      skipped: states('skipped'),
      held: states('passed').length,
      notHeld: report.gates
        .filter((g) => !['passed', 'skipped'].includes(g.state))
        .map((g) => `${g.id} ${g.state}`),
      checks: report.checks.map((c) => `${c.number} ${c.result}`),
      verified: await startGatebook(['verify', path], {}, project).ended,
    };
  };
  const close = async (): Promise<void> => {
    expect(await readdir(temporary)).toEqual([]);
    await folders.close();
  };
  return { folders, project, edit, run, outcome, close };
}
export type Closeouts = Awaited<ReturnType<typeof openCloseouts>>;

/** Checks that only a container engine can make are skipped without one, and say so. */
export const allPass = (count: number, skipped?: number): string[] =>
  Array.from({ length: count }, (_, i) => `${i + 1} ${i + 1 === skipped ? 'SKIPPED' : 'PASS'}`);

export const numbered = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${letter}-${String(i + 1).padStart(2, '0')}`);

/** Ids without the letter of what was added, and without the key of a loop. */
export const withoutLetters = (ids: readonly string[]): string[] => [
  ...new Set(ids.map((id) => id.replace(/[a-z]?(\[.*)?$/, ''))),
];
