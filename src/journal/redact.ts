import { invariant } from '../base/invariant.js';
import { canBeHidden, shortestSecret } from '../model/secret.js';
import { secretForms } from './secret-forms.js';

/** Where a secret stands in a text; `end` is the first character after it. */
export interface SecretRange {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** Text that comes in chunks: what `push` returns can be shown, the rest is held back until it is known. */
export interface RedactingStream {
  readonly push: (chunk: string) => string;
  readonly end: () => string;
}

/** Knows every secret of a run and hides it in all its spellings. */
export interface Redactor {
  /** From here on; at least eight characters (shorter ones are refused where they are declared). */
  readonly add: (name: string, value: string) => void;
  readonly redact: (text: string) => string;
  readonly stream: () => RedactingStream;
  /** Sorted, without overlaps. */
  readonly find: (text: string) => readonly SecretRange[];
}

/** Fewer characters of a secret before a cut stand there by chance too often. */
const shortestBeginning = 6;
/** A stream holds back no more than this, whatever comes. */
const heldBackMax = 1 << 20;

/** CSI, OSC and two-character escapes, and one that the end of the text cuts off (ECMA-48). */
const escapes =
  /(?:\x1b\[|\x9b)[0-?]{0,256}[ -/]{0,16}(?:[@-~]|$)|\x1b\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\|\x1b?$)|\x1b(?:[@-Z\\^_]|$)/g;
const escapesAndLineEnds = new RegExp(`${escapes.source}|\\r?\\n`, 'g');

interface Skeleton {
  readonly text: string;
  /** Place in the original of each character of `text`; absent where they are the same. */
  readonly places?: Uint32Array;
}

/** The text without what `drop` matches, and where each character that is left came from. */
function skeleton(text: string, drop: RegExp): Skeleton {
  const dropped = [...text.matchAll(drop)];
  if (dropped.length === 0) return { text };
  const kept: string[] = [];
  const places = new Uint32Array(text.length);
  let length = 0;
  let from = 0;
  const keep = (until: number) => {
    kept.push(text.slice(from, until));
    for (let i = from; i < until; i++) places[length++] = i;
  };
  for (const match of dropped) {
    keep(match.index);
    from = match.index + match[0].length;
  }
  keep(text.length);
  return { text: kept.join(''), places: places.subarray(0, length) };
}

const literal = (s: string): string => s.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** Which few characters stand somewhere in the spellings: a bit each, so that hardly any others have to be looked for. */
class Parts {
  readonly #bits = new Uint8Array(1 << 17);

