import { Type } from '@sinclair/typebox';
import type { TSchema } from '@sinclair/typebox';
import type { Json } from '../../base/value.js';

export const closed = { additionalProperties: false } as const;
/** What it is stands on the whole, where a reader of the schema looks for it. */
export const nullable = <T extends TSchema>(schema: T) =>
  Type.Union(
    [schema, Type.Null()],
    schema.description === undefined ? {} : { description: schema.description },
  );
export const text = (description: string) => Type.String({ description });
export const words = <const T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });
export const list = <T extends TSchema>(items: T, description: string) => Type.Array(items, { description });
export const json = (description: string) => Type.Unsafe<Json>({ description });
export const digest = (description: string) => Type.String({ description });
export const milliseconds = (description: string) => Type.Number({ description, minimum: 0 });
