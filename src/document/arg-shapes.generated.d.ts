import type { Shape } from '../model/shape.js';

/** What each argument takes, by `probe:NAME` and `action:NAME`; written by scripts/generate.ts. */
export const argShapes: Readonly<Record<string, Shape | undefined>>;
