// What stands in quotes is no bracket and no comma. An array of arrays, or with a subscript in it, is left as it is.
// It ends in one way only: a text with many doubled quotes would be tried in all the ways that it could be cut.
const quoted = `'[^']*(?:''[^']*)*'(?!')|"[^"]*(?:""[^"]*)*"(?!")`;
const items = String.raw`ARRAY\[((?:${quoted}|[^[\]'"])+)\]`;
const castArray = new RegExp(
  String.raw`(?:\(${items}\)|${items})::((?:"[^"]*(?:""[^"]*)*"(?!")|[\w$.\u0080-\uffff ]|\([\d, ]+\))+)\[\]`,
  'g',
);
const part = new RegExp(`${quoted}|[^]`, 'g');

/**
 * As PostgreSQL prints a definition once it has read it from a dump. `v IN ('a', 'b')` of a varchar casts the array,
 * `(ARRAY['a'::character varying, …])::text[]`, and of these very words it makes a cast of each element.
 */
export const asReprinted = (definition: string): string =>
  definition.includes('ARRAY[')
    ? definition.replace(castArray, (_, enclosed: string | undefined, bare: string, type: string) => {
        const cast =
          enclosed === undefined
            ? elements(bare).map((e) => `${e}::${type}`)
            : elements(enclosed).map((e) => `(${e})::${type}`);
        return `ARRAY[${cast.join(', ')}]`;
      })
    : definition;

/** Split at the commas that stand in no parentheses. */
function elements(items: string): string[] {
  const found: string[] = [''];
  let depth = 0;
  for (const [text] of items.matchAll(part)) {
    depth += text === '(' ? 1 : text === ')' ? -1 : 0;
    if (text === ',' && depth === 0) found.push('');
    else found.push(`${found.pop() ?? ''}${text}`);
  }
  return found.map((e) => e.trim());
}
