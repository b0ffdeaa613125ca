import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;
const digest = (description: string) => Type.String({ description, pattern: '^sha256:[0-9a-f]{64}$' });
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/** annotations/NNN.json: a note that somebody adds to a sealed bundle. */
export const schema = Type.Object(
  {
    type: Type.Literal('gatebook/annotation@1'),
    number: Type.Integer({ minimum: 1, maximum: 999, description: 'Its place; the file has the same.' }),
    run: Type.String({ description: 'The run that the bundle is of.' }),
    manifest: digest('Of SHA256SUMS.'),
    previous: nullable(
      Type.Object(
        {
          statement: digest('Of its file.'),
          signature: nullable(digest('Of its signature; null: it is not signed.')),
        },
        { ...closed, description: 'The annotation before it; null for the first.' },
      ),
    ),
    at: Type.String({ description: 'UTC, ISO 8601, by the clock of who wrote it.' }),
    who: Type.String({ description: 'In whose name.', pattern: '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$' }),
    text: Type.String({ minLength: 1, maxLength: 20_000 }),
    signed: Type.Boolean({ description: 'Whether a signature lies beside it, in annotations/NNN.json.sig.' }),
  },
  {
    title: 'Gatebook annotation',
    ...closed,
    description: 'A note on a run, added after its evidence was sealed.',
  },
);

export type AnnotationStatement = Static<typeof schema>;
