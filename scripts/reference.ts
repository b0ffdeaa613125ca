import type { TSchema } from '@sinclair/typebox';
import { actions } from '../src/kinds/actions/index.js';
import { schemas as actionSchemas } from '../src/kinds/actions/schemas.js';
import type { ActionDeclaration, ProbeDeclaration } from '../src/kinds/declaration.js';
import { probes } from '../src/kinds/probes/index.js';
import { schemas as probeSchemas } from '../src/kinds/probes/schemas.js';
import { expressionMark } from '../src/kinds/schema.js';
import type { Shape } from '../src/model/shape.js';
import { functionDocs } from '../src/expression/index.js';
import { actionExamples, probeExamples, type Example } from './reference-examples.js';
import { folded } from './schema-docs.js';

type Schema = Readonly<Record<string, unknown>>;

const opening = `Every probe, action and function, written from the declarations that the runner itself uses. How they fit
together is told in [language.md](language.md).

An argument marked \\* is required. Text may hold expressions, and most other arguments may be one; a choice among words,
and what is pinned (\`file\`, \`sha256\`), are written out. What an expression yields is checked against the same type when
the run gets there. A \`?\` after a type means that the value may be \`null\`.`;

const schemaOf = (schemas: Readonly<Record<string, TSchema>>, kind: string) => schemas[kind];

/** docs/reference.md: each kind with its arguments, what it yields, its effect and an example. */
export function referencePage(): string {
  const probeParts = [...probes.values()].map((p) =>
    section(p, schemaOf(probeSchemas, p.name), probeExamples[p.name], [
      `In a dry run: ${p.inDryRun ? 'yes' : 'no'}.`,
      shapeTable('Observes', p.observation),
    ]),
  );
  const actionParts = [...actions.values()].map((a) =>
    section(a, schemaOf(actionSchemas, a.name), actionExamples[a.name], [
      `Effect: ${effectWords(a)}.${createsWords(a)}`,
      shapeTable('Outputs', a.outputs),
    ]),
  );
  return (
    [
      '# Reference',
      '<!-- Written by scripts/reference.ts from src/kinds and src/expression. -->',
      opening,
      '## Probes',
      'A probe observes and changes nothing. Exactly one stands in a gate.',
      ...probeParts,
      '## Actions',
      'An item of `do:` holds one action, and beside it `as:`, `when:` and `expect_error:` where they are needed.',
      ...actionParts,
      '## Functions',
      functionTable(),
    ].join('\n\n') + '\n'
  );
}

function section(
  kind: ProbeDeclaration | ActionDeclaration,
  schema: unknown,
  example: Example | undefined,
  parts: readonly string[],
): string {
  if (schema === undefined || example === undefined)
    throw new Error(`${kind.name} has no schema or no example`);
  const fence = `\`\`\`yaml ${example.form}\n${example.text}\n\`\`\``;
  return [
    `### ${kind.name}`,
    kind.summary,
    ...parts.slice(0, 1),
    argumentTable(folded(withoutExpressions(schema)) as Schema),
    ...parts.slice(1),
    fence,
  ].join('\n\n');
}

function effectWords({ effect }: ActionDeclaration): string {
  if (effect === 'declared') return 'declared by the command (`effect:`)';
  return typeof effect === 'string'
    ? `\`${effect}\``
    : '`observe` on a target that is read, declared by the command on a writable one';
}

function createsWords({ creates }: ActionDeclaration): string {
  const made = creates?.({}) ?? [];
  if (made.length === 0) return '';
  const words = made.map(({ type, durability }) => `\`${type}\` (${durability})`);
  return ` Enters into the ledger: ${words.join(', ')}.`;
}

/** The schema of the value itself: the alternative of an expression taken out, its words kept. */
function withoutExpressions(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutExpressions);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { anyOf, ...rest } = schema as Schema;
  const plain = asList(anyOf).filter((a) => asMap(a)[expressionMark] !== true);
  const merged = plain.length === 1 ? { ...asMap(plain[0]), ...rest } : schema;
  return Object.fromEntries(Object.entries(merged).map(([key, value]) => [key, withoutExpressions(value)]));
}

