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
  '^[a-z][a-z0-9_]*$': 'a name is a lower-case letter, then lower-case letters, digits and underscores',
  '^[A-Za-z_][A-Za-z0-9_]{0,127}$': 'a variable is named with letters, digits and underscores',
  '^[A-Za-z_][A-Za-z0-9_.]{0,126}$': 'a setting is named with letters, digits, underscores and dots',
  '^0[0-7]{3}$': 'a mode is four octal digits, the first of them 0',
  '^N-[0-9]{1,3}$': 'a note is N- and one to three digits',
  '^[0-9A-Z]{5}$': 'a SQLSTATE is five digits or capitals',
  '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,127}){0,7}$':
    'a name has letters, digits, dots, hyphens and underscores, and stands in at most seven folders',
};

/** What a text or a name has to look like, in words: its schema's own, or those of its pattern. */
export function formOf(schema: unknown, pattern?: string): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  const { 'x-form': form, pattern: own } = schema as Readonly<Record<string, unknown>>;
  return typeof form === 'string' ? form : patternForms[pattern ?? String(own)];
}

/** What to write instead of a value of another type; YAML's own traps explained. */
export function typeFix(
  types: readonly string[],
  value: unknown,
  written: string,
  name?: string | number,
): string | undefined {
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
    return typeof value === 'string'
      ? `write a list: [${name === 'argv' ? value.trim().split(/\s+/).join(', ') : written}]`
      : 'write a list: [a, b]';
  return undefined;
}

/** A key that other tools have there, or that stands a level too high: where it goes. */
export function elsewhere(path: readonly (string | number)[], key: string): string | undefined {
  if (path.at(-2) === 'do' && /^(?:shell|run|bash|sh|cmd|command)$/.test(key))
    return "a program is exec: {argv: [PROGRAM, ARGUMENT, …]}, a shell's text exec: {argv: [sh, -c, '…']}";
  if (path.length > 0) return undefined;
  if (/^(?:guards|do|expectations)$/.test(key))
    return `${key} stands in a command: commands: {C-01: {${key}: …}}`;
  return /^(?:steps|tasks|jobs)$/.test(key)
    ? 'write commands:, each with its guards, do and expectations'
    : undefined;
}
