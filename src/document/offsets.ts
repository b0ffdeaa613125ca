import type { Location } from '../text/diagnostic.js';
import { isText, locate, nodeAt, type Node, type Path, type ScalarNode } from './tree.js';

/**
 * Where the n-th character of a scalar's value stands in the file. Escapes, doubled quotes, folded lines and
 * a block's indentation take no part in the value, so both texts are walked side by side.
 */
export function sourceOffset(node: ScalarNode, valueOffset: number): number {
  const { text } = node.source;
  const value = String(node.value);
  const style = text.charAt(node.start);
  const quoted = style === '"' || style === "'";
  let at =
    style === '|' || style === '>' ? text.indexOf('\n', node.start) + 1 : node.start + (quoted ? 1 : 0);
  let v = 0;
  while (at < node.end) {
    const c = value.charAt(v);
    const s = text.charAt(at);
    if (isSpace(s) && (s !== c || lineBreakAhead(text, at))) {
      const runEnd = skipSpace(value, v);
      if (v <= valueOffset && valueOffset < runEnd) return at;
      v = runEnd;
      at = skipSpace(text, at);
      continue;
    }
    if (v >= valueOffset) return at;
    const [taken, made] =
      style === '"' && s === '\\' ? escapeAt(text, at) : [style === "'" && s === "'" ? 2 : 1, 1];
    at += taken;
    v += made;
  }
  return Math.min(at, node.end);
}

/** Where a stretch of the text under a path stands; the whole value where the path leads to no text. */
export function locateText(root: Node, path: Path, start: number, end: number): Location {
  const node = nodeAt(root, path);
  if (!isText(node)) return locate(root, path, 'value');
  return node.source.location(sourceOffset(node, start), sourceOffset(node, end));
}

const isSpace = (c: string): boolean => c === ' ' || c === '\n' || c === '\t' || c === '\r';

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charAt(at))) at++;
  return at;
}

/** A line break in the source's white space: only there does YAML fold or indent. */
function lineBreakAhead(text: string, from: number): boolean {
  return text.slice(from, skipSpace(text, from)).includes('\n');
}

/** How many characters an escape takes in the source, and how many it makes (YAML 1.2, 5.7). */
function escapeAt(text: string, at: number): readonly [number, number] {
  const kind = text.charAt(at + 1);
  if (kind === '\n' || kind === '\r') return [skipSpace(text, at + 1) - at, 0];
  if (kind === 'x') return [4, 1];
  if (kind === 'u') return [6, 1];
  if (kind === 'U') return [10, Number.parseInt(text.slice(at + 2, at + 10), 16) > 0xffff ? 2 : 1];
  return [2, 1];
}
