import type { ErrorObject } from 'ajv';

/** Compiled by scripts/generate.ts. */
export interface Validator {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
}
export const validators: { readonly [name in 'runbook' | 'gates' | 'settings']: Validator };
