import type { TSchema } from '@sinclair/typebox';

/** The schema of each kind's arguments; read by the generator only. */
export const schemas: Readonly<Record<string, TSchema>> = {};
