import type { Document, ParsedNode, YAMLError } from 'yaml';
import { Composer, Lexer, Parser, visit } from 'yaml';
import { err, ok, type Result } from '../../base/result.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import type { IndexedSource } from '../../text/source.js';
import type { Node } from '../tree.js';
import { Findings, yamlLimits } from './findings.js';
import { TreeBuilder } from './tree-builder.js';

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
  for (const document of documents) collectSyntax(document, source.text, findings);
  const [document, second] = documents;
  if (second !== undefined) {
    const [start] = second.range;
    findings.add('GB1006', [start, start + 3], 'a second document in one file', {
      fix: 'keep one runbook a file',
    });
  }
  if (document?.contents === null || document === undefined) {
    if (findings.all.length === 0)
      findings.add('GB1001', [0, 1], 'the file is empty', {
        fix: 'write what it is to hold; a runbook begins with gatebook: v1',
      });
    return err(findings.all);
  }
  if (documents.length > 1 || document.errors.length > 0) return err(findings.all);
  const tree = new TreeBuilder(source, findings).build(document.contents);
  return findings.all.length > 0 ? err(findings.all) : ok(tree);
}

type Parsed = Document.Parsed;

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
      findings.add('GB1010', [Math.min(offset, text.length) - 1, offset], `the file is ${what}`, {
        fix: 'make it simpler',
      });
      return null;
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return [...new Composer<ParsedNode>(options).compose(tokens, true, text.length)].filter(
    (d, index) => index === 0 || d.contents !== null || d.errors.length > 0,
  );
}

function collectSyntax(document: Parsed, text: string, findings: Findings): void {
  let toldTo = 0;
  const told = new Set<string>();
  const runsOn = new Set(document.errors.filter(({ code }) => code === runOn).map(({ pos }) => pos[0]));
  for (const error of document.errors) {
    const path = unquotedPath(text, error.pos[0]);
    if (path !== undefined) {
      const [start, end] = path;
      const fix = `'${text.slice(start, end)}'`;
      findings.add('GB1000', [start, end], 'a key with brackets in it has to be quoted', { fix });
      const line = text.indexOf('\n', end);
      toldTo = line < 0 ? text.length : line;
    } else if (error.pos[0] >= toldTo && !(follows[error.code] ?? []).some((code) => told.has(code))) {
      const [start] = error.pos;
      const stranger = strangerIn(text, start);
      if (stranger !== undefined) findings.add('GB1000', error.pos, stranger, { fix: 'type a plain one' });
      else if (runsOn.has(start)) findings.add('GB1000', error.pos, runsOnWords, { fix: lineUp });
      else addSyntaxError(error, document, findings);
      told.add(error.code);
      // What else is found on this line is the same mistake.
      const line = text.indexOf('\n', start);
      toldTo = line < 0 ? text.length : line;
    }
  }
  for (const warning of document.warnings) {
    const [start, end] = warning.pos;
    if (warning.code === 'TAG_RESOLVE_FAILED') {
      findings.add('GB1005', [start, end], warning.message.replace(/^Unresolved tag/, 'unknown tag'), {
        fix: 'remove the tag; quote text instead',
      });
    } else findings.add('GB1000', [start, end], lowerFirst(warning.message));
  }
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    findings.add('GB1000', [0, 5], 'YAML 1.1 reads yes, no and 010 differently; only 1.2 is read', {
      fix: 'remove the %YAML line',
    });
  }
}

const runOn = 'MULTILINE_IMPLICIT_KEY';
/** What a mistake further up brings with it. */
const follows: Readonly<Partial<Record<YAMLError['code'], readonly YAMLError['code'][]>>> = {
  UNEXPECTED_TOKEN: ['UNEXPECTED_TOKEN'],
  BAD_INDENT: ['TAB_AS_INDENT'],
};
/** `title: Look` with `guards:` below it, one space too far to the right. */
const runsOnWords = 'the next line stands further to the right, and is read as part of this one';
const lineUp = 'line it up with the key above it, or quote a text of several lines';

/** What looks like a space or a quote, and is none to YAML: word processors and chats put it there. */
function strangerIn(text: string, at: number): string | undefined {
  const end = text.indexOf('\n', at);
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, end < 0 ? text.length : end);
  const [found] = /[\u00a0\u2007\u202f\u3000]|(?<=[-:,[{]\s*)[\u2018\u2019\u201c-\u201e]/.exec(line) ?? [];
  if (found === undefined) return undefined;
  const what = /[\u2018-\u201e]/.test(found)
    ? `${found} is no quote`
    : 'a no-break or wide space is no space';
  return `${what} to YAML (U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')})`;
}

/** `{rows[0].n: 1}`: inside a flow map YAML begins a list there, and finds fault with each piece of the path. */
function unquotedPath(text: string, at: number): readonly [number, number] | undefined {
  if (text[at] !== '[') return undefined;
  const before = /[\w.]+$/.exec(text.slice(Math.max(0, at - 100), at));
  const rest = /^[\w.[\]]+(?=:)/.exec(text.slice(at, at + 100));
  return before === null || rest === null ? undefined : [at - before[0].length, at + rest[0].length];
}

function addSyntaxError(error: YAMLError, document: Parsed, findings: Findings): void {
  const [start, end] = error.pos;
  switch (error.code) {
    case 'TAB_AS_INDENT':
      findings.add('GB1007', [start, end], 'a tab is used as indentation', { fix: 'indent with spaces' });
      return;
    case 'NON_STRING_KEY':
      findings.add('GB1008', [start, end], 'a key must be plain text', {
        fix: 'write a name before the colon',
      });
      return;
    case 'BLOCK_AS_IMPLICIT_KEY':
      findings.add('GB1000', [start, end], 'a second ": " on one line', {
        fix: 'quote the text, or put the map on its own lines',
      });
      return;
    case 'MISSING_CHAR': {
      const opened = openedQuote(document, start) ?? start;
      findings.add('GB1000', [opened, opened + 1], 'what is opened here is not closed', {
        fix: FIXES.MISSING_CHAR,
      });
      return;
    }
    default:
      findings.add('GB1000', [start, end], lowerFirst(error.message), { fix: FIXES[error.code] });
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
