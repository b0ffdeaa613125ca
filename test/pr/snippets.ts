import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../support/gatebook.js';

/** The first YAML block below a heading of docs/pull-requests.md. */
export function snippet(heading: string): unknown {
  const page = readFileSync(join(projectRoot, 'docs/pull-requests.md'), 'utf8');
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const text = /```yml\n([^]*?)```/.exec(section)?.[1];
  if (text === undefined) throw new Error(`no YAML under ${heading}`);
  return parse(text);
}
