import { Command } from 'commander';
import { version } from '../version.js';
import { addAuthorizing } from './authorizing.js';
import { addControls } from './controls.js';
import { addEvidence } from './evidence.js';
import { addHelp, configureHelp, nameNextSteps } from './help.js';
import { addReading } from './reading.js';
import { addRunning } from './running.js';
import { addTools } from './tools.js';
import { refuseEmpty } from './usage.js';

/** Takes the exit code of the command that was called; `record`: nothing but what was recorded decides it. */
export type Done = (exitCode: number, by?: 'command' | 'record') => void;

/** The command line. Each command is loaded when it is called: `validate` never pays for what only a run needs. */
export function program(done: Done): Command {
  const gatebook = new Command('gatebook')
    .description(
      'Gates and checklists for risky operations: what is reviewed is what runs, and the run is the evidence.',
    )
    .version(version, '-V, --version', 'print the version')
    .exitOverride();
  configureHelp(gatebook);
  addRunning(gatebook, done);
  addAuthorizing(gatebook, done);
  addControls(gatebook, done);
  addReading(gatebook, done);
  addEvidence(gatebook, done);
  addTools(gatebook, done);
  addHelp(gatebook);
  nameNextSteps(gatebook);
  refuseEmpty(gatebook);
  return gatebook;
}
