import type { Location, Position } from './diagnostic.js';

/** The text of a file as it was read, for code frames and digests. */
export interface SourceFile {
  /** Relative to the project. */
  readonly path: string;
  readonly text: string;
}

/** A file whose offsets can be told as lines and columns. */
export class IndexedSource implements SourceFile {
  readonly #lineStarts: readonly number[];

  constructor(
    readonly path: string,
    readonly text: string,
    /** How the file is named to a person. */
    readonly shown: string = path,
  ) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }

  location(start: number, end: number): Location {
    const from = Math.max(0, Math.min(start, this.text.length));
    const to = Math.max(from, Math.min(end, this.text.length));
    return { file: this.shown, range: { start: this.position(from), end: this.position(to) } };
  }

  /** The text of a line, counted from 1, without its line break. */
  line(number: number): string | undefined {
    const start = this.#lineStarts[number - 1];
    if (start === undefined) return undefined;
    const next = this.#lineStarts[number];
    return this.text.slice(start, next === undefined ? undefined : next - 1).replace(/\r$/, '');
  }
}
