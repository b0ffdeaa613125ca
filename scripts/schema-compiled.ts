/**
 * Schemas as ajv compiles them best. A process compiles each function whole when it is first called, so every map of
 * the language gets a function of its own, and the same map in two places the same one.
 */
type Json = Readonly<Record<string, unknown>>;

/** For people and editors: no value is valid or not because of it. */
const annotations: ReadonlySet<string> = new Set(['title', 'description', 'examples', 'default', 'x-form']);
/** Keywords under which names stand, whatever they are. */
const namesUnder: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'definitions']);

const isObject = (x: unknown): x is Json => typeof x === 'object' && x !== null && !Array.isArray(x);

/** Of one schema and all in it: what decides. */
function bare(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(bare);
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([key]) => !annotations.has(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      namesUnder.has(key) && isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, bare(inner)]))
        : bare(value),
    ]),
  );
}

export interface Compilable {
  /** What several schemas hold, under `definitions`. */
  readonly shared: Json;
  readonly schemas: Readonly<Record<string, Json>>;
}

/** Takes what stands in several places, and every map with keys of its own, out of the schemas. */
export function compilable(schemas: Readonly<Record<string, Json>>, sharedId: string): Compilable {
  const definitions: Record<string, unknown> = {};
  const names = new Map<string, string>();
  const outside = (schema: unknown, of: string): unknown => {
    if (Array.isArray(schema)) return schema.map((item) => outside(item, of));
    if (!isObject(schema)) return schema;
    const { $ref } = schema;
    if (typeof $ref === 'string')
      return { $ref: $ref.replace('#/definitions/', `${sharedId}#/definitions/${of}.`) };
    const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, outside(value, of)]));
    if (!isObject(copy['properties']) || 'definitions' in copy) return copy;
    const text = JSON.stringify(copy);
    const name = names.get(text) ?? `map${String(names.size)}`;
    names.set(text, name);
    definitions[name] = copy;
    return { $ref: `${sharedId}#/definitions/${name}` };
  };
  const compiled = Object.entries(schemas).map(([of, schema]): [string, Json] => {
    const { $id: _published, definitions: own, ...root } = bare(schema) as Json;
    for (const [name, definition] of Object.entries((own ?? {}) as Json))
      definitions[`${of}.${name}`] = outside(definition, of);
    return [of, outside(root, of) as Json];
  });
  return { shared: { $id: sharedId, definitions }, schemas: Object.fromEntries(compiled) };
}
