import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { orExpression } from '../../schema.js';

const names = (description: string, example: string) =>
  orExpression(
    Type.Array(Type.String({ minLength: 1, maxLength: 127 }), {
      minItems: 1,
      maxItems: 10_000,
      uniqueItems: true,
      description,
      examples: [[example]],
    }),
  );

export const schema = Type.Object(
  {
    target: Type.String({ description: 'The target to back up.', examples: ['prod'] }),
    tables: Type.Optional(
      names(
        'Tables by their exact names, `schema.name`; partitions and inheriting tables come with their parent. One that is missing is TABLE_MISSING.',
        'public.information_unit',
      ),
    ),
    schemas: Type.Optional(names('Whole schemas by their exact names.', 'cutter_governance')),
    all: Type.Optional(Type.Literal(true, { description: 'The whole database, large objects included.' })),
    format: Type.Optional(
      Type.Union([Type.Literal('custom'), Type.Literal('plain')], {
        default: 'custom',
        description:
          "pg_dump's format. Only `custom` can be restored here: a plain dump that was cut off restores without an error.",
      }),
    ),
    compress: Type.Optional(
      Type.Union([Type.Literal('auto'), Type.Literal('zstd'), Type.Literal('gzip'), Type.Literal('none')], {
        default: 'auto',
        description: '`auto`: zstd where the program is there, else gzip.',
      }),
    ),
    encrypt: Type.Object(
      {
        key: Type.String({ description: 'The key, by its name under `keys`.', examples: ['backup'] }),
        proof: Type.Optional(
          Type.Literal('ephemeral', {
            description:
              'Adds a recipient of this run, destroyed in teardown, so that the restore can be proved where the private key is not.',
          }),
        ),
      },
      { additionalProperties: false, description: 'Plaintext never reaches the disk.' },
    ),
    to: Type.Optional(
      Type.String({
        maxLength: 1024,
        description:
          'The artifact’s file name in `run.artifacts`, ending in `.gpg`; made from target, database and run unless given. One that is no plain name is refused when it is used (UNSAFE_NAME).',
        examples: ['before-the-cut.dump.gpg'],
      }),
    ),
  },
  { additionalProperties: false, description: 'Takes an encrypted backup with pg_dump, in one snapshot.' },
);
export type Args = Static<typeof schema>;
