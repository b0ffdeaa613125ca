import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { operatorName } from '../../adapters/host.js';
import { readText } from '../../adapters/read-text.js';
import type { AnnotateOptions } from '../evidence/annotate.js';
import type { ReportOptions, VerifyCommandOptions } from '../evidence/evidence.js';
import { print } from '../output.js';
import type { Done } from './index.js';

/** More than any list of keys has. */
const maxFileBytes = 1024 * 1024;

/** A file of a few lines, named on the command line. */
function textOf(path: string): string {
  const text = readText(path, maxFileBytes);
  if (text === null) throw new InvalidArgumentError('It can’t be read.');
  return text;
}

/** As `verify` prints it, or as `sha256sum` does: one that is cut off must not look like a changed bundle. */
function digest(text: string): string {
  const hex = text.replace(/^sha256:/, '');
  if (/^[0-9a-f]{64}$/i.test(hex)) return hex;
  throw new InvalidArgumentError('A sha256 has 64 hex digits.');
}

function revision(text: string): number {
  if (/^[1-9][0-9]{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A revision is a number from 1 on.');
}

/** The commands about what a run left. */
export function addEvidence(gatebook: Command, done: Done): void {
  addReport(gatebook, done);
  gatebook
    .command('verify <bundle>')
    .description('find every byte that is not what was sealed')
    .option('--require-signature', 'an unsigned bundle fails', false)
    .option('--expect-head <sha256>', 'the journal head that was kept elsewhere', digest)
    .option('--expect-annotation <sha256>', 'the digest of an annotation that was kept elsewhere', digest)
    .option(
      '--allowed-signers <file>',
      'OpenSSH allowed_signers: whose seals and annotations are accepted',
      textOf,
    )
    .option('--json', 'one JSON document on stdout', false)
    .action(async (bundle: string, options: VerifyCommandOptions) => {
      const { verifyCommand } = await import('../evidence/evidence.js');
      done(await print(await verifyCommand(bundle, options)));
    });
  gatebook
    .command('annotate <bundle>')
    .description('add a signed note to a sealed bundle; nothing that is written is touched')
    .requiredOption('--note <text>', 'what there is to say')
    .option('--as <who>', 'in whose name', operatorName())
    .option('--key <file>', 'SSH private key that signs it')
    .option('--unsigned', 'sign nothing, and say so', false)
    .action(async (bundle: string, options: AnnotateOptions) => {
      const { annotateCommand } = await import('../evidence/annotate.js');
      done(await print(await annotateCommand(bundle, options)));
    });
}

function addReport(gatebook: Command, done: Done): void {
  gatebook
    .command('report [bundle]')
    .description('make a report anew from its journal')
    .addOption(
      new Option('--check', 'compare with what is written, and write nothing')
        .default(false)
        .conflicts(['gate', 'format']),
    )
    .addOption(
      new Option('--format <format>', 'how the report is written')
        .choices(['md', 'json', 'html', 'junit'])
        .default('md'),
    )
    .addOption(new Option('--gate <id>', 'only this gate, in full').conflicts('format'))
    .option('--revision <n>', 'with the annotations up to this revision; 1 is what was sealed', revision)
    .addOption(
      new Option(
        '--index [dir]',
        'write README.md, the table of contents of all bundles in reports/',
      ).conflicts(['gate', 'format', 'revision']),
    )
    .action(
      async (bundle: string | undefined, options: ReportOptions & { readonly index?: string | true }) => {
        const { index, check = false } = options;
        if (index !== undefined) {
          const { contentsCommand } = await import('../evidence/contents.js');
          const folders = [bundle, index].filter((named) => typeof named === 'string');
          done(await print(await contentsCommand(folders, { check })));
          return;
        }
        const { reportCommand } = await import('../evidence/evidence.js');
        done(await print(await reportCommand(bundle, options)));
      },
    );
}
