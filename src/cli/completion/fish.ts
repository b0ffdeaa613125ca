import type { CompletedCommand } from './describe.js';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const seen = (name: string): string => `'__fish_seen_subcommand_from ${name}'`;

/** For `gatebook completion fish | source`. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, description, options, choices }) => [
    `complete -c gatebook -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
    ...(choices.length > 0
      ? [`complete -c gatebook -n ${seen(name)} -f -a ${quoted(choices.join(' '))}`]
      : []),
    ...options.map((option) => {
      const values = option.choices.length > 0 ? ` -x -a ${quoted(option.choices.join(' '))}` : '';
      return `complete -c gatebook -n ${seen(name)} -l ${option.name.slice(2)} -d ${quoted(option.description)}${values}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}
