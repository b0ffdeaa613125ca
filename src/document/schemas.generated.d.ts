/** The JSON schemas, for messages; written by scripts/generate.ts. */
export const schemas: {
  readonly [name in 'runbook' | 'gates' | 'settings']: Readonly<Record<string, unknown>>;
};
