import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { wholeExample } from '../../src/explain/index.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Pages that hold examples to follow; those of codes.md, wrong ones too, are run by test/explain. */
const inDocs: readonly string[] = readdirSync(`${root}docs`, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.md') && name !== 'codes.md')
  .map((name) => `docs/${name}`)
  .sort();
export const pages: readonly string[] = ['README.md', ...inDocs];

/** A fenced block: `yaml gate` has the language yaml and the form gate. */
export interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly form: string;
  readonly text: string;
}

interface MarkdownNode {
  readonly type: string;
  readonly lang?: string | null;
  readonly meta?: string | null;
  readonly value?: string;
  readonly url?: string;
  readonly position?: { readonly start: { readonly line: number } };
  readonly children?: readonly MarkdownNode[];
}

const parser = unified().use(remarkParse);

function nodesOf(page: string): readonly MarkdownNode[] {
  const flat = (node: MarkdownNode): MarkdownNode[] => [node, ...(node.children ?? []).flatMap(flat)];
  return flat(parser.parse(readFileSync(`${root}${page}`, 'utf8')) as unknown as MarkdownNode);
}

export function blocksOf(page: string): readonly Block[] {
  return nodesOf(page)
    .filter((node) => node.type === 'code')
    .map((node) => ({
      page,
      line: node.position?.start.line ?? 0,
      language: node.lang ?? '',
      form: node.meta ?? '',
      text: node.value ?? '',
    }));
}

export const linksOf = (page: string): readonly string[] =>
  nodesOf(page).flatMap((node) => (node.type === 'link' && node.url !== undefined ? [node.url] : []));

/** The text of each node of a type, its children's included. */
const textsOf = (page: string, type: string): readonly string[] => {
  const text = (node: MarkdownNode): string => node.value ?? (node.children ?? []).map(text).join('');
  return nodesOf(page)
    .filter((node) => node.type === type)
    .map(text);
};

/** The anchors that a page's headings have: in lower case, without punctuation, dashes for spaces. */
export const anchorsOf = (page: string): readonly string[] =>
  textsOf(page, 'heading').map((text) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );

/** Files and folders of this repository that a page names by their paths; what a link is called is only a name. */
export function pathsIn(page: string): readonly string[] {
  const labels = new Set(textsOf(page, 'link'));
  return [...textsOf(page, 'text'), ...textsOf(page, 'inlineCode')]
    .filter((text) => !labels.has(text))
    .flatMap((text) => text.match(/(?<![\w./-])(?:bench|docs|scripts|src|test)\/[\w./-]*\w/g) ?? []);
}

/** What the fragments of the pages speak of: a database, its copy, a key, and a backup in C-02. */
const world = `authorization: {none: reads production; writes one encrypted file}
secrets:
  reader: {generate: {bytes: 24}}
targets:
  prod:
    postgres: {url: {env: PROD_DATABASE_URL}}
    production: true
    identity: {database: app, system_identifier: {env: PROD_SYSTEM_IDENTIFIER}}
  copy:
    postgres: {sandbox: {engine: auto}}
    access: write
    identity: {differs_from: prod}
  other:
    postgres: {sandbox: {engine: auto}}
    access: write
    identity: {differs_from: prod}
keys:
  backup: {gpg: {fingerprint: {env: BACKUP_GPG_FPR}}}
protected: {clusters: [prod], files: [/opt/app/.env]}
notes:
  N-1: {title: Roles, text: Roles belong to the cluster.}
commands:
  C-01:
    title: Look
    guards:
      G-01:
        title: this is the database we mean
        probe: {postgres.identity: {target: prod}}
        expect: {database: app}
  C-02:
    title: Dump and restore
    do:
      - postgres.backup: {target: prod, all: true, encrypt: {key: backup, proof: ephemeral}}
        as: backup
      - postgres.sandbox: {target: copy}
        as: copy
      - docker.container:
          name: harness
          image: sha256:4aea012537edfad80f98d870a36e6b90b4c09b27be7f4b4759d72db863baeebb
          argv: [sleep, infinity]
          mounts: [{from: /opt/app, to: /opt/app}]
        as: harness
`;

const indented = (text: string, by: number): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : `${' '.repeat(by)}${line}`))
    .join('\n');

function gateInWorld(text: string): string {
  const title = /^(title|uses):/m.test(text) ? '' : '        title: example\n';
  return `  C-50:\n    title: Example\n    guards:\n      G-50:\n${title}${indented(text, 8)}\n`;
}

const actionInWorld = (text: string): string =>
  `  C-50:\n    title: Example\n    effect: destroy\n    do:\n${indented(text, 6)}\n`;

function teardown(text: string): string {
  const started = [
    'copy',
    'harness',
    ...[...text.matchAll(/^\s+as: (other|net|data|box)$/gm)].map(([, as]) => as),
  ].join(', ');
  return `teardown:\n  C-90:\n    title: Destroy\n    do:\n      - destroy: [${started}]\n`;
}

/** The file that a block stands for, and its name. */
export function completed({ form, text }: Block): { readonly file: string; readonly text: string } {
  switch (form) {
    case 'gate':
      return runbook(`${world}${gateInWorld(text)}${teardown(text)}`);
    case 'do':
      return runbook(`${world}${actionInWorld(text)}${teardown(text)}`);
    case 'library':
      return { file: 'gates/example.yaml', text: `${text}\n` };
    case 'settings':
      return { file: 'gatebook.yaml', text: `${text}\n` };
    case '':
      return runbook(text);
    default:
      throw new Error(`no such form of an example: ${form}`);
  }
}

const runbook = (text: string): { readonly file: string; readonly text: string } => ({
  file: 'runbook.yaml',
  // A day would be over some day; that of the tests is in June 2026.
  text: wholeExample(text.replaceAll('until: YYYY-MM-DD', 'until: 2026-12-31')),
});
