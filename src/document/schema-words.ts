/** JSON types as a person calls them. */
export const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'null',
};
/** What stands there, by JavaScript's name of its type. */
export const SCALAR_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  bigint: 'a number',
  boolean: 'true or false',
};

/** What a pattern asks for, where the same one stands at many keys. */
export const patternForms: Readonly<Record<string, string>> = {
  '^[0-9a-f]{64}$':
    'a digest is 64 lower-case hex digits; where a file has none yet, gatebook validate --fix writes it',
};

/** What to write instead of a value of another type; YAML's own traps explained. */
export function typeFix(types: readonly string[], value: unknown, written: string): string | undefined {
  if (types.includes('boolean') && typeof value === 'string' && /^(yes|on|y)$/i.test(value)) {
    return `write true: in YAML 1.2 ${value} is text`;
  }
  if (types.includes('boolean') && typeof value === 'string' && /^(no|off|n)$/i.test(value)) {
    return `write false: in YAML 1.2 ${value} is text`;
  }
  if (types.includes('string') && (typeof value === 'number' || typeof value === 'boolean'))
    return `quote it: "${written}"`;
  if (types.includes('integer') && typeof value === 'string' && /^[0-9]+$/.test(value))
    return 'remove the quotes';
  if (types.includes('array'))
    return typeof value === 'string' ? `write a list: [${written}]` : 'write a list: [a, b]';
  return undefined;
}
