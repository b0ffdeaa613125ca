import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { compileCacheFolder, readCache, writeCache } from './compile-cache.js';

/** sha256 of the bundle, set by the build: a cache is of exactly these bytes (V8 itself compares lengths only). */
declare const BUNDLE_SHA256: string;

type Wrapped = (require: NodeJS.Require, filename: string) => void;

/**
 * Runs the program out of `dist/bundle/gatebook.cjs`. Compiling it takes longer than most commands, so V8's
 * compiled code is kept between calls, one file a command, since a call compiles what its command needs.
 */
export function runBundle(): void {
  const filename = join(import.meta.dirname, 'bundle', 'gatebook.cjs');
  preferStarting();
  const folder = compileCacheFolder(process.env);
  const cache = folder === null ? null : join(folder, cacheName());
  const cachedData = cache === null ? undefined : readCache(cache);
  // The bundle is ASCII: latin1 says so, and is read twice as fast as UTF-8.
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    ...(cachedData && { cachedData }),
  });
  if (cache !== null && (!cachedData || script.cachedDataRejected === true))
    process.once('exit', (code) => {
      if (code !== 2) writeCache(cache, script.createCachedData());
    });
  const run = script.runInThisContext() as Wrapped;
  run(createRequire(filename), filename);
}

/** `9f2c…-v20.20.2-x64-validate`: what the compiled code depends on, and the command that it is of. */
function cacheName(): string {
  const command = /^[a-z]{2,12}$/.exec(process.argv[2] ?? '')?.[0] ?? 'other';
  return [BUNDLE_SHA256.slice(0, 16), process.version, process.arch, command].join('-');
}

/**
 * Short commands end before optimized code pays for its compilation, which takes the cores that they run on. Later
 * V8s tier up through other compilers and don't know the flag.
 */
function preferStarting(): void {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=1000000');
}
