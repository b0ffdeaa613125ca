import type { Explanation } from './entry.js';

/** Codes of what happens while a run is prepared or going on. */
export const runtime: readonly Explanation[] = [];
