import type { Command } from 'commander';

/** What a shell needs to complete the words after `gatebook`. */
export interface Word {
  readonly name: string;
  readonly description: string;
}
export interface CompletedOption extends Word {
  /** Values that may follow; empty: anything, or nothing. */
  readonly choices: readonly string[];
}
export interface CompletedCommand extends Word {
  readonly options: readonly CompletedOption[];
  /** Words that may follow; empty: a file, or whatever a person thinks of. */
  readonly choices: readonly string[];
}

/** The command line as commander has it: completions can't know other options than the program does. */
export function describe(program: Command): readonly CompletedCommand[] {
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    options: command.options.flatMap(({ long, description, argChoices }) =>
      long === undefined ? [] : [{ name: long, description, choices: argChoices ?? [] }],
    ),
  }));
}
