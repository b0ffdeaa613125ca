import { RE2JS } from 're2js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import { messageOf } from '../base/thrown.js';

/** Longest pattern of a runbook, in UTF-16 code units. */
const maxPatternLength = 1000;

/** A pattern of a runbook: RE2 syntax, matched in time linear in the text. */
export interface Pattern {
  readonly source: string;
  /** Whether it occurs anywhere in the text; `^` and `$` anchor it. */
  readonly test: (text: string) => boolean;
}

const cache = new Map<string, Result<Pattern, string>>();
const MAX_CACHED = 1000;

/**
 * Compiles a pattern from a runbook or an expression. RE2 has no backtracking, so no pattern can hang a run;
 * back-references and look-around are errors. The error says what is wrong, for people.
 */
export function compilePattern(source: string): Result<Pattern, string> {
  if (source.length > maxPatternLength)
    return err(`the pattern has ${source.length} characters, ${maxPatternLength} are allowed`);
  return remembered(source);
}

function remembered(source: string): Result<Pattern, string> {
  const known = cache.get(source);
  if (known) return known;
  const compiled = compile(source);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(source, compiled);
  return compiled;
}

/** The same for a text that must match as a whole. */
export function compileWhole(source: string): Result<Pattern, string> {
  const part = compilePattern(source);
  return part.ok ? remembered(`^(?:${source})$`) : part;
}

function compile(source: string): Result<Pattern, string> {
  try {
    const compiled = RE2JS.compile(source);
    return ok({ source, test: (text) => compiled.matcher(text).find() });
  } catch (thrown) {
    // re2js reports a malformed pattern only by throwing.
    return err(messageOf(thrown));
  }
}
