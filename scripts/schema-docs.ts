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

/** `anyOf` of constants as one `enum`: one finding, and a list of words in the editor. */
export function folded(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(folded);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, folded(value)]));
  const alternatives: unknown = copy['anyOf'];
  if (!Array.isArray(alternatives) || alternatives.length === 0) return copy;
  const constants = alternatives as readonly Readonly<Record<string, unknown>>[];
  if (!constants.every((a) => typeof a['const'] === 'string')) return copy;
  const { anyOf: _alternatives, ...rest } = copy;
  return { ...rest, type: 'string', enum: constants.map((a) => a['const']) };
}
