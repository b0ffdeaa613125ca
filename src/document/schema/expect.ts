import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { anything, choice, either, flag, listOf, oneOfKeys, ref } from './common.js';

const scalarOperand = (description: string, examples: readonly unknown[]): TSchema =>
  either([Type.Number(), Type.String()], { description, examples });

const listOperand = (description: string, examples: readonly unknown[]): TSchema =>
  either([listOf(anything({ description: 'One value.' }), { description: 'The values.' }), Type.String()], {
    description,
    examples,
  });

/** The operands of each matcher, under its name. The whole map is `expect`, and each path below it. */
export const matcherOperands: Readonly<Record<string, TSchema>> = {
  equals: anything({
    description: 'Equal to this value, in type too.',
    examples: ['directus', 9, '${{ params.count }}'],
  }),
  not: either(
    [ref('expect'), Type.String(), Type.Number(), Type.Boolean(), Type.Null(), Type.Array(Type.Unknown())],
    {
      description: 'Holds where the matcher below does not.',
      examples: [{ equals: 'directus' }],
    },
  ),
  gt: scalarOperand('Greater than.', [0]),
  gte: scalarOperand('Greater than or equal.', ['${{ params.min_free }}', 1]),
  lt: scalarOperand('Less than.', [100]),
  lte: scalarOperand('Less than or equal.', [100]),
  between: either([Type.Array(Type.Unknown(), { minItems: 2, maxItems: 2 })], {
    description: 'Between two values, both included.',
    examples: [[1, 9]],
  }),
  one_of: listOperand('Equal to one of these.', [['READY', 'PASS']]),
  matches: Type.String({
    minLength: 1,
    maxLength: 1024,
    description:
      'A regular expression (RE2 syntax, so that no text can make it slow) that finds a match in the text.',
    examples: ['^[0-9a-f]{64}$'],
  }),
  contains: anything({
    description: 'A list with this item, a map with this key, or a text with this part.',
    examples: ['public.unit_version'],
  }),
  contains_all: listOperand('A list, map or text that contains each of these, and perhaps others.', [
    ['GRANT', 'REVOKE'],
  ]),
  empty: flag({
    description: 'true: an empty list, map or text. false: one that holds something.',
    examples: [true],
  }),
  length: either([ref('expect'), Type.Integer(), Type.String()], {
    description:
      'The number of items of a list or map, or of characters of a text: a number, or a matcher for it.',
    examples: [9, { gte: 1 }],
  }),
  set_equals: listOperand('The same items in any order; shows what is missing and what is extra.', [
    ['a', 'b'],
  ]),
  rows_equal: listOperand('The same rows in the same order; shows the cells that differ.', [[{ dro: 1 }]]),
  every: ref('expect'),
  some: ref('expect'),
  // Who writes null without quotes means the type, too.
  is: either(
    [
      choice(['string', 'integer', 'boolean', 'list', 'object', 'null'], { description: 'By name.' }),
      Type.Null(),
    ],
    { description: 'The type.', examples: ['integer', null] },
  ),
  exists: flag({ description: 'false: nothing stands at this path.', examples: [false] }),
  unchanged_since: Type.String({
    description: 'What the named gate observed, with the same probe and the same arguments.',
    examples: ['G-02'],
  }),
  error: oneOfKeys(
    {
      sqlstate: Type.String({
        minLength: 1,
        description: 'The SQLSTATE of the refusal.',
        examples: ['42501'],
      }),
      code: Type.String({
        minLength: 1,
        description: "The runner's code of the failure.",
        examples: ['KEY_UNSET'],
      }),
      exit_code: either([Type.Integer(), Type.String()], {
        description: 'The exit code of the program.',
        examples: [1],
      }),
    },
    {
      description: 'The probe fails in exactly this way: the failure is the proof.',
      examples: [{ sqlstate: '42501' }],
    },
  ),
};

const expectation = either(
  [ref('expect'), Type.String(), Type.Number(), Type.Boolean(), Type.Null(), Type.Array(Type.Unknown())],
  { description: 'A matcher, a plain value (equals), or a map of further paths.' },
);

/** Matchers by name, anything else is a path into the observation. */
export const expectSchema: TSchema = Type.Unsafe({
  type: 'object',
  minProperties: 1,
  properties: {
    ...matcherOperands,
    or_empty: flag({ description: 'Beside a matcher over a list: nothing may pass too.', examples: [true] }),
  },
  additionalProperties: expectation,
  description:
    "What must hold. A matcher's name as key applies to the whole observation; any other key is a path into it (rows[0].dro).",
  examples: [{ free_bytes: { gte: '${{ params.min_free }}' } }, { database: 'directus', in_recovery: false }],
});
