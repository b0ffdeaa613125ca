import { Option } from 'commander';

/** `--state`, the same for every command that has it. */
export const stateOption = (): Option =>
  new Option('--state <dir>', 'where runs, claims and artifacts are kept')
    .env('GATEBOOK_STATE')
    .default('.gatebook');

/** For an option that may be given several times. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
