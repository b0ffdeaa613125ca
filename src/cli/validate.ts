import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { projectSources } from '../adapters/sources.js';
import { validate } from '../rules/validate.js';
import { renderJson } from '../text/render/json.js';
import { renderDiagnostics } from '../text/render/text.js';
import { say } from './io.js';
import { version } from './version.js';

export interface ValidateOptions {
  readonly format: 'text' | 'json' | 'sarif';
}

/** `gatebook validate`: findings on stdout; 0 without an error, else 3. */
export async function validateCommand(paths: readonly string[], options: ValidateOptions): Promise<number> {
  const { diagnostics, sources, files } = await validate(
    projectSources(process.cwd()),
    await runbooksIn(paths),
  );
  const errors = diagnostics.filter((d) => d.severity === 'error').length;
  if (options.format === 'json') await say(process.stdout, renderJson(diagnostics, files));
  else if (options.format === 'sarif') {
    const { renderSarif } = await import('../text/render/sarif.js');
    await say(process.stdout, renderSarif(diagnostics, version));
  } else await say(process.stdout, renderDiagnostics(diagnostics, sources));
  const warnings = diagnostics.length - errors;
  const counted = [count(errors, 'error'), count(warnings, 'warning')]
    .filter((words) => words !== '')
    .join(', ');
  const next = errors > 0 ? `\nnext     mend ${errors === 1 ? 'it' : 'them'}, then validate again` : '';
  await say(process.stderr, `${counted === '' ? `${count(files.length, 'file')} valid` : counted}${next}\n`);
  return errors > 0 ? 3 : 0;
}

/** A folder stands for every YAML file in it and below, in order; one without any is named itself. */
async function runbooksIn(paths: readonly string[]): Promise<readonly string[]> {
  const all: string[] = [];
  for (const path of paths) {
    const folder = await stat(path).then(
      (facts) => facts.isDirectory(),
      () => false,
    );
    const names = folder ? await readdir(path, { recursive: true }) : [];
    const found = names.filter((name) => /\.ya?ml$/.test(name)).sort();
    all.push(...(found.length === 0 ? [path] : found.map((name) => join(path, name))));
  }
  return all;
}

const count = (n: number, what: string): string => (n === 0 ? '' : `${n} ${what}${n === 1 ? '' : 's'}`);
