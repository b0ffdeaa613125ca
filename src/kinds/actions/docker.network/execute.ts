import { ok } from '../../../base/result.js';
import { limitsOf } from '../../docker/limits.js';
import { makeOnEngine } from '../../docker/make.js';
import type { ActionExecutor } from '../../executor.js';
import type { Args } from './schema.js';

export const execute: ActionExecutor<Args> = async ({ name, internal = true }, context) => {
  const made = await makeOnEngine('network', name, context, (intent) =>
    context.docker.createNetwork(intent, { internal }, limitsOf(context)),
  );
  if (!made.ok) return made;
  return ok({
    outputs: { id: made.value.id ?? '', name },
    words: `${name}, ${internal ? 'no way out' : 'with a way out'}`,
  });
};
