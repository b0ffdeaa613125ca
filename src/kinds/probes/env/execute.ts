import { ok } from '../../../base/result.js';
import type { ProbeExecutor } from '../../executor.js';
import type { Args } from './schema.js';

export const execute: ProbeExecutor<Args> = ({ name }, context) => {
  return Promise.resolve(ok({ set: context.isSet(name) }));
};
