import type { Explanation } from '../entry.js';

/** A code that no text alone produces: what it means, and what to do. */
export type Row = readonly [code: string, title: string, explanation: string];

export const fromRows = (rows: readonly Row[]): readonly Explanation[] =>
  rows.map(([code, title, explanation]) => ({ code, title, explanation }));
