import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolders } from '../../adapters/make-folders.js';
import { firstRunbook, ignored, settings } from './init-files.js';
import type { Problem } from '../../text/problem.js';
import { failed, said } from '../output.js';
import type { CommandOutput } from '../output.js';
import { shown, word } from '../shown.js';

const files: readonly (readonly [path: string, text: string])[] = [
  ['gatebook.yaml', settings],
  ['runbooks/first.yaml', firstRunbook],
  ['.gitignore', ignored],
];

/** `gatebook init [DIR]`: the smallest project that runs. What exists already is left as it is, and said. */
export async function init(folder: string): Promise<CommandOutput> {
  const lines: string[] = [];
  for (const [path, text] of files) {
    const problem = await writeNew(join(folder, path), text);
    if (problem !== null && problem.code !== 'EEXIST')
      return { ...failed(cannotWrite(path, problem), 4), stdout: lines.join('') };
    lines.push(problem === null ? `wrote  ${path}\n` : `kept   ${path} (it was there)\n`);
  }
  // From inside: state and reports go to the working directory, and .gitignore is about this one.
  const inside = shown(folder);
  const enter = inside === '' ? '' : `cd ${word(inside)} && `;
  const runbook = 'runbooks/first.yaml';
  lines.push(`next   ${enter}gatebook validate ${runbook} && gatebook run ${runbook}\n`);
  return said(lines.join(''), '', 0);
}

const cannotWrite = (path: string, { message }: Error): Problem => ({
  code: 'OUTPUT_UNWRITABLE',
  message: `${path} can't be written: ${message}`,
  next: 'gatebook init DIR, with a folder that you can write',
});

/** Null, or what was in the way. Never follows a symlink and never overwrites. */
async function writeNew(path: string, text: string): Promise<NodeJS.ErrnoException | null> {
  try {
    makeFolders(dirname(path));
    await writeFile(path, text, { flag: 'wx' });
    return null;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
