import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineFolder } from './docker.js';

const stopMs = 15_000;

/** Names the folder of this test run's Docker engine; `testEngine` starts it when a test wants it. */
export function setup(): () => Promise<void> {
  if (process.env[engineFolder] !== undefined) return () => Promise.resolve();
  const folder = join(tmpdir(), `gbd-${randomBytes(4).toString('hex')}`);
  process.env[engineFolder] = folder;
  process.env[`${engineFolder}_OWNER`] = String(process.pid);
  return async () => {
    if (!existsSync(folder)) return;
    await writeFile(join(folder, 'stop'), '');
    for (const deadline = performance.now() + stopMs; existsSync(folder);) {
      if (performance.now() > deadline)
        throw new Error(`the Docker engine of the tests left ${folder} behind`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
}
