import type { ErrorObject } from 'ajv';
import { child, type Node, type Path } from '../tree.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

const isSchema = (x: unknown): x is JsonSchema => typeof x === 'object' && x !== null && !Array.isArray(x);

/** Where ajv found it: a JSON pointer (RFC 6901), whose names stand as they were written but for `~` and `/`. */
export const pathOf = ({ instancePath }: Pick<ErrorObject, 'instancePath'>): Path =>
  instancePath
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The part of a schema that speaks of the value at a path; references and alternatives followed. */
export function schemaAt(root: JsonSchema, tree: Node, path: Path): JsonSchema {
  let node: Node | undefined = tree;
  let schema = settle(root, root, node);
  for (const key of path) {
    node = child(node, key);
    schema = settle(below(schema, String(key)), root, node);
  }
  return schema;
}

function below(schema: JsonSchema, key: string): JsonSchema {
  const properties = schema['properties'];
  const own = isSchema(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
  const found = own ?? (schema['type'] === 'array' ? schema['items'] : schema['additionalProperties']);
  return isSchema(found) ? found : {};
}

/** Follows `$ref` and `allOf`, and takes the alternative that is for values of this type. */
function settle(schema: JsonSchema, root: JsonSchema, node: Node | undefined): JsonSchema {
  const ref = schema['$ref'];
  if (typeof ref === 'string') {
    const definitions = root['definitions'];
    const found = isSchema(definitions) ? definitions[ref.replace('#/definitions/', '')] : undefined;
    return isSchema(found) ? settle(found, root, node) : {};
  }
  const all: unknown = schema['allOf'];
  if (Array.isArray(all) && isSchema(all[0])) return settle(all[0], root, node);
  const alternatives: unknown = schema['anyOf'];
  if (!Array.isArray(alternatives)) return schema;
  const settled = alternatives.filter(isSchema).map((alternative) => settle(alternative, root, node));
  const chosen = settled.find((alternative) => fits(alternative['type'], node)) ?? settled[0] ?? {};
  // What documents all of them stands beside them.
  const { examples } = schema;
  return examples === undefined ? chosen : { examples, ...chosen };
}

function fits(type: unknown, node: Node | undefined): boolean {
  if (node === undefined) return false;
  if (node.kind === 'map') return type === 'object';
  if (node.kind === 'list') return type === 'array';
  if (node.value === null) return type === 'null';
  if (typeof node.value === 'number') return type === 'number' || type === 'integer';
  return type === typeof node.value;
}
