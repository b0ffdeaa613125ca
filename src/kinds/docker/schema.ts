import { Type } from '@sinclair/typebox';
import { orExpression } from '../schema.js';

/** What a resource is called on the engine. */
export const engineName = (what: string, example: string) =>
  Type.String({
    minLength: 1,
    maxLength: 4096,
    description: `The exact name of the ${what}: letters, digits, \`_\`, \`.\` and \`-\`. Nothing may bear it yet.`,
    examples: [example],
  });

/** By content: a tag can be moved between the review and the run. A rule says so, and the run refuses it. */
export const image = Type.String({
  minLength: 1,
  maxLength: 512,
  description:
    'The image by its content: its id (`sha256:…`), or `name@sha256:…`. It must be on the engine: nothing is pulled.',
  examples: ['postgres@sha256:4aea012537edfad80f98d870a36e6b90b4c09b27be7f4b4759d72db863baeebb'],
});

/** The `as` name of something that this run made. */
export const madeHere = (description: string, example: string) =>
  orExpression(Type.String({ pattern: '^[a-z][a-z0-9_]*$', description, examples: [example] }));
