import type { JsonSchema } from './walk.js';

/** The schema's own example, as it can be written. */
export function exampleOf(schema: JsonSchema | undefined, lead: string): string | undefined {
  const example = firstExample(schema);
  if (example === undefined) return undefined;
  return `${lead} ${typeof example === 'string' ? example : asYaml(example)}`;
}

/** What a map holds, where no example shows it. */
export function belowIt(types: readonly string[], { properties }: JsonSchema): string | undefined {
  if (!types.includes('object')) return undefined;
  const keys = Object.keys(properties ?? {});
  const some = keys.length > 5 ? [...keys.slice(0, 5), '…'] : keys;
  return keys.length === 0 ? 'write NAME: VALUE below it' : `below it stand ${some.join(', ')}`;
}

export function firstExample(schema: JsonSchema | undefined): unknown {
  const examples: unknown = schema?.['examples'];
  return Array.isArray(examples) ? (examples as unknown[])[0] : undefined;
}

/** As it can be written behind its key: `{slots: [SG_1, SG_2], valid_for: 24h}`. */
function asYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asYaml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, entry]) => `${asYaml(key)}: ${asYaml(entry)}`);
    return `{${entries.join(', ')}}`;
  }
  const isPlain =
    typeof value === 'string' && /^[A-Za-z][\w./ -]*$|^\d+[a-z]+$/i.test(value) && !taken.test(value);
  return isPlain ? value : JSON.stringify(value);
}
/** What YAML 1.2 reads as another type than text, or 1.1 did. */
const taken = /^(?:true|false|null|yes|no|on|off|[yn])$|\s$/i;
