import type { CompletedCommand } from './describe.js';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** For `gatebook completion fish | source`. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, description, options }) => [
    `complete -c gatebook -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
    ...options.map((option) => {
      const values = option.choices.length > 0 ? ` -x -a ${quoted(option.choices.join(' '))}` : '';
      const seen = `'__fish_seen_subcommand_from ${name}'`;
      return `complete -c gatebook -n ${seen} -l ${option.name.slice(2)} -d ${quoted(option.description)}${values}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}
