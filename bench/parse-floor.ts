import { build } from 'esbuild';
import { join } from 'node:path';
import { call } from './harness.js';

/** Runs `parse.cjs` from V8's cache beside it, and writes that cache where there is none. */
const loader = `
  const { existsSync, readFileSync, writeFileSync } = require('node:fs');
  const { Script } = require('node:vm');
  const [file, cache] = ['parse.cjs', 'parse.cache'].map((name) => __dirname + '/' + name);
  const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
  const script = new Script(readFileSync(file, 'latin1'), { filename: file, cachedData });
  script.runInThisContext()(require);
  if (cachedData === undefined) writeFileSync(cache, script.createCachedData());`;

const parse = `
  import { readFileSync } from 'node:fs';
  import { parseDocument } from 'yaml';
  for (const path of process.argv.slice(2)) parseDocument(readFileSync(path, 'utf8')).toJS();`;

/** argv of a program that does nothing but parse these files, with the same library and V8's cache as we have. */
export async function parserAlone(folder: string, paths: readonly string[]): Promise<readonly string[]> {
  await build({
    stdin: { contents: parse, resolveDir: join(import.meta.dirname, '..') },
    ...{ bundle: true, platform: 'node', minifyWhitespace: true, minifySyntax: true, charset: 'ascii' },
    ...{ banner: { js: '(function (require) {' }, footer: { js: '})' } },
    outfile: join(folder, 'parse.cjs'),
  });
  const argv = [process.execPath, '-e', loader.replace('__dirname', JSON.stringify(folder)), ...paths];
  await call(argv);
  return argv;
}
