/** What the system, or Node, calls an error (`ENOENT`); undefined of one that has no such name. */
export const errno = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
