import type { ProbeExecutor } from '../../executor.js';
import { runExec } from '../../run-program.js';
import type { Args } from './schema.js';

export const execute: ProbeExecutor<Args> = (args, context) => runExec(args, context);
