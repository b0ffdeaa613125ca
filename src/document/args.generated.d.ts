import type { Validator } from './validators.generated.js';

/** By `probe:NAME` and `action:NAME`; compiled by scripts/generate.ts. */
export const validators: Readonly<Record<string, Validator | undefined>>;
