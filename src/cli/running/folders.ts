import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolders } from '../../adapters/make-folders.js';
import { makeFoldersSynced, syncFolder } from '../../adapters/sync-folder.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import type { Problem } from '../../text/problem.js';

export interface BundleSources {
  readonly files: readonly { readonly path: string; readonly content: string | Uint8Array }[];
  readonly plan: string;
  readonly binding: string;
  /** What authorized it, byte for byte. */
  readonly approvals: readonly { readonly name: string; readonly content: string }[];
}

/**
 * Makes the folder of evidence, which must be new, and puts in what the run is made of, byte for byte. It is on the
 * disk before the run begins: whoever tears down after the machine went down needs the plan.
 */
export async function createBundle(folder: string, sources: BundleSources): Promise<Result<null, Problem>> {
  try {
    await makeFoldersSynced(dirname(folder));
    await mkdir(folder);
    for (const name of ['source', 'logs', 'kept']) await mkdir(join(folder, name));
    if (sources.approvals.length > 0) await mkdir(join(folder, 'approvals'));
    const files = [
      ...sources.files.map(({ path, content }) => ({ path: join('source', path), content })),
      { path: 'plan.json', content: sources.plan },
      { path: 'binding.json', content: sources.binding },
      ...sources.approvals.map(({ name, content }) => ({ path: join('approvals', name), content })),
    ];
    const folders = new Set([dirname(folder), folder]);
    for (const { path } of files)
      for (let inside = dirname(path); inside !== '.'; inside = dirname(inside))
        folders.add(join(folder, inside));
    for (const inside of folders) makeFolders(inside);
    await Promise.all(
      files.map(({ path, content }) => writeFile(join(folder, path), content, { flag: 'wx', flush: true })),
    );
    await Promise.all([...folders].map(syncFolder));
    return ok(null);
  } catch (error) {
    const message = messageOf(error);
    return err({
      code: 'BUNDLE_UNWRITABLE',
      message: `the folder of evidence ${folder} can't be made: ${message}`,
      next: 'give another with --reports DIR',
    });
  }
}
