import type { Document, Node as YamlNode, Pair, ParsedNode, Scalar, YAMLError } from 'yaml';
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser, visit } from 'yaml';
import { err, ok, type Result } from '../base/result.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { IndexedSource } from '../text/source.js';
import type { Entry, MapNode, Node } from './tree.js';

export const yamlLimits = {
  depth: 64,
  tokens: 3_000_000,
  nodes: 500_000,
  keysOfAMap: 20_000,
  findings: 1000,
} as const;

/** YAML 1.2 with the core schema and no way to say one thing and mean another. */
const options = {
  version: '1.2',
  schema: 'core',
  merge: false,
  // Checked here with a set: the library compares every key with every other.
  uniqueKeys: false,
  stringKeys: true,
  intAsBigInt: true,
  prettyErrors: false,
  strict: true,
  logLevel: 'silent',
} as const;

/** Parses one document. Every finding of the text comes at once; a tree only where there is none. */
export function parseYaml(source: IndexedSource): Result<Node, readonly Diagnostic[]> {
  const findings = new Findings(source);
  const documents = compose(source.text, findings);
  if (documents === null) return err(findings.all);
  for (const document of documents) collectSyntax(document, findings);
  const [document, second] = documents;
  if (second !== undefined) {
    const [start] = second.range;
    findings.add('GB1006', start, start + 3, 'a second document in one file', 'keep one runbook a file');
  }
  if (document?.contents === null || document === undefined) {
    if (findings.all.length === 0)
      findings.add('GB1001', 0, 1, 'the file is empty', 'begin with gatebook: v1');
    return err(findings.all);
  }
  if (documents.length > 1 || document.errors.length > 0) return err(findings.all);
  const tree = new TreeBuilder(source, findings).build(document.contents);
  return findings.all.length > 0 ? err(findings.all) : ok(tree);
}

class Findings {
  readonly all: Diagnostic[] = [];
  constructor(private readonly source: IndexedSource) {}
  add(code: string, start: number, end: number, message: string, fix?: string, reason?: string): void {
    // More than anyone reads; a hostile file could have one in every character.
    if (this.all.length >= yamlLimits.findings) return;
    this.all.push({
      code,
      severity: 'error',
      message,
      location: this.source.location(start, end),
      ...(reason !== undefined && { reason }),
      ...(fix !== undefined && { fix }),
    });
  }
}

type Parsed = Document.Parsed<ParsedNode>;

/** The library composes by recursion, so depth is bounded while the tokens are still flat. */
function compose(text: string, findings: Findings): readonly Parsed[] | null {
  const parser = new Parser();
  const tokens = [];
  let offset = 0;
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    offset += lexeme.length;
    count++;
    if (parser.stack.length > yamlLimits.depth || count > yamlLimits.tokens) {
      const what = count > yamlLimits.tokens ? 'too long' : 'nested too deeply';
      findings.add(
        'GB1010',
        Math.min(offset, text.length) - 1,
        offset,
        `the file is ${what}`,
        'make it simpler',
      );
      return null;
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return [...new Composer<ParsedNode>(options).compose(tokens, true, text.length)].filter(
    (d, index) => index === 0 || d.contents !== null || d.errors.length > 0,
  ) as Parsed[];
}

function collectSyntax(document: Parsed, findings: Findings): void {
  for (const error of document.errors) addSyntaxError(error, document, findings);
  for (const warning of document.warnings) {
    const [start, end] = warning.pos;
    if (warning.code === 'TAG_RESOLVE_FAILED') {
      findings.add(
        'GB1005',
        start,
        end,
        warning.message.replace(/^Unresolved tag/, 'unknown tag'),
        'remove the tag; quote text instead',
      );
    } else findings.add('GB1000', start, end, lowerFirst(warning.message));
  }
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    findings.add(
      'GB1000',
      0,
      5,
      'YAML 1.1 reads yes, no and 010 differently; only 1.2 is read',
      'remove the %YAML line',
    );
  }
}

function addSyntaxError(error: YAMLError, document: Parsed, findings: Findings): void {
  const [start, end] = error.pos;
  switch (error.code) {
    case 'TAB_AS_INDENT':
      findings.add('GB1007', start, end, 'a tab is used as indentation', 'indent with spaces');
      return;
    case 'NON_STRING_KEY':
      findings.add('GB1008', start, end, 'a key must be plain text', 'write a name before the colon');
      return;
    case 'BLOCK_AS_IMPLICIT_KEY':
      findings.add(
        'GB1000',
        start,
        end,
        'a second ": " on one line',
        'quote the text, or put the map on its own lines',
      );
      return;
    case 'MISSING_CHAR': {
      const opened = openedQuote(document, start) ?? start;
      findings.add('GB1000', opened, opened + 1, 'what is opened here is not closed', FIXES.MISSING_CHAR);
      return;
    }
    default:
      findings.add('GB1000', start, end, lowerFirst(error.message), FIXES[error.code]);
  }
}

/** Where the quoted text begins that runs to the place where the reader gave up. */
function openedQuote(document: Parsed, end: number): number | undefined {
  let opened: number | undefined;
  visit(document, {
    Scalar(_, { type, range }) {
      const quoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
      if (quoted && range && range[0] < end && range[1] >= end - 1) [opened] = range;
    },
  });
  return opened;
}

