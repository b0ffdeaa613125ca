import { projectSources } from '../../adapters/sources.js';
import { validate } from '../../rules/validate.js';
import type { Validation } from '../../rules/validate.js';
import { say } from '../io.js';
import { runbooksIn } from './runbooks-in.js';
import { version } from '../version.js';

export interface ValidateOptions {
  /** How findings are written; all but text are for programs. */
  readonly format: 'text' | 'json' | 'sarif' | 'github' | 'gitlab';
  /** Mends what is safe, before. */
  readonly fix?: boolean;
}

/** `gatebook validate`: findings on stdout; 0 without an error, else 3. */
export async function validateCommand(paths: readonly string[], options: ValidateOptions): Promise<number> {
  const { all, fromFolders, findings } = await runbooksIn(paths);
  const looked =
    options.fix === true
      ? await (await import('./fix.js')).validateFixed(all, fromFolders)
      : await validate(projectSources(process.cwd()), all, fromFolders);
  const found: Validation = { ...looked, diagnostics: [...findings, ...looked.diagnostics] };
  const { diagnostics, files } = found;
  await say(process.stdout, await render(found, options.format));
  const errors = diagnostics.filter((d) => d.severity === 'error').length;
  const warnings = diagnostics.filter((d) => d.severity === 'warning').length;
  const waived = diagnostics.length - errors - warnings;
  const counted = [count(errors, 'error'), count(warnings, 'warning'), count(waived, 'waived finding')]
    .filter((words) => words !== '')
    .join(', ');
  const next = errors > 0 ? `\nnext     mend ${errors === 1 ? 'it' : 'them'}, then validate again` : '';
  const valid = errors > 0 ? '' : `${count(files.length, 'file')} valid`;
  const told = [valid, counted].filter((words) => words !== '').join(': ');
  await say(process.stderr, `${told}${next}\n`);
  return errors > 0 ? 3 : 0;
}

async function render(
  { diagnostics, sources, files }: Validation,
  format: ValidateOptions['format'],
): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('../../text/render/text.js')).renderDiagnostics(diagnostics, sources);
    case 'json':
      return (await import('../../text/render/json.js')).renderJson(diagnostics, files);
    case 'github':
      return (await import('../../text/render/github.js')).renderGithub(diagnostics);
    case 'gitlab':
      return (await import('../../text/render/gitlab.js')).renderGitlab(diagnostics, sources);
    case 'sarif': {
      const { renderSarif } = await import('../../text/render/sarif.js');
      const { ruleTexts } = await import('./rule-texts.js');
      return renderSarif(diagnostics, sources, version, ruleTexts(diagnostics));
    }
  }
}

const count = (n: number, what: string): string => (n === 0 ? '' : `${n} ${what}${n === 1 ? '' : 's'}`);
