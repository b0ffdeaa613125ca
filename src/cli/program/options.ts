import { InvalidArgumentError, Option } from 'commander';
import { stateUnnamed } from '../shown.js';

/** `--state`, the same for every command that has it. */
export const stateOption = (): Option =>
  new Option('--state <dir>', 'where runs, claims and artifacts are kept')
    .env('GATEBOOK_STATE')
    .default(stateUnnamed);

/** For an option that may be given several times. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `--attest C-07=FILE`, which may be given once for each command. */
export function collectConfirmation(value: string, before: readonly string[]): readonly string[] {
  const command = /^([^=]+=)./.exec(value)?.[1];
  if (command === undefined) throw new InvalidArgumentError('It takes C-07=FILE.');
  if (before.some((one) => one.startsWith(command)))
    throw new InvalidArgumentError('One confirmation a command is enough.');
  return [...before, value];
}
