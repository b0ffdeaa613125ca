import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { vi } from 'vitest';

/** A file or folder that was waited for until it was on the disk, and what it held then: its text, or its names. */
export interface Synced {
  readonly path: string;
  readonly held: string | readonly string[];
}

/**
 * Every wait for the disk while `work` goes on, in order. The program's own calls, on real files. `meanwhile` is what
 * others do during each of them.
 */
export async function syncedBy(
  work: () => Promise<unknown>,
  meanwhile: (synced: Synced) => unknown = () => undefined,
): Promise<readonly Synced[]> {
  const any = await open('/dev/null');
  const prototype = Object.getPrototypeOf(any) as FileHandle;
  await any.close();
  const synced: Synced[] = [];
  const spies = (['sync', 'datasync'] as const).map((name) => {
    const real = Reflect.get(prototype, name) as () => Promise<void>;
    return vi.spyOn(prototype, name).mockImplementation(async function (this: FileHandle) {
      const path = readlinkSync(`/proc/self/fd/${this.fd}`);
      const held = statSync(path).isDirectory() ? readdirSync(path).sort() : readFileSync(path, 'latin1');
      await real.call(this);
      synced.push({ path, held });
      await meanwhile({ path, held });
    });
  });
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return synced;
}

/** Of the folder with this name the names in it, each time that it was waited for. */
export const namesIn = (synced: readonly Synced[], folder: string): readonly Synced['held'][] =>
  synced.filter(({ path }) => basename(path) === folder).map(({ held }) => held);
