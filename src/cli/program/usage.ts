import type { Command } from 'commander';

/** An empty value is a variable of a script that isn't set. Taken as given, `--state ""` would be the folder one is in. */
export function refuseEmpty(gatebook: Command): void {
  gatebook.hook('preAction', (_, command) => {
    const index = command.args.findIndex(isEmpty);
    const argument = command.registeredArguments[index] ?? command.registeredArguments.at(-1);
    if (index >= 0) command.error(`error: argument '${argument?.name() ?? ''}' is empty`);
    for (const option of command.options) {
      const name = option.attributeName();
      if (!isEmpty(command.getOptionValue(name))) continue;
      const fromEnvironment = command.getOptionValueSource(name) === 'env';
      const given = fromEnvironment ? `variable ${String(option.envVar)}` : `option '${option.flags}'`;
      command.error(`error: ${given} is empty`);
    }
  });
}

const isEmpty = (value: unknown): boolean => (Array.isArray(value) ? value.some(isEmpty) : value === '');
