import type { Command } from 'commander';
import type { ApproveOptions } from '../authorizing/approve.js';
import type { AttestOptions } from '../authorizing/attest.js';
import type { RequestOptions } from '../authorizing/request.js';
import type { RevokeOptions } from '../authorizing/revoke.js';
import type { Done } from './index.js';
import { collect, collectConfirmation, stateOption } from './options.js';

/** Who may run what: asked for on the machine that runs, approved anywhere, taken back there. */
export function addAuthorizing(gatebook: Command, done: Done): void {
  const state = stateOption();
  gatebook
    .command('request <runbook>')
    .description('ask for approvals of exactly this run: plan and binding, as they are here and now')
    .requiredOption('--as <who>', "your name in the approvers' file")
    .requiredOption('--key <file>', 'your private SSH key')
    .requiredOption('-o, --output <file>', 'where the request goes; its signature beside it, as FILE.sig')
    .option('--param <k=v>', 'set a param; may be repeated', collect, [])
    .option(
      '--attest <command=file>',
      'what a person did already, signed; may be repeated',
      collectConfirmation,
      [],
    )
    .addOption(state)
    .action(async (runbook: string, options: RequestOptions) => {
      const { requestCommand } = await import('../authorizing/request.js');
      done(await requestCommand(runbook, options));
    });
  gatebook
    .command('approve <request>')
    .description('show what a request asks for, and sign it for one slot')
    .requiredOption('--slot <slot>', 'which of the slots that the runbook declares')
    .requiredOption('--as <who>', "your name in the approvers' file")
    .requiredOption('--key <file>', 'your private SSH key')
    .option('--valid <duration>', 'for how long; the longest that the runbook allows unless given')
    .requiredOption('-o, --output <file>', 'where the approval goes; its signature beside it, as FILE.sig')
    .action(async (request: string, options: ApproveOptions) => {
      const { approveCommand } = await import('../authorizing/approve.js');
      done(await approveCommand(request, options));
    });
  gatebook
    .command('attest <runbook> <command>')
    .description('say that you did what a manual action asks for; the run then asks nobody')
    .requiredOption('--as <who>', "your name in the approvers' file")
    .requiredOption('--key <file>', 'your private SSH key')
    .requiredOption('--text <text>', 'what you did')
    .requiredOption('-o, --output <file>', 'where it goes; its signature beside it, as FILE.sig')
    .option('--param <k=v>', 'set a param, as the run will; may be repeated', collect, [])
    .addOption(state)
    .action(async (runbook: string, command: string, options: AttestOptions) => {
      const { attestCommand } = await import('../authorizing/attest.js');
      done(await attestCommand(runbook, command, options));
    });
  gatebook
    .command('revoke <approval>')
    .description('take an approval back, also from a run that is under way')
    .requiredOption('--as <who>', "your name in the approvers' file")
    .requiredOption('--key <file>', 'your private SSH key')
    .option('--reason <text>', 'why')
    .addOption(state)
    .action(async (approval: string, options: RevokeOptions) => {
      const { revokeCommand } = await import('../authorizing/revoke.js');
      done(await revokeCommand(approval, options));
    });
}
