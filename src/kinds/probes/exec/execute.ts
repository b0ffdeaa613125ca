import type { ProbeExecutor } from '../../executor.js';
import { runExec } from '../../run-program.js';
import type { Args } from './schema.js';

export const execute: ProbeExecutor = (given, context) => runExec(given as unknown as Args, context);
