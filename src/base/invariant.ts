/** A broken assumption of ours, never a user's mistake: it ends the run as an internal error (exit 4). */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** States what must hold here; stays on in production. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (condition === false || condition === null || condition === undefined) throw new InvariantError(message);
}
