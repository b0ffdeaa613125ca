import { readFileSync } from 'node:fs';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Shell } from './cli/completion/index.js';
import type { CommandOutput } from './cli/evidence.js';
import { ignoreClosedPipes, say } from './cli/io.js';
import { version } from './cli/version.js';

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** A file of a few lines, named on the command line. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new InvalidArgumentError(`${path} can't be read`);
  }
}

async function print(output: Promise<CommandOutput>): Promise<number> {
  const { stdout, stderr, exitCode } = await output;
  await say(process.stdout, stdout);
  await say(process.stderr, stderr);
  return exitCode;
}

/** Each command is loaded when it is called: `validate` never pays for what only a run needs. */
function program(done: (exitCode: number) => void): Command {
  const gatebook = new Command('gatebook')
    .description(
      'Gates and checklists for risky operations: what is reviewed is what runs, and the run is the evidence.',
    )
    .version(version)
    .showHelpAfterError('(gatebook --help lists the commands)')
    .exitOverride();
  const state = new Option('--state <dir>', 'where runs, claims and artifacts are kept')
    .env('GATEBOOK_STATE')
    .default('.gatebook');
  const reports = new Option('--reports <dir>', 'where the evidence goes').default('reports');

  gatebook
    .command('run <runbook>')
    .description('carry a runbook out, and report it')
    .option('--param <k=v>', 'set a param; may be repeated', collect, [])
    .option('--dry-run', 'evaluate what can be looked at; no action runs', false)
    .option('--embedded', 'rehearse on a throwaway stand-in of production', false)
    .option('--run-id <id>', 'an id of your own; it is used up')
    .option('--json', 'print report.json on stdout', false)
    .addOption(state)
    .addOption(reports)
    .action(async (runbook: string, options) =>
      done(await (await import('./cli/run-command.js')).runCommand(runbook, options)),
    );
  gatebook
    .command('validate <path...>')
    .description('find every mistake that can be found without running anything')
    .addOption(new Option('--format <format>').choices(['text', 'json', 'sarif']).default('text'))
    .action(async (paths: string[], options) =>
      done(await (await import('./cli/validate.js')).validateCommand(paths, options)),
    );
  gatebook
    .command('report <bundle>')
    .description('make a report anew from its journal')
    .option('--check', 'compare with the report in the bundle', false)
    .addOption(new Option('--format <format>').choices(['md', 'json', 'html', 'junit']).default('md'))
    .option('--gate <id>', 'only this gate, in full')
    .action(async (bundle: string, options) => {
      done(await print((await import('./cli/evidence.js')).reportCommand(bundle, options)));
    });
  gatebook
    .command('verify <bundle>')
    .description('find every byte that is not what was sealed')
    .option('--require-signature', 'an unsigned bundle fails', false)
    .option('--expect-head <sha256>', 'the journal head that was kept elsewhere')
    .option('--allowed-signers <file>', 'OpenSSH allowed_signers: whose seal is accepted', readText)
    .option('--json', 'one JSON document on stdout', false)
    .action(async (bundle: string, options) => {
      done(await print((await import('./cli/evidence.js')).verifyCommand(bundle, options)));
    });
  gatebook
    .command('runs')
    .description('list the runs of this state folder, unfinished ones too')
    .option('--json', 'an array on stdout', false)
    .addOption(state)
    .action(async (options) => done(await (await import('./cli/runs.js')).runsCommand(options)));
  gatebook
    .command('teardown <run>')
    .description('finish a run that died: destroy and prove gone what it left')
    .option('--json', 'print report.json on stdout', false)
    .addOption(state)
    .action(async (run: string, options) =>
      done(await (await import('./cli/teardown.js')).teardownCommand(run, options)),
    );
  gatebook
    .command('explain <code>')
    .description('what a code means, with a wrong and a right example')
    .action(async (code: string) => done(await (await import('./cli/explain.js')).explainCommand(code)));
  gatebook
    .command('schema <name>')
    .description('print a JSON schema: runbook, gates, settings, report')
    .action(async (name: string) => done(await (await import('./cli/schema.js')).schemaCommand(name)));
  gatebook
    .command('init [dir]')
    .description('begin a project: settings and a first runbook that runs')
    .action(async (dir: string | undefined) => {
      const { output, exitCode } = await (await import('./cli/init.js')).init(dir ?? '.');
      await say(process.stdout, output);
      done(exitCode);
    });
  gatebook
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: Shell) =>
      say(process.stdout, (await import('./cli/completion/index.js')).completion(shell, gatebook)),
    );
  gatebook
    .command('doctor')
    .description('what is there, what is missing, and the command that brings it')
    .option('--json', 'one JSON document on stdout', false)
    .action(async (options: { json: boolean }) => {
      const { output, exitCode } = await (await import('./cli/doctor.js')).doctor(options);
      process.stdout.write(output);
      done(exitCode);
    });
  return gatebook;
}

async function main(): Promise<number> {
  ignoreClosedPipes();
  let exitCode = 0;
  try {
    await program((code) => (exitCode = code)).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      `gatebook: internal error, nothing more is done: ${message}\nnext     please report this, with the command line\n`,
    );
    return 4;
  }
  return exitCode;
}

// A server that could not be ended must not keep the process; what was said is out by now.
void main().then((exitCode) => process.exit(exitCode));
