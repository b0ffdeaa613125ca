import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { Problem } from '../text/problem.js';

export interface BundleSources {
  readonly files: readonly { readonly path: string; readonly content: string | Uint8Array }[];
  readonly plan: string;
  readonly binding: string;
  /** What authorized it, byte for byte. */
  readonly approvals: readonly { readonly name: string; readonly content: string }[];
}

/** Makes the folder of evidence, which must be new, and puts in what the run is made of, byte for byte. */
export async function createBundle(folder: string, sources: BundleSources): Promise<Result<null, Problem>> {
  try {
    await mkdir(dirname(folder), { recursive: true });
    await mkdir(folder);
    for (const name of ['source', 'logs', 'kept']) await mkdir(join(folder, name));
    for (const file of sources.files) {
      const path = join(folder, 'source', file.path);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, file.content, { flag: 'wx' });
    }
    await writeFile(join(folder, 'plan.json'), sources.plan, { flag: 'wx' });
    await writeFile(join(folder, 'binding.json'), sources.binding, { flag: 'wx' });
    if (sources.approvals.length > 0) await mkdir(join(folder, 'approvals'));
    for (const { name, content } of sources.approvals)
      await writeFile(join(folder, 'approvals', name), content, { flag: 'wx' });
    const handle = await open(folder, 'r');
    await handle.sync();
    await handle.close();
    return ok(null);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return err({
      code: 'BUNDLE_UNWRITABLE',
      message: `the folder of evidence can't be made: ${message}`,
      next: 'give another with --reports DIR',
    });
  }
}
