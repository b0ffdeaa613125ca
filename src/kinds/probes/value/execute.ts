import { ok } from '../../../base/result.js';
import type { ProbeExecutor } from '../../executor.js';

export const execute: ProbeExecutor = (value) => Promise.resolve(ok(value));
