import { execFileSync } from 'node:child_process';
import { Argument, Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { completion } from '../../src/cli/completion/index.js';

const program = new Command('gatebook');
program
  .command('validate')
  .description("find every mistake: it's [free]")
  .addArgument(new Argument('<path>'))
  .addOption(new Option('--format <format>', 'how').choices(['text', 'json']));
program.command('schema').addArgument(new Argument('<name>').choices(['runbook', 'gates']));
program.command('verify').description('find every byte').option('--json', 'a document');

/** What bash offers for a line that ends in its last word. */
function offered(...words: readonly string[]): string[] {
  const script = `${completion('bash', program)}
COMP_WORDS=(gatebook "$@"); COMP_CWORD=$#; _gatebook; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' });
  return output.split('\n').filter(Boolean);
}

describe('bash', () => {
  it('offers commands, their options, and an option’s values', () => {
    expect(offered('v')).toEqual(['validate', 'verify']);
    expect(offered('validate', '--f')).toEqual(['--format']);
    expect(offered('validate', '--format', 'j')).toEqual(['json']);
    expect(offered('verify', '--')).toEqual(['--json']);
  });

  it('offers the words of an argument', () => {
    expect(offered('schema', '')).toEqual(['runbook', 'gates']);
    expect(offered('schema', 'g')).toEqual(['gates']);
    expect(completion('zsh', program)).toContain(`schema) _arguments '*:value:(runbook gates)' ;;`);
    expect(completion('fish', program)).toContain(
      `'__fish_seen_subcommand_from schema' -f -a 'runbook gates'`,
    );
  });

  it('leaves files to the shell', () => {
    expect(offered('validate', 'run')).toEqual([]);
  });
});

describe('zsh and fish', () => {
  it('name every command and option, quoted', () => {
    const zsh = completion('zsh', program);
    expect(zsh).toContain(`'validate:find every mistake\\: it'\\''s \\[free\\]'`);
    expect(zsh).toContain(`'*--format[how]:value:(text json)'`);
    const fish = completion('fish', program);
    expect(fish).toContain(`-a validate -d 'find every mistake: it\\'s [free]'`);
    expect(fish).toContain(`-l format -d 'how' -x -a 'text json'`);
  });
});
