import { ok } from '../../../base/result.js';
import { limitsOf } from '../../docker/limits.js';
import { makeOnEngine } from '../../docker/make.js';
import type { ActionExecutor } from '../../executor.js';
import type { Args } from './schema.js';

/** An engine knows a volume by its name: that is its id. */
export const execute: ActionExecutor<Args> = async ({ name }, context) => {
  const made = await makeOnEngine('volume', name, context, (intent) =>
    context.docker.createVolume(intent, limitsOf(context)),
  );
  return made.ok ? ok({ outputs: { id: name, name } }) : made;
};
