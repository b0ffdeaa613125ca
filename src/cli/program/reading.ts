import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { CommandOutput, ReportOptions, VerifyCommandOptions } from '../evidence.js';
import { say } from '../io.js';
import type { ValidateOptions } from '../validate.js';
import type { Done } from './index.js';

/** A file of a few lines, named on the command line. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new InvalidArgumentError(`${path} can't be read`);
  }
}

async function print({ stdout, stderr, exitCode }: CommandOutput): Promise<number> {
  await say(process.stdout, stdout);
  await say(process.stderr, stderr);
  return exitCode;
}

/** The commands that only read: runbooks and evidence. */
export function addReading(gatebook: Command, done: Done): void {
  gatebook
    .command('validate <path...>')
    .description('find every mistake that can be found without running anything')
    .addOption(new Option('--format <format>').choices(['text', 'json', 'sarif']).default('text'))
    .action(async (paths: string[], options: ValidateOptions) => {
      const { validateCommand } = await import('../validate.js');
      done(await validateCommand(paths, options));
    });
  gatebook
    .command('report <bundle>')
    .description('make a report anew from its journal')
    .option('--check', 'compare with the report in the bundle', false)
    .addOption(new Option('--format <format>').choices(['md', 'json', 'html', 'junit']).default('md'))
    .option('--gate <id>', 'only this gate, in full')
    .action(async (bundle: string, options: ReportOptions) => {
      const { reportCommand } = await import('../evidence.js');
      done(await print(await reportCommand(bundle, options)));
    });
  gatebook
    .command('verify <bundle>')
    .description('find every byte that is not what was sealed')
    .option('--require-signature', 'an unsigned bundle fails', false)
    .option('--expect-head <sha256>', 'the journal head that was kept elsewhere')
    .option('--allowed-signers <file>', 'OpenSSH allowed_signers: whose seal is accepted', readText)
    .option('--json', 'one JSON document on stdout', false)
    .action(async (bundle: string, options: VerifyCommandOptions) => {
      const { verifyCommand } = await import('../evidence.js');
      done(await print(await verifyCommand(bundle, options)));
    });
}
