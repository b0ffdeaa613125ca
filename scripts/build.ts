/**
 * src/ → dist/: ES modules, split where the code says `await import(…)`, every npm package inside
 * (docs/decisions/bundle-everything.md). Beside them the notices that the packages' licences ask for.
 */
import { build, type BuildResult, type Metafile } from 'esbuild';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { noticesOf } from './notices.js';

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist');
const startedAt = new Date();

/** CommonJS packages (ajv's runtime, pg) call `require` for Node's own modules; an ES module has none. */
const banner = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);`;

type Bundle = BuildResult<{ write: false; metafile: true }>;

async function bundle(): Promise<Bundle> {
  return build({
    absWorkingDir: root,
    entryPoints: { cli: 'src/cli/start.ts' },
    outdir: out,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: banner },
    // Names stay readable in a stack trace; what node has to parse at every start does not stay long.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    // pg's optional native driver: never used, never bundled.
    external: ['pg-native'],
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
}

/**
 * Chunks first, each name bearing its hash, the entry last: a run that began with the build before this one still
 * finds the chunks that it hasn't loaded yet, its teardown's among them. So old chunks stay, but for `--clean`.
 */
async function write({ outputFiles }: Bundle): Promise<void> {
  const entry = join(out, 'cli.js');
  for (const { path, contents } of [...outputFiles].sort(
    (a, b) => Number(a.path === entry) - Number(b.path === entry),
  )) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, contents, { mode: path === entry ? 0o755 : 0o644 });
    await rename(`${path}.new`, path);
  }
}

/** The package has no dependencies: an import that isn't Node's own would fail on a user's machine only. */
function refuseForeignImports({ outputs }: Metafile): void {
  const known = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`), 'pg-native']);
  for (const [file, { imports }] of Object.entries(outputs)) {
    const foreign = imports.find(({ external, path }) => external && !known.has(path));
    if (foreign) throw new Error(`${file} imports ${foreign.path}, which the package doesn't bring`);
  }
}

const result = await bundle();
refuseForeignImports(result.metafile);
if (process.argv.includes('--clean')) await rm(out, { recursive: true, force: true });
await write(result);
await writeFile(
  join(out, 'THIRD-PARTY-NOTICES.md'),
  await noticesOf(root, Object.keys(result.metafile.inputs)),
);

// What changed while we were building counts as newer than the build.
await writeFile(join(out, '.built'), '');
await utimes(join(out, '.built'), startedAt, startedAt);
