import { resolve } from 'node:path';
import { ok } from '../../../base/result.js';
import type { ActionExecutor } from '../../executor.js';
import { makeOwned } from '../../owned.js';
import type { Args } from './schema.js';

export const execute: ActionExecutor<Args> = async (args, context) => {
  const path = resolve(context.run.project, args.path);
  const mode = Number.parseInt(args.mode ?? '0700', 8);
  const made = await makeOwned(
    {
      type: 'folder',
      resource: 'folder',
      name: context.as ?? path,
      path,
      durability: 'ephemeral',
      stage: (nonce) => context.files.stageFolder(path, nonce, mode),
    },
    context,
  );
  if (!made.ok) return made;
  return ok({ outputs: { path: made.value.path }, words: `mode ${args.mode ?? '0700'}` });
};
