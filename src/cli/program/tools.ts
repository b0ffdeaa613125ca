import type { Command } from 'commander';
import { Argument } from 'commander';
import type { Shell } from '../completion/index.js';
import { say } from '../io.js';
import { print } from '../output.js';
import type { Done } from './index.js';

const shells = ['bash', 'zsh', 'fish'];
const schemas = ['runbook', 'gates', 'settings', 'report', 'review', 'annotation'];

/** What helps a person: explanations, schemas, a first project, the state of the machine. */
export function addTools(gatebook: Command, done: Done): void {
  gatebook
    .command('explain [code]')
    .description(
      'what a code means, with a wrong and a right example; without one the list, for a beginning (GB21) a part of it',
    )
    .action(async (code: string | undefined) => {
      const { explainCommand } = await import('../tools/explain.js');
      done(await explainCommand(code));
    });
  gatebook
    .command('schema')
    .description(`print a JSON schema: ${schemas.join(', ')}`)
    .addArgument(new Argument('<name>').choices(schemas))
    .action(async (name: string) => {
      const { schemaCommand } = await import('../schema.js');
      done(await schemaCommand(name));
    });
  gatebook
    .command('init [dir]')
    .description('begin a project: settings and a first runbook that runs')
    .action(async (dir: string | undefined) => {
      const { init } = await import('../tools/init.js');
      done(await print(await init(dir ?? '.')));
    });
  gatebook
    .command('completion')
    .description(`print the completion script of a shell: ${shells.join(', ')}`)
    .addArgument(new Argument('<shell>').choices(shells))
    .action(async (shell: Shell) => {
      const { completion } = await import('../completion/index.js');
      await say(process.stdout, completion(shell, gatebook));
    });
  gatebook
    .command('doctor')
    .description('what is there, what is missing, and the command that brings it')
    .option('--json', 'one JSON document on stdout', false)
    .action(async (options: { readonly json: boolean }) => {
      const { doctor } = await import('../tools/doctor.js');
      const { output, exitCode } = await doctor(options);
      await say(process.stdout, output);
      done(exitCode);
    });
}
