/**
 * Writes schemas/*.schema.json, docs/codes.md and docs/reference.md from the TypeBox definitions and the explanations,
 * and the validators that ajv compiles from the definitions.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { TSchema } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { format } from 'prettier';
import { schema as annotationSchema } from '../src/bundle/schema.js';
import { librarySchema, runbookSchema, settingsSchema } from '../src/document/schema/runbook.js';
import { schemas as actions } from '../src/kinds/actions/schemas.js';
import { schemas as probes } from '../src/kinds/probes/schemas.js';
import { evaluated, expressionMark, shapeTaken } from '../src/kinds/schema.js';
import { schema as reportSchema } from '../src/report/schema.js';
import { schema as reviewSchema } from '../src/review/schema.js';
import { codesPage } from './codes-page.js';
import { referencePage } from './reference.js';
import { compilable } from './schema-compiled.js';
import { documented, folded } from './schema-docs.js';

type Json = Record<string, unknown>;
const root = fileURLToPath(new URL('..', import.meta.url));
const toJson = (schema: TSchema): Json => folded(JSON.parse(JSON.stringify(schema))) as Json;

const runbook = toJson(runbookSchema({ probes, actions }));
const gates = toJson(librarySchema({ probes, actions }));
const settings = toJson(settingsSchema());
/** What the runner writes: published for who reads it, checked by the tests. */
const written = {
  annotation: published('annotation', annotationSchema),
  report: published('report', reportSchema),
  review: published('review', reviewSchema),
};

function published(name: string, schema: TSchema): Json {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `https://gatebook.dev/schemas/${name}.schema.json`,
    ...(JSON.parse(JSON.stringify(schema)) as Json),
  };
}

function compiler(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    messages: false,
    inlineRefs: false,
    code: { source: true, esm: true, lines: false },
  });
  ajv.addVocabulary([expressionMark]);
  return ajv;
}

/** ajv's ES modules still `require` its helpers: bundling takes them in. */
async function writeValidators(file: string, schemas: Readonly<Record<string, Json>>): Promise<void> {
  const ajv = compiler();
  const { shared, schemas: compiled } = compilable(schemas, 'https://gatebook.dev/compiled/shared');
  ajv.addSchema(shared);
  const ids: Record<string, string> = {};
  Object.entries(compiled).forEach(([name, schema], index) => {
    const id = `#v${String(index)}`;
    ajv.addSchema({ ...schema, $id: `https://gatebook.dev/compiled/${String(index)}` }, id);
    ids[name] = id;
  });
  const exported = Object.fromEntries(Object.values(ids).map((id, i) => [`v${String(i)}`, id]));
  const code = standalone.default(ajv, exported);
  const table = `export const validators = {${Object.keys(ids)
    .map((name, i) => `${JSON.stringify(name)}: v${String(i)}`)
    .join(', ')}};`;
  await build({
    stdin: { contents: `${code}\n${table}`, resolveDir: root, loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    minifyWhitespace: true,
    minifySyntax: true,
    outfile: `${root}${file}`,
    logLevel: 'error',
  });
}

/** What is generated and committed: CI generates anew, and fails where git sees a difference. */
async function writeCommitted(): Promise<void> {
  for (const [name, schema] of Object.entries({ runbook, gates, settings, ...written })) {
    const text = await format(JSON.stringify(documented(schema)), { parser: 'json', printWidth: 110 });
    await writeFile(`${root}schemas/${name}.schema.json`, text);
  }
  await writeFile(`${root}docs/codes.md`, codesPage());
  await writeFile(`${root}docs/reference.md`, referencePage());
}

const withDefinitions = (schema: TSchema): Json => evaluated(toJson(schema)) as Json;
const argsOf = (prefix: string, kinds: Readonly<Record<string, TSchema>>): [string, Json][] =>
  Object.entries(kinds).map(([kind, schema]) => [`${prefix}:${kind}`, withDefinitions(schema)]);

const shapesOf = (prefix: string, kinds: Readonly<Record<string, TSchema>>) =>
  Object.entries(kinds).map(([kind, schema]) => [
    `${prefix}:${kind}`,
    shapeTaken(evaluated(JSON.parse(JSON.stringify(schema)))),
  ]);

await writeCommitted();
await writeValidators('src/document/validators.generated.js', { runbook, gates, settings });
await writeValidators(
  'src/document/args.generated.js',
  Object.fromEntries([...argsOf('probe', probes), ...argsOf('action', actions)]),
);
await writeFile(
  `${root}src/document/schemas.generated.js`,
  `export const schemas = ${JSON.stringify({ runbook, gates, settings })};\n`,
);
await writeFile(
  `${root}src/document/arg-shapes.generated.js`,
  `export const argShapes = ${JSON.stringify(Object.fromEntries([...shapesOf('probe', probes), ...shapesOf('action', actions)]))};\n`,
);
