import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { durationForm, durationPattern, limitPattern } from '../../base/quantity.js';

/** `words` says what a pattern asks for; it is what a person reads when the text doesn't match. */
const formWords = 'x-form';

interface Words {
  readonly description: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

/** An object without other keys than these. */
export const closed = (properties: Record<string, TSchema>, words: Words): TSchema =>
  Type.Object(properties, { additionalProperties: false, ...asOptions(words) });

/** A closed object of which exactly one key is given. */
export const oneOfKeys = (properties: Record<string, TSchema>, words: Words): TSchema =>
  Type.Object(
    Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, Type.Optional(schema)])),
    { additionalProperties: false, minProperties: 1, maxProperties: 1, ...asOptions(words) },
  );

export const optional = (schema: TSchema): TSchema => Type.Optional(schema);

export const text = (words: Words, maxLength = 20_000): TSchema =>
  Type.String({ minLength: 1, maxLength, ...asOptions(words) });

/** Text of a fixed form. */
export const formed = (pattern: string, form: string, words: Words): TSchema =>
  Type.String({ pattern, maxLength: 1024, [formWords]: form, ...asOptions(words) });

export const listOf = (item: TSchema, words: Words, minItems = 0): TSchema =>
  Type.Array(item, { minItems, maxItems: 20_000, ...asOptions(words) });

/** A map of things by the name that their author gives them. */
export const named = (item: TSchema, words: Words, names?: { pattern: string; form: string }): TSchema =>
  Type.Unsafe({
    type: 'object',
    ...(names && { propertyNames: { pattern: names.pattern, [formWords]: names.form } }),
    additionalProperties: item,
    ...asOptions(words),
  });

export const ref = (definition: string): TSchema => Type.Unsafe({ $ref: `#/definitions/${definition}` });

/** A reference with its own words for the hover; draft-07 ignores what stands beside `$ref`. */
export const described = (definition: string, words: Words): TSchema =>
  Type.Unsafe({ allOf: [{ $ref: `#/definitions/${definition}` }], ...asOptions(words) });

export const choice = (values: readonly string[], words: Words): TSchema =>
  Type.Unsafe({ type: 'string', enum: [...values], ...asOptions(words) });

export const flag = (words: Words): TSchema => Type.Boolean(asOptions(words));
export const count = (minimum: number, maximum: number, words: Words): TSchema =>
  Type.Integer({ minimum, maximum, ...asOptions(words) });

/** Several JSON types: at most one alternative for each, so that a finding is about one of them. */
export const either = (alternatives: readonly TSchema[], words: Words): TSchema =>
  Type.Unsafe({ anyOf: alternatives, ...asOptions(words) });

export const anything = (words: Words): TSchema => Type.Unknown(asOptions(words));

export const nameForm = {
  pattern: '^[a-z][a-z0-9_]{0,63}$',
  form: 'a name is a lower-case letter, then lower-case letters, digits and underscores',
};
export const commandIdForm = {
  pattern: '^C-[0-9]{2,3}[a-z]?$',
  form: 'a command id is C- with two or three digits, and a letter where one is needed (C-04, C-04a)',
};
export const gateIdForm = {
  pattern: '^G-[0-9]{2,3}[a-z]?$',
  form: 'a gate id is G- with two or three digits, and a letter where one is needed (G-13, G-13a)',
};

export const name = (words: Words): TSchema => formed(nameForm.pattern, nameForm.form, words);

export const duration = (words: Words): TSchema =>
  formed(durationPattern, `a duration is ${durationForm}`, words);

export const timeLimit = (words: Words): TSchema =>
  formed(limitPattern, `a time limit is longer than nothing: ${durationForm}`, words);

/** A path in the project or in the run's folders; where it leads is checked when it is opened. */
export const path = (words: Words): TSchema =>
  formed('^[^\\u0000-\\u001f]+$', 'a path has no control characters', words);

const environmentName = formed(
  '^[A-Za-z_][A-Za-z0-9_]{0,127}$',
  'a variable is named with letters, digits and underscores',
  { description: 'The environment variable that holds the value.', examples: ['PROD_DATABASE_URL'] },
);
const outsideKeys = {
  env: environmentName,
  file: path({
    description: 'The file that holds the value; its last newline is dropped.',
    examples: ['/run/secrets/url'],
  }),
};

/** `{env: NAME}` or `{file: PATH}`. */
export const outside = (words: Words): TSchema => oneOfKeys(outsideKeys, words);

/** A literal, or a value from outside. */
export const given = (literal: TSchema, words: Words): TSchema =>
  either([literal, oneOfKeys(outsideKeys, { description: 'A value from outside the runbook.' })], words);

/** An image that can't become another one: by its own id, or by what a registry calls its content. */
export const imageDigest: TSchema = formed(
  '^([A-Za-z0-9][A-Za-z0-9._/:-]{0,255}@)?sha256:[0-9a-f]{64}$',
  'an image is named by digest: NAME@sha256:… or sha256:…, 64 hex digits',
  { description: 'The image itself, by digest.', examples: [`postgres@sha256:${'0'.repeat(64)}`] },
);

/** CEL without braces. */
export const condition = (words: Words): TSchema =>
  either([Type.Boolean(), Type.String({ minLength: 1, maxLength: 4096 })], words);

export { outsideKeys };

function asOptions(words: Words): Record<string, unknown> {
  return {
    description: words.description,
    ...(words.examples && { examples: [...words.examples] }),
    ...(words.default !== undefined && { default: words.default }),
  };
}