  add(spelling: string): void {
    for (let at = 0; at + shortestBeginning <= spelling.length; at += 1) {
      const bit = this.#bit(spelling, at);
      this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }

  /** Whether they may hold the characters that stand here. */
  mayHold(text: string, at: number): boolean {
    const bit = this.#bit(text, at);
    return ((this.#bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  }

  #bit(text: string, at: number): number {
    let hash = 0;
    for (let i = at; i < at + shortestBeginning; i += 1)
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) + 1;
    return (hash ^ (hash >>> 15)) & ((1 << 20) - 1);
  }
}

/** One pattern of all spellings, the longest first: a secret that holds another is hidden whole. */
class Spellings {
  readonly #names = new Map<string, string>();
  readonly #parts = new Parts();
  #pattern: RegExp | null = null;
  longest = 0;

  add(name: string, spellings: readonly string[]): void {
    for (const spelling of spellings) {
      if (this.#names.has(spelling)) continue;
      this.#names.set(spelling, name);
      this.#parts.add(spelling);
    }
    this.longest = Math.max(this.longest, ...spellings.map((s) => s.length));
    this.#pattern = null;
  }

  find({ text, places }: Skeleton): SecretRange[] {
    if (this.#names.size === 0) return [];
    this.#pattern ??= new RegExp(
      [...this.#names.keys()]
        .sort((a, b) => b.length - a.length)
        .map(literal)
        .join('|'),
      'g',
    );
    const ranges: SecretRange[] = [];
    const pattern = this.#pattern;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const last = match.index + match[0].length - 1;
      const place = (i: number) => places?.[i] ?? i;
      ranges.push({
        start: place(match.index),
        end: place(last) + 1,
        name: this.#names.get(match[0]) ?? '',
      });
      // Overlapping ones count too: two secrets may share a few characters.
      pattern.lastIndex = match.index + 1;
    }
    return ranges;
  }

  /** Before each `…`, where a text was cut: the beginning of a spelling whose end is gone. */
  findCut(text: string): SecretRange[] {
    const ranges: SecretRange[] = [];
    for (let at = text.indexOf('…'); at >= 0; at = text.indexOf('…', at + 1)) {
      if (at < shortestBeginning || !this.#parts.mayHold(text, at - shortestBeginning)) continue;
      const last = text.slice(at - shortestBeginning, at);
      for (const [spelling, name] of this.#names)
        for (let i = spelling.indexOf(last); i >= 0; i = spelling.indexOf(last, i + 1)) {
          const start = at - shortestBeginning - i;
          if (start >= 0 && text.startsWith(spelling.slice(0, i), start))
            ranges.push({ start, end: at, name });
        }
    }
    return ranges;
  }
}

function merged(ranges: SecretRange[]): SecretRange[] {
  const result: SecretRange[] = [];
  for (const range of ranges.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last && range.start < last.end)
      result[result.length - 1] = { ...last, end: Math.max(last.end, range.end) };
    else result.push(range);
  }
  return result;
}

function replaced(text: string, ranges: readonly SecretRange[]): string {
  if (ranges.length === 0) return text;
  let from = 0;
  const parts: string[] = [];
  for (const { start, end, name } of ranges) {
    parts.push(text.slice(from, start), `[secret ${name}]`);
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

export function createRedactor(): Redactor {
  const plain = new Spellings();
  const wrapped = new Spellings();
  const known = new Set<string>();
  const bare = (text: string) => skeleton(text, escapes);
  const barest = (text: string) => skeleton(text, escapesAndLineEnds);
  const find = (text: string): SecretRange[] =>
    known.size === 0 ? [] : merged([...plain.find(bare(text)), ...wrapped.find(barest(text))]);

  function stream(): RedactingStream {
    let held = '';
    /** How much of `held` can't be part of a secret that the next chunk completes. */
    const settled = (ranges: readonly SecretRange[]): number => {
      const { text, places } = barest(held);
      const first = text.length - (Math.max(plain.longest, wrapped.longest) - 1);
      const last = first <= 0 ? 0 : (places?.[first] ?? first);
      const cut = ranges.find((r) => r.end > last && r.start < last)?.start ?? last;
      return held.length - cut > heldBackMax ? held.length : cut;
    };
    return {
      push: (chunk) => {
        if (known.size === 0 && held === '') return chunk;
        held += chunk;
        const ranges = find(held);
        const cut = settled(ranges);
        const shown = replaced(
          held.slice(0, cut),
          ranges.filter((r) => r.end <= cut),
        );
        held = held.slice(cut);
        return shown;
      },
      end: () => {
        const shown = replaced(held, find(held));
        held = '';
        return shown;
      },
    };
  }

  return {
    add: (name, value) => {
      invariant(canBeHidden(value), `secret ${name} is shorter than ${shortestSecret} characters`);
      if (known.has(value)) return;
      known.add(value);
      const forms = secretForms(value);
      plain.add(name, forms.plain);
      wrapped.add(name, forms.wrapped);
    },
    redact: (text) => {
      if (known.size === 0) return text;
      const whole = replaced(text, find(text));
      return replaced(whole, merged([...plain.findCut(whole), ...wrapped.findCut(whole)]));
    },
    find,
    stream,
  };
}
