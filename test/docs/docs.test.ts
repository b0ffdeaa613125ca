import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { referencePage } from '../../scripts/reference.js';
import { validate } from '../../src/rules/validate.js';
import { memorySources } from '../support/sources.js';
import { anchorsOf, blocksOf, completed, linksOf, pages, pathsIn, root, type Block } from './support.js';

const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const script = '#!/bin/sh\nexit 0\n';
/** Files that the examples name. */
const files = {
  'gates/host.yaml': read('gates/host.yaml'),
  'gates/gpg.yaml': read('gates/gpg.yaml'),
  'gates/postgres.yaml': read('gates/postgres.yaml'),
  'scripts/replica-lag.sh': script,
  'scripts/rotate.sh': script,
  'seed.sql': 'SELECT 1;\n',
};

const named = (block: Block): string => `${block.page}:${String(block.line)}`;
const blocks = pages.flatMap(blocksOf);

describe('every YAML block of the documentation is valid', () => {
  const yaml = blocks.filter((b) => b.language === 'yaml');
  test('there are some', () => expect(yaml.length).toBeGreaterThan(40));
  test.each(yaml.map((b) => [named(b), b] as const))('%s', async (_name, block) => {
    const { file, text } = completed(block);
    const { diagnostics } = await validate(memorySources({ ...files, [file]: text }), [file]);
    const errors = diagnostics.filter((d) => d.severity === 'error');
    expect(errors.map((d) => `${d.code} ${String(d.location.range.start.line)}: ${d.message}`)).toEqual([]);
  });
});

test('no example is over some day', () => {
  const dated = blocks.filter(({ text }) => /until: *['"]?20/.test(text));
  expect(dated.map(named)).toEqual([]);
});

describe('every command line of the documentation exists', () => {
  const options = commandLine();
  const lines = blocks
    .filter((b) => b.language === 'sh')
    .flatMap((b) => b.text.split('\n').map((line) => [named(b), line] as const))
    .filter(([, line]) => /(^|\s|\/)gatebook\s+[a-z]/.test(line.replace(/#.*$/, '')));
  test('there are some', () => expect(lines.length).toBeGreaterThan(10));
  test.each(lines)('%s: %s', (_name, line) => {
    const words = line.replace(/(^|\s)#.*$/, '').split(/\s+/);
    const at = words.findIndex((word) => /(^|\/)gatebook$/.test(word));
    const command = words[at + 1] ?? '';
    expect([...options.keys()]).toContain(command);
    for (const word of words.slice(at + 2).filter((w) => w.startsWith('--'))) {
      expect([...(options.get(command) ?? []), 'help']).toContain(word.slice(2).replace(/=.*$/, ''));
    }
  });
});

test('reference.md is what the declarations say', () => {
  expect(read('docs/reference.md')).toBe(referencePage());
});

describe.each([...pages, 'SECURITY.md', 'CHANGELOG.md', 'runbooks/README.md'])('%s', (page) => {
  const inside = linksOf(page).filter((url) => !/^[a-z]+:/.test(url));
  const fileOf = (url: string): string => {
    const [path = ''] = url.split('#');
    return path === '' ? page : join(dirname(page), path);
  };
  test('links inside the repository lead somewhere, to their very heading', () => {
    const broken = inside.filter((url) => {
      const [, anchor] = url.split('#');
      if (!existsSync(`${root}${fileOf(url)}`)) return true;
      return anchor !== undefined && !anchorsOf(fileOf(url)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
  test('each file of the repository that is named is there', () => {
    expect(pathsIn(page).filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
  });
});

test('the index of docs names every page of it', () => {
  const linked = new Set(linksOf('docs/README.md').map((url) => `docs/${url}`));
  // Decisions have a folder of their own, which the index links as a whole.
  const own = pages.filter((page) => page.startsWith('docs/') && !page.startsWith('docs/decisions/'));
  expect(own.filter((page) => page !== 'docs/README.md' && !linked.has(page))).toEqual([]);
});

/** Each subcommand and its long options, as the program itself describes them to fish. */
function commandLine(): ReadonlyMap<string, readonly string[]> {
  const argv = ['--import', 'tsx', 'src/cli.ts', 'completion', 'fish'];
  const text = execFileSync(process.execPath, argv, { cwd: root, encoding: 'utf8' });
  const found = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const command = /__fish_use_subcommand .*-a ([a-z]+)/.exec(line)?.[1];
    if (command !== undefined) found.set(command, []);
    const option = /__fish_seen_subcommand_from ([a-z]+)' -l ([a-z-]+)/.exec(line);
    found.get(option?.[1] ?? '')?.push(option?.[2] ?? '');
  }
  return found;
}
