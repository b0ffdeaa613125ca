import { ok } from '../../../base/result.js';
import type { ProbeExecutor } from '../../executor.js';
import type { Args } from './schema.js';

export const execute: ProbeExecutor = (given, context) => {
  const { name } = given as unknown as Args;
  return Promise.resolve(ok({ set: context.isSet(name) }));
};
