import { Type } from '@sinclair/typebox';
import { limitPattern } from '../base/quantity.js';
import { madeHere } from './docker/schema.js';
import { orExpression } from './schema.js';

/** What `exec` and `script` have in common. */
export const sharedProperties = {
  env: Type.Optional(
    Type.Record(
      Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$' }),
      Type.String({ maxLength: 131072 }),
      {
        description:
          'Environment of the program. Beside it there are only PATH, HOME, LANG and TZ. Secrets may stand here.',
        examples: [{ OUT: '${{ run.work }}' }],
      },
    ),
  ),
  in: Type.Optional(
    madeHere(
      'Runs it inside a container of this run, by its `as` name; `cwd` and the program are those in there then.',
      'harness',
    ),
  ),
  cwd: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Folder in which it runs: absolute, or relative to the project. Default: `run.work`. With `in:`, an absolute one inside.',
      examples: ['${{ run.project }}'],
    }),
  ),
  stdin: Type.Optional(
    Type.String({ maxLength: 1048576, description: 'Text for its standard input. Secrets may stand here.' }),
  ),
  timeout: Type.Optional(
    orExpression(
      Type.String({
        pattern: limitPattern,
        description: 'Longest duration, beside that of the command or gate. Then TERM, and KILL 2 s later.',
        examples: ['90s', '5m'],
      }),
    ),
  ),
  ok_codes: Type.Optional(
    orExpression(
      Type.Array(Type.Integer({ minimum: 0, maximum: 255 }), {
        minItems: 1,
        maxItems: 256,
        description: 'Exit codes that count as success. Default: 0 alone.',
        examples: [[0, 1]],
      }),
    ),
  ),
  output: Type.Optional(
    Type.Union([Type.Literal('text'), Type.Literal('json'), Type.Literal('lines'), Type.Literal('none')], {
      description:
        'What `stdout` becomes: text without its last newline (default), parsed JSON (integers exact), a list of lines, or nothing.',
    }),
  ),
  connect: Type.Optional(
    orExpression(
      Type.String({
        pattern: '^[a-z][a-z0-9_]*$',
        description:
          'A sandbox, or an `of:` target that isn’t on production: sets PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSFILE and the rest that libpq connects by.',
        examples: ['copy'],
      }),
    ),
  ),
};
