import type { Value } from '../base/value.js';
import { valueMap } from '../base/value.js';
import type { Location } from '../text/diagnostic.js';
import type { IndexedSource } from '../text/source.js';

/** A YAML document as plain values that remember where they stand. Offsets are half open. */
export type Node = ScalarNode | ListNode | MapNode;

interface Placed {
  readonly source: IndexedSource;
  readonly start: number;
  readonly end: number;
}
export interface ScalarNode extends Placed {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | bigint | string;
  /** Unquoted, on one line. */
  readonly plain: boolean;
}
export interface ListNode extends Placed {
  readonly kind: 'list';
  readonly items: readonly Node[];
}
export interface Entry {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: Node;
}
export interface MapNode extends Placed {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
}

export type Path = readonly (string | number)[];

export const locationOf = (node: Node): Location => node.source.location(node.start, node.end);

export const keyLocation = (map: MapNode, entry: Entry): Location =>
  map.source.location(entry.keyStart, entry.keyEnd);

/** Of a key; of what stands around it where there is no such key. */
export function locationOfKey(node: Node, key: string): Location {
  const entry = node.kind === 'map' ? node.entries.get(key) : undefined;
  return node.kind === 'map' && entry ? keyLocation(node, entry) : locationOf(node);
}

/** The value under a key, where there is one. */
export function child(node: Node | undefined, key: string | number): Node | undefined {
  if (node?.kind === 'map') return node.entries.get(String(key))?.value;
  if (node?.kind === 'list') return node.items[Number(key)];
  return undefined;
}

export function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const key of path) node = child(node, key);
  return node;
}

/** Where a path stands: its value, or its key; the nearest thing around it where it doesn't exist. */
export function locate(root: Node, path: Path, what: 'key' | 'value'): Location {
  let node = root;
  let key: Location | undefined;
  for (const segment of path) {
    const next = child(node, segment);
    if (next === undefined) return key ?? locationOf(node);
    const entry = node.kind === 'map' ? node.entries.get(String(segment)) : undefined;
    key = node.kind === 'map' && entry !== undefined ? keyLocation(node, entry) : undefined;
    node = next;
  }
  return what === 'key' && key !== undefined ? key : locationOf(node);
}

/** The plain value, for the schema and for data. Maps have no prototype. */
export function plain(node: Node): Value {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return valueMap([...node.entries.values()].map((entry) => [entry.key, plain(entry.value)] as const));
}

export const isText = (node: Node | undefined): node is ScalarNode & { readonly value: string } =>
  node?.kind === 'scalar' && typeof node.value === 'string';
