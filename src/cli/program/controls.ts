import type { Command } from 'commander';
import type { DisableOptions } from '../controls/disable.js';
import type { EnableOptions } from '../controls/enable.js';
import type { StatusOptions } from '../controls/status.js';
import type { VoidOptions } from '../controls/void.js';
import type { Done } from './index.js';
import { stateOption } from './options.js';

/** The disable levels: what stops runs, and what lets them begin again. */
export function addControls(gatebook: Command, done: Done): void {
  const state = stateOption();
  gatebook
    .command('disable')
    .description('level 0: from now on every run is refused, and one that is going on stops')
    .requiredOption('--reason <text>', 'why; who comes after you reads it')
    .option('--rehearsals', 'refuse rehearsals only', false)
    .addOption(state)
    .action(async (options: DisableOptions) => {
      const { disableCommand } = await import('../controls/disable.js');
      done(await disableCommand(options));
    });
  gatebook
    .command('enable')
    .description('release the kill switch; one that a failed change engaged takes a signed statement')
    .option('--statement <file>', 'a signed statement of the slot that it escalates to; FILE.sig beside it')
    .option('--as <who>', "your name in the approvers' file")
    .option('--key <file>', 'your private SSH key')
    .option('-o, --output <file>', 'write the signed statement, release nothing')
    .option('--reason <text>', 'what was decided about the change')
    .addOption(state)
    .action(async (options: EnableOptions) => {
      const { enableCommand } = await import('../controls/enable.js');
      done(await enableCommand(options));
    });
  gatebook
    .command('void <run>')
    .description('level 2: give back the target that a failed change keeps; the evidence stays')
    .requiredOption('--reason <text>', 'why; it stands beside the run from then on')
    .option('--as <who>', 'your name, under the note in the bundle')
    .option('--key <file>', 'your private SSH key, which signs that note')
    .addOption(state)
    .action(async (run: string, options: VoidOptions) => {
      const { voidCommand } = await import('../controls/void.js');
      done(await voidCommand(run, options));
    });
  gatebook
    .command('status')
    .description('the disable levels: which could be used now, which are engaged')
    .option('--json', 'one JSON document on stdout', false)
    .addOption(state)
    .action(async (options: StatusOptions) => {
      const { statusCommand } = await import('../controls/status.js');
      done(await statusCommand(options));
    });
}
