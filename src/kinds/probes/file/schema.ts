import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';

export const schema = Type.Object(
  {
    path: Type.String({
      minLength: 1,
      maxLength: 4096,
      description: 'Absolute, or relative to the project. A symbolic link is observed itself, not followed.',
      examples: ['/var/lib/cutter/backup_runner.py'],
    }),
  },
  { additionalProperties: false, description: 'What stands at a path.' },
);
export type Args = Static<typeof schema>;
