import type { Command } from 'commander';
import { Option } from 'commander';
import type { RunCommandOptions } from '../running/run-command.js';
import type { RunsOptions } from '../finishing/runs.js';
import type { TeardownOptions } from '../finishing/teardown.js';
import type { Done } from './index.js';
import { collect, collectConfirmation, stateOption } from './options.js';

/** The commands that carry something out, and the ones that go on with it. */
export function addRunning(gatebook: Command, done: Done): void {
  const state = stateOption();
  const reports = new Option('--reports <dir>', 'where the evidence goes').default('reports');
  gatebook
    .command('run <runbook>')
    .description('carry a runbook out, and report it')
    .option('--param <k=v>', 'set a param; may be repeated', collect, [])
    .option('--dry-run', 'evaluate what can be looked at; no action runs', false)
    .option('--embedded', 'rehearse on a throwaway stand-in of production', false)
    .option('--run-id <id>', 'an id of your own; it is used up')
    .option('--approval <file>', 'an approval, its signature beside it; may be repeated', collect, [])
    .option(
      '--attest <command=file>',
      'what a person did already, signed; may be repeated',
      collectConfirmation,
      [],
    )
    .option('--json', 'print report.json on stdout', false)
    .addOption(state)
    .addOption(reports)
    .action(async (runbook: string, options: RunCommandOptions) => {
      const { runCommand } = await import('../running/run-command.js');
      done(await runCommand(runbook, options), 'record');
    });
  gatebook
    .command('runs')
    .description('list the runs of this state folder, unfinished ones too')
    .option('--json', 'an array on stdout', false)
    .addOption(state)
    .action(async (options: RunsOptions) => {
      const { runsCommand } = await import('../finishing/runs.js');
      done(await runsCommand(options));
    });
  gatebook
    .command('teardown <run>')
    .description('finish a run that died: destroy and prove gone what it left')
    .option('--json', 'print report.json on stdout', false)
    .addOption(state)
    .action(async (run: string, options: TeardownOptions) => {
      const { teardownCommand } = await import('../finishing/teardown.js');
      done(await teardownCommand(run, options), 'record');
    });
}
