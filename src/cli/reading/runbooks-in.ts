import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../base/thrown.js';
import { startOf } from '../../document/read.js';
import type { Diagnostic } from '../../text/diagnostic.js';

/** The files that paths stand for. */
export interface Named {
  readonly all: readonly string[];
  readonly fromFolders: ReadonlySet<string>;
  /** Folders that can't be looked through, or hold nothing to validate. */
  readonly findings: readonly Diagnostic[];
}

/** A folder stands for every YAML file in it and below, in order. */
export async function runbooksIn(paths: readonly string[]): Promise<Named> {
  const all: string[] = [];
  const fromFolders = new Set<string>();
  const findings: Diagnostic[] = [];
  for (const path of paths) {
    if (!(await isFolder(path))) {
      all.push(path);
      continue;
    }
    const unread = findings.length;
    const found = (await yamlFilesIn(path, findings)).sort();
    if (found.length === 0 && findings.length === unread)
      findings.push(
        finding(path, 'GB3001', 'no YAML file is in it', "a runbook's name ends with .yaml or .yml"),
      );
    all.push(...found);
    for (const name of found) fromFolders.add(name);
  }
  return { all, fromFolders, findings };
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );

/** Links to folders are not followed, and a run's bundle holds copies, which nobody mends. */
async function yamlFilesIn(folder: string, findings: Diagnostic[], below = false): Promise<string[]> {
  const files: string[] = [];
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    if (below && entries.some(({ name }) => name === 'journal.jsonl')) return [];
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (/\.ya?ml$/.test(entry.name)) files.push(path);
      else if (entry.isDirectory()) files.push(...(await yamlFilesIn(path, findings, true)));
    }
  } catch (error) {
    const message = `the folder can't be read: ${messageOf(error)}`;
    findings.push(finding(folder, 'GB3006', message, `check who may read it: ls -ld ${folder}`));
  }
  return files;
}

const finding = (folder: string, code: string, message: string, fix: string): Diagnostic => ({
  code,
  severity: 'error',
  message,
  location: startOf(folder),
  fix,
});
