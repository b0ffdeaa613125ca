import type { ProbeExecutor } from '../../executor.js';
import { runScript } from '../../run-script.js';
import type { Args } from './schema.js';

export const execute: ProbeExecutor<Args> = (args, context) => runScript(args, context);
