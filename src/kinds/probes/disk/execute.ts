import { dirname, resolve } from 'node:path';
import { ok } from '../../../base/result.js';
import type { ProbeExecutor } from '../../executor.js';
import type { Args } from './schema.js';

export const execute: ProbeExecutor<Args> = async (args, context) => {
  for (let path = resolve(context.run.project, args.path); ; path = dirname(path)) {
    const space = await context.files.space(path);
    if (space.ok) {
      const { freeBytes, totalBytes, freeInodes } = space.value;
      return ok({ free_bytes: freeBytes, total_bytes: totalBytes, free_inodes: freeInodes });
    }
    // `run.artifacts`, say, is not made by a dry run.
    if (space.error.code !== 'FILE_ABSENT' || path === dirname(path)) return space;
  }
};
