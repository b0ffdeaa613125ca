/**
 * src/ → dist/: a small entry and one file with all the rest, every npm package inside
 * (docs/decisions/bundle-everything.md). Beside them the notices that the packages' licences ask for.
 */
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { noticesOf } from './notices.js';

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist');
const startedAt = new Date();

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  // Names stay readable in a stack trace; what Node has to read at every start does not stay long.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  charset: 'ascii',
  // pg's optional native driver: never used, never bundled.
  external: ['pg-native'],
  write: false,
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

async function bundled(
  entry: string,
  define: Record<string, string>,
): Promise<{ code: Uint8Array; metafile: Metafile }> {
  const { outputFiles, metafile } = await build({ ...common, entryPoints: [entry], define });
  const [file] = outputFiles;
  if (!file) throw new Error(`${entry}: esbuild wrote nothing`);
  refuseForeignImports(metafile);
  return { code: Buffer.from(inAscii(file.text)), metafile };
}

/**
 * The bundle is read as latin1, which is twice as fast. esbuild escapes strings and leaves the literals of regular
 * expressions as they are, where the same escape means the same character.
 */
const inAscii = (code: string): string =>
  code.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The package has no dependencies: an import that isn't Node's own would fail on a user's machine only. */
function refuseForeignImports({ outputs }: Metafile): void {
  const known = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`), 'pg-native']);
  for (const { imports } of Object.values(outputs)) {
    const foreign = imports.find(({ external, path }) => external === true && !known.has(path));
    if (foreign) throw new Error(`dist/ would import ${foreign.path}, which the package doesn't bring`);
  }
}

/** By rename: whoever starts while we write gets the old program or the new one, whole. */
async function write(path: string, content: Uint8Array | string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, content, { mode });
  await rename(`${path}.new`, path);
}

// The bundle lies two folders deep, as src/cli/schema.ts does: what it finds relative to itself is found from there too.
const program = await bundled('src/cli.ts', {
  'import.meta.url': '__bundleUrl',
  // pg asks by it whether this is Cloudflare; in Node the question alone loads undici, 40 ms.
  Response: 'undefined',
  // The native driver is not here, whatever the caller's environment asks for.
  'process.env.NODE_PG_FORCE_NATIVE': 'undefined',
});
const before = `(function (require, __filename) {const __bundleUrl = require("node:url").pathToFileURL(__filename).href;\n`;
const code = Buffer.concat([Buffer.from(before), program.code, Buffer.from('\n})\n')]);
const sha256 = createHash('sha256').update(code).digest('hex');
const start = await bundled('src/cli/start/start.ts', {
  BUNDLE_SHA256: JSON.stringify(sha256),
  'import.meta.dirname': '__dirname',
});

if (process.argv.includes('--clean')) await rm(out, { recursive: true, force: true });
await write(join(out, 'package.json'), '{"type": "commonjs"}\n');
await write(join(out, 'bundle', 'gatebook.cjs'), code);
await write(join(out, 'cli.js'), start.code, 0o755);
await write(join(out, 'THIRD-PARTY-NOTICES.md'), await noticesOf(root, Object.keys(program.metafile.inputs)));

// What changed while we were building counts as newer than the build.
await write(join(out, '.built'), '');
await utimes(join(out, '.built'), startedAt, startedAt);
