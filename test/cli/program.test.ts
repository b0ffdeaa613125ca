import type { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { program } from '../../src/cli/program/index.js';

const { commands } = program(() => undefined);
const helpOf = (command: Command): string => command.helpInformation();

describe.each(commands.map((command) => [command.name(), command] as const))(
  'the help of %s',
  (_, command) => {
    test('describes itself and each option, and says no default that goes without saying', () => {
      expect(command.description()).not.toBe('');
      for (const { flags, description } of command.options) expect(description, flags).not.toBe('');
      expect(helpOf(command)).not.toMatch(/default:\s+(false|\[\])/);
    });
  },
);

test('a default that a person might not guess is shown', () => {
  const run = commands.find((command) => command.name() === 'run');
  expect(run && helpOf(run)).toMatch(/default:\s+"reports"/);
});

describe('wrong usage', () => {
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each([
    ['run', "gatebook: missing required argument 'runbook'\nnext     gatebook run --help\n"],
    ['rnu', "gatebook: unknown command 'rnu'\n(Did you mean run?)\nnext     gatebook --help\n"],
    [
      'run a --parm b',
      "gatebook: unknown option '--parm'\n(Did you mean --param?)\nnext     gatebook run --help\n",
    ],
    ['void x', "gatebook: required option '--reason <text>' not specified\nnext     gatebook void --help\n"],
    [
      'report x --revision 0',
      "gatebook: option '--revision <n>' argument '0' is invalid. A revision is a number from 1 on.\nnext     gatebook report --help\n",
    ],
  ])('%s: what is wrong, and as the last line what to do', async (args, words) => {
    await expect(
      program(() => undefined).parseAsync(args.split(' '), { from: 'user' }),
    ).rejects.toMatchObject({ exitCode: 1 });
    expect(said.join('')).toBe(words);
  });
});
