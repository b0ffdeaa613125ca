import { ok } from '../../../base/result.js';
import { limitsOf } from '../../docker/limits.js';
import { observed } from '../../docker/observe.js';
import type { ProbeExecutor } from '../../executor.js';
import type { Args } from './schema.js';

export const execute: ProbeExecutor<Args> = async ({ name, label }, context) => {
  const filter = label === undefined ? { name: name ?? '' } : { label };
  const found = await context.docker.containers(filter, limitsOf(context));
  return found.ok ? ok({ count: found.value.length, containers: found.value.map(observed) }) : found;
};