/** One row an argument; of nested maps, a row for each field below. */
function argumentTable(schema: Schema): string {
  const rows = argumentRows(schema, '');
  if (rows.length === 0) return `Argument: ${typeWords(schema)}. ${sentence(schema)}`.trim();
  return ['| Argument | Type | Meaning |', '|---|---|---|', ...rows].join('\n');
}

function argumentRows(schema: Schema, prefix: string): string[] {
  const required = new Set(asList(schema['required']).map(String));
  return Object.entries(asMap(schema['properties'])).flatMap(([name, value]) => {
    const property = asMap(value);
    const path = `${prefix}${name}`;
    const mark = required.has(name) ? ' \\*' : '';
    const row = `| \`${path}\`${mark} | ${cell(typeWords(property))} | ${cell(sentence(property))} |`;
    const items = asMap(property['items']);
    const below =
      property['type'] === 'array' ? argumentRows(items, `${path}[].`) : argumentRows(property, `${path}.`);
    return [row, ...below];
  });
}

function sentence(schema: Schema): string {
  const description = typeof schema['description'] === 'string' ? schema['description'] : '';
  const preset = schema['default'] === undefined ? '' : ` Default: \`${JSON.stringify(schema['default'])}\`.`;
  return `${description}${preset}`;
}

function typeWords(schema: Schema): string {
  const values = asList(schema['enum']);
  if (values.length > 0) return values.map((v) => `\`${String(v)}\``).join(', ');
  if (schema['const'] !== undefined) return `\`${JSON.stringify(schema['const'])}\``;
  switch (schema['type']) {
    case 'array':
      return `list of ${typeWords(asMap(schema['items']))}`;
    case 'object':
      return 'map';
    case 'string':
      return 'text';
    case 'integer':
      return `integer${range(schema)}`;
    case 'boolean':
      return 'boolean';
    default:
      return 'anything';
  }
}

function range({ minimum, maximum }: Schema): string {
  if (typeof minimum === 'number' && typeof maximum === 'number') return `, ${minimum} to ${maximum}`;
  return typeof minimum === 'number' ? `, at least ${minimum}` : '';
}

function shapeTable(heading: string, shape: Shape): string {
  if (typeof shape !== 'object' || !('fields' in shape)) return `${heading}: ${shapeWords(shape)}.`;
  const fields = Object.entries(shape.fields);
  if (fields.length === 0) return `${heading}: nothing.`;
  const rows = fields.map(([name, type]) => `| \`${name}\` | ${cell(shapeWords(type))} |`);
  return [`| ${heading} | Type |`, '|---|---|', ...rows].join('\n');
}

/** `list of {table, count?}`, with the types of the fields where they aren't text. */
function shapeWords(shape: Shape): string {
  if (typeof shape === 'string') return simple[shape];
  if ('list' in shape) return `list of ${shapeWords(shape.list)}`;
  if ('map' in shape) return `map of ${shapeWords(shape.map)} by name`;
  if ('nullable' in shape) return `${shapeWords(shape.nullable)}?`;
  return `{${Object.entries(shape.fields)
    .map(([name, type]) => `${name}: ${shapeWords(type)}`)
    .join(', ')}}`;
}

const simple = {
  string: 'text',
  int: 'integer',
  double: 'number',
  bool: 'boolean',
  null: 'null',
  any: 'whatever it yields',
} as const satisfies Record<Extract<Shape, string>, string>;

function functionTable(): string {
  const seen = new Map(functionDocs.map(({ name, doc }) => [`${name}\0${doc}`, { name, doc }]));
  const rows = [...seen.values()].map(({ name, doc }) => `| \`${name}\` | ${cell(doc)} |`);
  return ['| Function | Yields |', '|---|---|', ...rows].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const asList = (x: unknown): readonly unknown[] => (Array.isArray(x) ? (x as readonly unknown[]) : []);
const asMap = (x: unknown): Schema =>
  typeof x === 'object' && x !== null && !Array.isArray(x) ? (x as Schema) : {};
