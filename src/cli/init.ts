import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { firstRunbook, ignored, settings } from './init-files.js';

const files: readonly (readonly [path: string, text: string])[] = [
  ['gatebook.yaml', settings],
  ['runbooks/first.yaml', firstRunbook],
  ['.gitignore', ignored],
];

/** `gatebook init [DIR]`: the smallest project that runs. What exists already is left as it is, and said. */
export async function init(folder: string): Promise<{ readonly output: string; readonly exitCode: 0 | 4 }> {
  const lines: string[] = [];
  for (const [path, text] of files) {
    const failed = await writeNew(join(folder, path), text);
    if (failed !== null && failed !== 'EEXIST')
      return { output: `${lines.join('')}${path} can't be written: ${failed}\n`, exitCode: 4 };
    lines.push(failed === null ? `wrote  ${path}\n` : `kept   ${path} (it was there)\n`);
  }
  const runbook = join(relative('.', folder), 'runbooks/first.yaml');
  lines.push(`next   gatebook validate ${runbook} && gatebook run ${runbook}\n`);
  return { output: lines.join(''), exitCode: 0 };
}

/** Null, or the code of what was in the way. Never follows a symlink and never overwrites. */
async function writeNew(path: string, text: string): Promise<string | null> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
