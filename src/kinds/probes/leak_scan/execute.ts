import { resolve } from 'node:path';
import { ok } from '../../../base/result.js';
import type { ProbeExecutor } from '../../executor.js';
import type { Args } from './schema.js';

export const execute: ProbeExecutor<Args> = async ({ paths }, context) => {
  const scanned = await context.scan(paths.map((path) => resolve(context.run.project, path)));
  if (!scanned.ok) return scanned;
  return ok({
    hits: scanned.value.hits.map(({ file, line, kind }) => ({ file, line, kind })),
    files_scanned: scanned.value.filesScanned,
  });
};
