import type { Node as YamlNode, Pair, Scalar } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { IndexedSource } from '../../text/source.js';
import type { Entry, MapNode, Node } from '../tree.js';
import { yamlLimits, type Findings } from './findings.js';

/** The library's nodes → ours; what the language doesn't want is found on the way. */
export class TreeBuilder {
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
      this.findings.add('GB1010', [start, end], 'the file has too many values', { fix: 'make it simpler' });
    }
    if (isAlias(node)) {
      this.findings.add('GB1004', [start, end], 'an alias', {
        fix: 'write the value out, or make it data',
        reason: NO_ALIAS,
      });
      return true;
    }
    if (node?.anchor !== undefined) {
      const from = this.source.text.lastIndexOf('&', start);
      this.findings.add('GB1004', [Math.max(0, from), start], `an anchor (&${node.anchor})`, {
        fix: 'remove it',
        reason: NO_ALIAS,
      });
    }
    const tag = node?.tag;
    // A tag that isn't YAML's own has been told by the library's warning.
    if (tag === '!' || tag?.startsWith('tag:') === true) {
      this.findings.add('GB1005', [start, end], `a tag (${tag})`, { fix: 'remove it; quote a text instead' });
    }
    return tag !== undefined;
  }

  #map(items: readonly Pair[], placed: Omit<MapNode, 'kind' | 'entries'>): MapNode {
    const entries = new Map<string, Entry>();
    if (items.length > yamlLimits.keysOfAMap) {
      this.findings.add('GB1010', [placed.start, placed.start + 1], 'a map has too many keys');
    }
    for (const pair of items) {
      const node = pair.key as Scalar | null;
      const [keyStart, keyEnd] = node?.range ?? [placed.start, placed.start + 1, 0];
      if (isAlias(node) || node?.anchor !== undefined) this.#refuse(node, keyStart, keyEnd);
      const key = typeof node?.value === 'string' ? node.value : '';
      if (key === '<<') {
        this.findings.add('GB1004', [keyStart, keyEnd], 'a merge key', {
          fix: 'write the values out',
          reason: NO_ALIAS,
        });
      }
      if (entries.has(key)) {
        this.findings.add('GB1009', [keyStart, keyEnd], `the key ${key} stands twice`, {
          fix: 'keep one of them',
        });
        continue;
      }
      entries.set(key, { key, keyStart, keyEnd, value: this.build(pair.value as YamlNode | null, keyEnd) });
    }
    this.#ordered(entries);
    return { kind: 'map', entries, ...placed };
  }

  /** Order is that of the document; JavaScript puts keys that are array indexes first, ascending. */
  #ordered(entries: ReadonlyMap<string, Entry>): void {
    const written = [...entries.values()];
    if (!written.some(({ key }) => /^[0-9]/.test(key))) return;
    const read = Object.keys(Object.fromEntries(entries));
    const misplaced = written.find(({ key }, index) => key !== read[index]);
    if (misplaced === undefined) return;
    const { key, keyStart, keyEnd } = misplaced;
    const fix = 'put such keys first, ascending, or begin them with a letter';
    this.findings.add('GB1012', [keyStart, keyEnd], `the key ${key} would lose its place`, {
      fix,
      reason: NUMBERED,
    });
  }

  #scalar(node: Scalar, start: number, end: number): Node {
    const plain = node.type === 'PLAIN';
    const placed = { source: this.source, start, end, plain };
    const value: unknown = node.value;
    if (typeof value === 'bigint')
      return { kind: 'scalar', value: this.#integer(value, start, end), ...placed };
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.findings.add('GB1011', [start, end], `${node.source ?? 'this'} is not a finite number`, {
        fix: 'quote it',
      });
    }
    if (
      value === null ||
      typeof value === 'number' ||
      typeof value === 'boolean' ||
      typeof value === 'string'
    ) {
      return { kind: 'scalar', value, ...placed };
    }
    this.findings.add('GB1005', [start, end], 'a value of an unknown kind', { fix: 'quote it' });
    return { kind: 'scalar', value: null, ...placed };
  }

  #integer(value: bigint, start: number, end: number): number {
    const written = this.source.text.slice(start, end);
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) {
      this.findings.add('GB1011', [start, end], `${written} doesn't fit an exact number`, {
        fix: `quote it: "${written}"`,
        reason: BEYOND,
        edit: { start, end, text: `"${written}"` },
      });
    } else if (/^[-+]?0[0-9]/.test(written)) {
      this.findings.add('GB1011', [start, end], `${written} loses its leading zero`, {
        fix: `quote it: "${written}"`,
        reason: OCTAL,
        edit: { start, end, text: `"${written}"` },
      });
    }
    return Number(value);
  }
}

const NUMBERED = 'keys that are whole numbers come first, in ascending order';
const NO_ALIAS = 'a reader needs no other place open';
const BEYOND = 'integers beyond ±(2^53−1) are rounded';
const OCTAL = 'YAML 1.2 reads it as a decimal number';

/** A block's range runs to the next token: end it at its last visible character. */
function trimmed(text: string, range: readonly [number, number, number]): readonly [number, number] {
  const [start, valueEnd] = range;
  let end = valueEnd;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  return [start, end];
}
