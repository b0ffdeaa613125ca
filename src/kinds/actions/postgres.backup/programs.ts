import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import type { ProgramSpec } from '../../../ports/process.js';
import type { ActionContext, KindProblem } from '../../executor.js';
import type { Packing } from '../../postgres/record.js';
import type { Args } from './schema.js';

export interface DumpPrograms {
  readonly format: 'custom' | 'plain';
  readonly packing: Packing;
  /** `.dump.zst.gpg`. */
  readonly extension: string;
  readonly dumpOptions: readonly string[];
  readonly packer: ProgramSpec | null;
}

/**
 * pg_dump's own gzip takes most of a default backup's time: zstd beside it, on another core, is three times as
 * fast. gpg compresses nothing in any case.
 */
export async function choosePrograms(
  context: ActionContext,
  args: Args,
): Promise<Result<DumpPrograms, KindProblem>> {
  const format = args.format ?? 'custom';
  const wanted = args.compress ?? 'auto';
  const hasZstd = wanted === 'auto' || wanted === 'zstd' ? await context.processes.find('zstd') : null;
  if (wanted === 'zstd' && hasZstd === null) return missing('zstd');
  const compression = wanted === 'auto' ? (hasZstd === null ? 'gzip' : 'zstd') : wanted;
  const inside = compression === 'gzip' && format === 'custom';
  const packing = inside ? 'none' : compression;
  const suffix = { zstd: '.zst', gzip: '.gz', none: '' }[packing];
  for (const name of ['pg_dump', 'gpg', ...(packing === 'none' ? [] : [packing])])
    if ((await context.processes.find(name)) === null) return missing(name);
  return ok({
    format,
    packing,
    extension: `${format === 'custom' ? '.dump' : '.sql'}${suffix}.gpg`,
    dumpOptions:
      format === 'custom' ? ['--format=custom', `--compress=${inside ? 1 : 0}`] : ['--format=plain'],
    packer: packers[packing],
  });
}

const packers: Readonly<Record<Packing, ProgramSpec | null>> = {
  zstd: { argv: ['zstd', '-1', '--quiet', '--stdout'] },
  gzip: { argv: ['gzip', '-1', '--stdout'] },
  none: null,
};

const missing = (name: string): Result<never, KindProblem> =>
  err({
    code: 'PROGRAM_MISSING',
    message: `${name} is not installed`,
    next: 'gatebook doctor says how to install it',
  });
