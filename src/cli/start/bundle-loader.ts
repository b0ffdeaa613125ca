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
  const require = createRequire(filename);
  // While V8's flags are those that Node was built with, Node's own modules come compiled.
  for (const name of nodesOwn) require(name);
  preferStarting();
  const caches = cachesIn(compileCacheFolder(process.env));
  const found = caches && firstOf([caches.succeeded, caches.failed]);
  // The bundle is ASCII: latin1 says so, and is read twice as fast as UTF-8.
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    ...(found && { cachedData: found.data }),
  });
  if (caches) writeAtExit(script, caches, script.cachedDataRejected === true ? undefined : found?.path);
  const run = script.runInThisContext() as Wrapped;
  run(require, filename);
}

/** What commands need of Node. */
const nodesOwn = [
  'assert',
  'child_process',
  'crypto',
  'dns',
  'fs/promises',
  'perf_hooks',
  'readline/promises',
  'timers/promises',
  'tty',
].map((name) => `node:${name}`);

/** V8 compiles a function at its first call: what a call compiled that failed may be little, and serves until one succeeds. */
interface Caches {
  readonly succeeded: string;
  readonly failed: string;
}

function cachesIn(folder: string | null): Caches | undefined {
  if (folder === null) return undefined;
  const succeeded = join(folder, cacheName());
  return { succeeded, failed: `${succeeded}-failed` };
}

function firstOf(paths: readonly string[]): { path: string; data: Buffer } | undefined {
  for (const path of paths) {
    const data = readCache(path);
    if (data) return { path, data };
  }
  return undefined;
}

function writeAtExit(script: Script, { succeeded, failed }: Caches, used: string | undefined): void {
  if (used === succeeded) return;
  process.once('exit', (code) => {
    if (code === 0) writeCache(succeeded, script.createCachedData());
    else if (code !== 2 && used === undefined) writeCache(failed, script.createCachedData());
  });
}

/**
 * `9f2c…-v20.20.2-x64-validate`: what the compiled code depends on, and the command that it is of. A teardown is
 * two processes, which need different parts; the inner one is the first of its PID namespace.
 */
function cacheName(): string {
  const command = /^[a-z]{2,12}$/.exec(process.argv[2] ?? '')?.[0] ?? 'other';
  const part = process.pid === 1 ? [command, 'inner'] : [command];
  return [BUNDLE_SHA256.slice(0, 16), process.version, process.arch, ...part].join('-');
}

/**
 * Short commands end before optimized code and marking beside the program pay for themselves, which take the cores
 * that they run on; and what was compiled isn't to be forgotten before it is in the cache. Later V8s tier up through
 * other compilers and don't know the first flag.
 */
function preferStarting(): void {
  if (!process.versions.v8.startsWith('11.')) return;
  // Each child of a run is a copy of our pages at first, which costs more while a thread optimizes.
  const budget = process.argv[2] === 'run' ? 1_000_000 : 400_000;
  setFlagsFromString(`--interrupt-budget=${budget}`);
  setFlagsFromString('--no-incremental-marking');
  setFlagsFromString('--no-flush-bytecode');
}
