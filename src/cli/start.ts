#!/usr/bin/env node
/**
 * What `gatebook` starts: the bundle's entry. It imports nothing but Node's own, so that a Node too old for the rest
 * is told so in a sentence, and so that the compile cache is on before the first module of ours is compiled.
 */
import module from 'node:module';
import process from 'node:process';
import { compileCacheFolder } from './compile-cache.js';

const oldest = [20, 19] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  process.stderr.write(
    `gatebook: Node ${process.versions.node} (${process.execPath}) is too old; Gatebook needs ${oldest.join('.')} or newer.\n` +
      'gatebook: upgrade it, then call this again: https://nodejs.org/en/download\n',
  );
  process.exitCode = 4;
} else {
  const folder = compileCacheFolder(process.env);
  // Absent before Node 22.1, whatever the types of Node 20 say.
  const enable = (module as { enableCompileCache?: (folder: string) => unknown }).enableCompileCache;
  if (folder !== null && enable) enable(folder);
  await import('../cli.js');
}
