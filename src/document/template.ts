import { valueMap, type Value } from '../base/value.js';
import { Expression, TextTemplate, type Template } from '../model/template.js';
import { isUnterminated, splitText } from '../text/braces.js';
import type { Location } from '../text/diagnostic.js';
import { sourceOffset } from './yaml/offsets.js';
import type { Node, ScalarNode } from './tree.js';

/** An expression whose source is a part of a scalar's value; `from` and `to` are offsets into the value. */
export function expressionAt(node: ScalarNode, from: number, to: number): Expression {
  const value = String(node.value);
  let start = from;
  let end = to;
  while (start < end && /\s/.test(value.charAt(start))) start++;
  while (end > start && /\s/.test(value.charAt(end - 1))) end--;
  const place = (offset: number, length: number): Location =>
    node.source.location(sourceOffset(node, start + offset), sourceOffset(node, start + offset + length));
  return new Expression(value.slice(start, end), place(0, end - start), place);
}

/**
 * The template that a node holds. Keys are never templates. `unterminated` hears of braces that aren't closed;
 * such a text stays a text.
 */
export function toTemplate(node: Node, unterminated: (node: ScalarNode, offset: number) => void): Template {
  if (node.kind === 'list') return node.items.map((item) => toTemplate(item, unterminated));
  if (node.kind === 'map') {
    const entries = [...node.entries.values()];
    return valueMap(entries.map((e) => [e.key, toTemplate(e.value, unterminated) as Value] as const));
  }
  const { value } = node;
  if (typeof value !== 'string' || !value.includes('${{')) return value;
  const pieces = splitText(value);
  if (isUnterminated(pieces)) {
    unterminated(node, pieces.offset);
    return value;
  }
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined && 'from' in only)
    return expressionAt(node, only.from, only.to);
  return new TextTemplate(pieces.map((p) => ('from' in p ? expressionAt(node, p.from, p.to) : p.literal)));
}
