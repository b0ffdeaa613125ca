import type { Location } from '../../text/diagnostic.js';
import { isText, locate, nodeAt, type Node, type Path, type ScalarNode } from '../tree.js';

/** Of each text that was asked about: a text full of expressions is asked about at both ends of each. */
const tables = new WeakMap<ScalarNode, Uint32Array>();

/** Where the n-th character of a scalar's value stands in the file; for what lies behind its last one, its end. */
export function sourceOffset(node: ScalarNode, valueOffset: number): number {
  let table = tables.get(node);
  if (table === undefined) tables.set(node, (table = offsetsOf(node)));
  return table[Math.min(valueOffset, table.length - 1)] ?? node.end;
}

/**
 * Escapes, doubled quotes, folded lines and a block's indentation take no part in the value, so both texts are walked
 * side by side.
 */
function offsetsOf(node: ScalarNode): Uint32Array {
  const { text } = node.source;
  const value = String(node.value);
  const offsets = new Uint32Array(value.length + 1);
  const style = text.charAt(node.start);
  const quoted = style === '"' || style === "'";
  let at =
    style === '|' || style === '>' ? text.indexOf('\n', node.start) + 1 : node.start + (quoted ? 1 : 0);
  let v = 0;
  let known = 0;
  /** Everything up to the n-th character that has no place yet stands here. */
  const stands = (upTo: number): void => {
    offsets.fill(at, known, upTo);
    known = Math.max(known, upTo);
  };
  while (at < node.end && known < offsets.length) {
    const s = text.charAt(at);
    if (isSpace(s)) {
      const end = skipSpace(text, at);
      if (s !== value.charAt(v) || hasLineBreak(text, at, end)) {
        v = skipSpace(value, v);
        stands(v);
        at = end;
      } else for (; at < end && text.charAt(at) === value.charAt(v); at++, v++) stands(v + 1);
      continue;
    }
    stands(v + 1);
    const [taken, made] =
      style === '"' && s === '\\' ? escapeAt(text, at) : [style === "'" && s === "'" ? 2 : 1, 1];
    at += taken;
    v += made;
  }
  at = Math.min(at, node.end);
  stands(offsets.length);
  return offsets;
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

/** Only where the source breaks a line does YAML fold or indent. */
const hasLineBreak = (text: string, from: number, to: number): boolean => text.slice(from, to).includes('\n');

/** How many characters an escape takes in the source, and how many it makes (YAML 1.2, 5.7). */
function escapeAt(text: string, at: number): readonly [number, number] {
  const kind = text.charAt(at + 1);
  if (kind === '\n' || kind === '\r') return [skipSpace(text, at + 1) - at, 0];
  if (kind === 'x') return [4, 1];
  if (kind === 'u') return [6, 1];
  if (kind === 'U') return [10, Number.parseInt(text.slice(at + 2, at + 10), 16) > 0xffff ? 2 : 1];
  return [2, 1];
}
