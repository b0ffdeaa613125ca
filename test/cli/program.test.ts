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

    test('says which options it needs, in its first line and beside them', () => {
      const [head = '', ...rest] = helpOf(command).split('\n\n');
      const usage = head.replaceAll(/\s+/g, ' ');
      const lines = rest.join('\n\n').split('\n');
      for (const line of head.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
      for (const { long, flags, mandatory } of command.options)
        expect(usage.includes(String(long)), flags).toBe(mandatory);
      const needed = command.options.filter(({ mandatory }) => mandatory);
      expect(lines.join('\n').split('(required)')).toHaveLength(needed.length + 1);
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
    vi.unstubAllEnvs();
  });

  test.each([
    ['run', "gatebook: missing required argument 'runbook'\nnext     gatebook run --help\n"],
    ['rnu', "gatebook: unknown command 'rnu'\n(Did you mean run?)\nnext     gatebook --help\n"],
    ['help rnu', "gatebook: unknown command 'rnu'\n(Did you mean run?)\nnext     gatebook --help\n"],
    [
      'run a --parm b',
      "gatebook: unknown option '--parm'\n(Did you mean --param?)\nnext     gatebook run --help\n",
    ],
    [
      'run a --x\u001b[2J\u202e',
      "gatebook: unknown option '--x‹U+001B›[2J‹U+202E›'\nnext     gatebook run --help\n",
    ],
    ['void x', "gatebook: required option '--reason <text>' not specified\nnext     gatebook void --help\n"],
    [
      'report x --revision 0',
      "gatebook: option '--revision <n>' argument '0' is invalid. A revision is a number from 1 on.\nnext     gatebook report --help\n",
    ],
    [
      'run a --attest C-07',
      "gatebook: option '--attest <command=file>' argument 'C-07' is invalid. It takes C-07=FILE.\nnext     gatebook run --help\n",
    ],
    [
      'run a --attest C-07=x --attest C-07=y',
      "gatebook: option '--attest <command=file>' argument 'C-07=y' is invalid. One confirmation a command is enough.\nnext     gatebook run --help\n",
    ],
    [
      'verify x --expect-head 0a1b',
      "gatebook: option '--expect-head <sha256>' argument '0a1b' is invalid. A sha256 has 64 hex digits.\nnext     gatebook verify --help\n",
    ],
    // Not to be taken for a comparison that was made and found nothing.
    [
      'report x --check --gate G-01',
      "gatebook: option '--check' cannot be used with option '--gate <id>'\nnext     gatebook report --help\n",
    ],
    [
      'report --index --format json',
      "gatebook: option '--index [dir]' cannot be used with option '--format <format>'\nnext     gatebook report --help\n",
    ],
    ['run a --state=', "gatebook: option '--state <dir>' is empty\nnext     gatebook run --help\n"],
    ['run a --approval=', "gatebook: option '--approval <file>' is empty\nnext     gatebook run --help\n"],
    ['runs --state=', "gatebook: option '--state <dir>' is empty\nnext     gatebook runs --help\n"],
    ['validate a ', "gatebook: argument 'path' is empty\nnext     gatebook validate --help\n"],
  ])('%s: what is wrong, and as the last line what to do', async (args, words) => {
    await expect(
      program(() => undefined).parseAsync(args.split(' '), { from: 'user' }),
    ).rejects.toMatchObject({ exitCode: 1 });
    expect(said.join('')).toBe(words);
  });

  test('a variable that is set but empty is not the folder one is in', async () => {
    vi.stubEnv('GATEBOOK_STATE', '');
    await expect(program(() => undefined).parseAsync(['status'], { from: 'user' })).rejects.toThrow(
      'variable GATEBOOK_STATE is empty',
    );
  });

  test('nothing at all prints the help, and as the last line what to do', async () => {
    await expect(program(() => undefined).parseAsync([], { from: 'user' })).rejects.toMatchObject({
      exitCode: 1,
    });
    expect(said.join('')).toMatch(/^Usage: gatebook[^]+\nnext {5}gatebook COMMAND --help\n$/);
  });
});
