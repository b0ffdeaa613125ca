import { resolve } from 'node:path';
import { ok } from '../../../base/result.js';
import { size } from '../../../base/words.js';
import type { ActionExecutor } from '../../executor.js';
import { makeOwned } from '../../owned.js';
import type { Args } from './schema.js';

export const execute: ActionExecutor<Args> = async (args, context) => {
  const path = resolve(context.run.project, args.path);
  const mode = Number.parseInt(args.mode ?? '0600', 8);
  const made = await makeOwned(
    {
      type: 'file',
      resource: 'file',
      name: context.as ?? path,
      path,
      durability: 'ephemeral',
      stage: (nonce) => context.files.stageFile(path, nonce, args.content, { mode }),
    },
    context,
  );
  if (!made.ok) return made;
  return ok({
    outputs: { path: made.value.path, sha256: made.value.sha256, size_bytes: made.value.sizeBytes },
    words: `mode ${args.mode ?? '0600'}, ${size(made.value.sizeBytes)}`,
  });
};
