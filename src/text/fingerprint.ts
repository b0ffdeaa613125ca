import { createHash } from 'node:crypto';
import type { Diagnostic } from './diagnostic.js';
import type { IndexedSource } from './source.js';

/**
 * A name for each finding, in their order, that a code host recognises it by in the next version of the file:
 * made of the code, the file, the line's text and the lines that it is nested in, never of line numbers. Findings
 * that share all of these are numbered, so no two names of one list are equal. 32 hex digits, a colon, a number.
 */
export function fingerprints(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, IndexedSource>,
): readonly string[] {
  const seen = new Map<string, number>();
  return diagnostics.map(({ code, location }) => {
    const source = sources.get(location.file);
    const path = source === undefined ? [] : nesting(source, location.range.start.line);
    const hash = createHash('sha256')
      .update(JSON.stringify([code, location.file, path]))
      .digest('hex')
      .slice(0, 32);
    const number = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, number);
    return `${hash}:${String(number)}`;
  });
}

/** How far up is looked for what a line is nested in. */
const maxLinesUp = 5000;

/** A line and, from the inside out, every line above that is indented less than all below it. */
function nesting(source: IndexedSource, line: number): readonly string[] {
  const path: string[] = [];
  let indent = Infinity;
  for (let at = line; at >= Math.max(1, line - maxLinesUp) && indent > 0; at--) {
    const text = source.line(at) ?? '';
    const column = text.search(/\S/);
    if (at !== line && (column === -1 || column >= indent || text[column] === '#')) continue;
    path.push(text.trim());
    indent = column === -1 ? indent : column;
  }
  return path;
}
