import type { Command, Option } from 'commander';
import { Argument, Help } from 'commander';
import { visible } from '../../base/visible.js';
import { nearest } from '../../text/suggest.js';
import { say } from '../io.js';

/** How every command helps, and what it says of wrong usage. Called before there are commands, which inherit it. */
export function configureHelp(gatebook: Command): void {
  gatebook
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .configureHelp({ optionDescription: describe, commandUsage: usageOf })
    .configureOutput({
      writeOut: (text) => void say(process.stdout, text),
      outputError: (text, write) => write(inert(text).replace(/^error: /, 'gatebook: ')),
    });
}

/** `gatebook help COMMAND`: commander's own answers a command that there is none of with everything else. */
export function addHelp(gatebook: Command): void {
  const asked = new Argument('[command]');
  gatebook
    .command('help')
    .description('print the help of a command')
    .addArgument(asked)
    .action((name: string | undefined) => {
      const found = name === undefined ? gatebook : gatebook.commands.find((one) => one.name() === name);
      if (found !== undefined) found.help();
      const meant = nearest(name ?? '', asked.argChoices ?? []);
      gatebook.error(
        `error: unknown command '${name ?? ''}'${meant === undefined ? '' : `\n(Did you mean ${meant}?)`}`,
      );
    });
  // What completes the line; its own refusal would name them all.
  asked.argChoices = gatebook.commands.map((command) => command.name());
}

/** What was typed stands in it. The last lines are a suggestion and the next step. */
const inert = (text: string): string =>
  text
    .replace(
      /command-argument value ('.*?') is invalid for argument '(.*?)'\. Allowed choices are /s,
      '$1 is no $2: one of ',
    )
    .replace(
      /option '(.*?)' argument ('.*?') is invalid\. Allowed choices are /s,
      '$2 is nothing for $1: one of ',
    )
    .split('\n')
    .map(visible)
    .join('\n');

/** The last line of wrong usage says what to do next; each command names itself. */
export function nameNextSteps(gatebook: Command): void {
  gatebook.showHelpAfterError('next     gatebook --help');
  gatebook.addHelpText('after', ({ error }) => (error ? '\nnext     gatebook COMMAND --help' : ''));
  for (const command of gatebook.commands)
    command.showHelpAfterError(`next     gatebook ${command.name()} --help`);
}

/** That a flag is off and a list empty unless given goes without saying. */
function describe(option: Option): string {
  const preset: unknown = option.defaultValue;
  const plain = preset === false || Array.isArray(preset);
  const shown = plain ? (Object.create(option, { defaultValue: { value: undefined } }) as Option) : option;
  const words = new Help().optionDescription(shown);
  return option.mandatory ? `${words} (required)` : words;
}

/** `gatebook void --reason <text> [options] <run>`: what it can't do without stands in the first line. */
function usageOf(command: Command): string {
  const required = command.options
    .filter(({ mandatory }) => mandatory)
    .map(({ flags }) => flags.replace(/^-\w, /, ''));
  const usage = new Help().commandUsage(command).replace('[options]', [...required, '[options]'].join(' '));
  return folded(usage, 'Usage: '.length);
}

const widest = 80;

/** Over several lines where one is too narrow; an option and its value stay together. */
function folded(usage: string, indent: number): string {
  const lines = [''];
  for (const part of usage.split(/ (?!<)/)) {
    const last = lines.at(-1) ?? '';
    if (indent + last.length + 1 + part.length > widest) lines.push(part);
    else lines[lines.length - 1] = last === '' ? part : `${last} ${part}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
