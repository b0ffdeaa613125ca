import type { ActionExecutor } from '../executor.js';

/** Loaded when first used: `validate` never pays for what only a run needs. */
export const executors: Readonly<Record<string, () => Promise<{ readonly execute: ActionExecutor }>>> = {};