const FIXES: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BAD_INDENT: 'line it up with the keys beside it',
  MISSING_CHAR: 'close what was opened',
  BAD_DQ_ESCAPE: 'use single quotes, or write \\\\ for a backslash',
  UNEXPECTED_TOKEN: 'quote the text',
  BAD_SCALAR_START: 'quote the text',
};

const lowerFirst = (s: string): string => s.charAt(0).toLowerCase() + s.slice(1);

class TreeBuilder {
  #nodes = 0;
  constructor(
    private readonly source: IndexedSource,
    private readonly findings: Findings,
  ) {}

  build(node: YamlNode | null, fallback = 0): Node {
    const [start, end] = trimmed(this.source.text, node?.range ?? [fallback, fallback, fallback]);
    const placed = { source: this.source, start, end };
    const refused = this.#refuse(node, start, end);
    if (isMap(node)) return this.#map(node.items, placed);
    if (isSeq(node)) {
      return {
        kind: 'list',
        items: node.items.map((item) => this.build(item as YamlNode, start)),
        ...placed,
      };
    }
    if (isScalar(node) && !refused) return this.#scalar(node, start, end);
    return { kind: 'scalar', value: null, plain: true, ...placed };
  }

  #refuse(node: YamlNode | null, start: number, end: number): boolean {
    if (++this.#nodes === yamlLimits.nodes) {
      this.findings.add('GB1010', start, end, 'the file has too many values', 'make it simpler');
    }
    if (isAlias(node)) {
      this.findings.add('GB1004', start, end, 'an alias', 'write the value out, or make it data', NO_ALIAS);
      return true;
    }
    if (node?.anchor !== undefined) {
      const from = this.source.text.lastIndexOf('&', start);
      this.findings.add(
        'GB1004',
        Math.max(0, from),
        start,
        `an anchor (&${node.anchor})`,
        'remove it',
        NO_ALIAS,
      );
    }
    if (node?.tag === undefined || CORE_TAGS.has(node.tag)) return false;
    // A tag of nobody's has been told by the library's warning.
    if (node.tag.startsWith('tag:')) {
      this.findings.add('GB1005', start, end, `unknown tag ${node.tag}`, 'remove the tag');
    }
    return true;
  }

  #map(items: readonly Pair[], placed: Omit<MapNode, 'kind' | 'entries'>): MapNode {
    const entries = new Map<string, Entry>();
    if (items.length > yamlLimits.keysOfAMap) {
      this.findings.add('GB1010', placed.start, placed.start + 1, 'a map has too many keys');
    }
    for (const pair of items) {
      const node = pair.key as Scalar | null;
      const [keyStart, keyEnd] = node?.range ?? [placed.start, placed.start + 1, 0];
      if (isAlias(node) || node?.anchor !== undefined) this.#refuse(node, keyStart, keyEnd);
      const key = typeof node?.value === 'string' ? node.value : '';
      if (key === '<<') {
        this.findings.add('GB1004', keyStart, keyEnd, 'a merge key', 'write the values out', NO_ALIAS);
      }
      if (entries.has(key)) {
        this.findings.add('GB1009', keyStart, keyEnd, `the key ${key} stands twice`, 'keep one of them');
        continue;
      }
      entries.set(key, { key, keyStart, keyEnd, value: this.build(pair.value as YamlNode | null, keyEnd) });
    }
    return { kind: 'map', entries, ...placed };
  }

  #scalar(node: Scalar, start: number, end: number): Node {
    const plain = node.type === 'PLAIN';
    const placed = { source: this.source, start, end, plain };
    const value: unknown = node.value;
    if (typeof value === 'bigint')
      return { kind: 'scalar', value: this.#integer(value, start, end), ...placed };
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.findings.add('GB1011', start, end, `${node.source ?? 'this'} is not a finite number`, 'quote it');
    }
    if (
      value === null ||
      typeof value === 'number' ||
      typeof value === 'boolean' ||
      typeof value === 'string'
    ) {
      return { kind: 'scalar', value, ...placed };
    }
    this.findings.add('GB1005', start, end, 'a value of an unknown kind', 'quote it');
    return { kind: 'scalar', value: null, ...placed };
  }

  #integer(value: bigint, start: number, end: number): number {
    const written = this.source.text.slice(start, end);
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) {
      this.findings.add(
        'GB1011',
        start,
        end,
        `${written} doesn't fit an exact number`,
        `quote it: "${written}"`,
        BEYOND,
      );
    } else if (/^[-+]?0[0-9]/.test(written)) {
      this.findings.add(
        'GB1011',
        start,
        end,
        `${written} loses its leading zero`,
        `quote it: "${written}"`,
        OCTAL,
      );
    }
    return Number(value);
  }
}

const NO_ALIAS = 'a reader needs no other place open';
const BEYOND = 'integers beyond ±(2^53−1) are rounded';
const OCTAL = 'YAML 1.2 reads it as a decimal number';
const CORE_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((t) => `tag:yaml.org,2002:${t}`),
);

/** A block's range runs to the next token: end it at its last visible character. */
function trimmed(text: string, range: readonly [number, number, number]): readonly [number, number] {
  const [start, valueEnd] = range;
  let end = valueEnd;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  return [start, end];
}
