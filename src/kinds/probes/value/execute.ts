import type { Value } from '../../../base/value.js';
import { ok } from '../../../base/result.js';
import type { ProbeExecutor } from '../../executor.js';

export const execute: ProbeExecutor<Value> = (value) => Promise.resolve(ok(value));
