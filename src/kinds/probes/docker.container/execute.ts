import { ok } from '../../../base/result.js';
import { limitsOf } from '../../docker/limits.js';
import { nobody, observed } from '../../docker/observe.js';
import type { ProbeExecutor } from '../../executor.js';
import type { Args } from './schema.js';

export const execute: ProbeExecutor<Args> = async ({ name }, context) => {
  const facts = await context.docker.container(name, limitsOf(context));
  if (!facts.ok) return facts;
  return ok(facts.value === null ? nobody : { present: true, ...observed(facts.value) });
};
