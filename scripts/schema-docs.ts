/** Makes the schema an editor's manual: Markdown for the hover, from description and examples. */
export function documented(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(documented);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, documented(value)]));
  const { description, examples } = schema as { description?: unknown; examples?: unknown };
  if (typeof description === 'string') {
    const shown = Array.isArray(examples) ? examples.map((e) => `\`${JSON.stringify(e)}\``).join(', ') : '';
    copy['markdownDescription'] = shown === '' ? description : `${description}\n\nExample: ${shown}`;
  }
  return copy;
}
