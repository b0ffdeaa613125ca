import type { Command } from 'commander';
import { Option } from 'commander';
import { print } from '../output.js';
import type { ReviewOptions } from '../reading/review.js';
import type { ValidateOptions } from '../reading/validate.js';
import type { Done } from './index.js';
import { collect } from './options.js';

/** The commands that only read runbooks. */
export function addReading(gatebook: Command, done: Done): void {
  gatebook
    .command('validate <path...>')
    .description('find every mistake that can be found without running anything')
    .addOption(
      new Option('--format <format>', 'how findings are written')
        .choices(['text', 'json', 'sarif', 'github', 'gitlab'])
        .default('text'),
    )
    .option(
      '--fix',
      'mend what is safe: pins of files as they are, integers that need quotes, braces of conditions',
    )
    .action(async (paths: string[], options: ValidateOptions) => {
      const { validateCommand } = await import('../reading/validate.js');
      done(await validateCommand(paths, options));
    });
  gatebook
    .command('review <runbook>')
    .description('what a runbook would do and what changed in meaning; nothing is executed or touched')
    .option('--param <k=v>', 'set a param; may be repeated', collect, [])
    .option('--against <ref|file>', 'compare with the runbook at a git ref, or with another file')
    .addOption(
      new Option('--fail-on <weight>', 'exit 1 where a change weakens something').choices(['weakens']),
    )
    .addOption(
      new Option('--format <format>', 'how the review is written')
        .choices(['md', 'json', 'html'])
        .default('md'),
    )
    .action(async (runbook: string, options: ReviewOptions) => {
      const { reviewCommand } = await import('../reading/review.js');
      done(await print(await reviewCommand(runbook, options)));
    });
}
