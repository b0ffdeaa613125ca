import { projectSources } from '../adapters/sources.js';
import { validate } from '../rules/validate.js';
import { renderJson } from '../text/render/json.js';
import { renderDiagnostics } from '../text/render/text.js';
import { say } from './io.js';
import { version } from './version.js';

/** `gatebook validate`: findings on stdout; 0 without an error, else 3. */
export async function validateCommand(
  paths: readonly string[],
  options: { readonly format: 'text' | 'json' | 'sarif' },
): Promise<number> {
  const { diagnostics, sources, files } = await validate(projectSources(process.cwd()), paths);
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

const count = (n: number, what: string): string => (n === 0 ? '' : `${n} ${what}${n === 1 ? '' : 's'}`);
