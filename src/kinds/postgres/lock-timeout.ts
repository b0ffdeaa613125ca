/**
 * How long a statement of ours waits for a lock on a live server before it gives up. Within the time of its command,
 * so that the server says that the lock never came: of what is cut off at its time nobody knows what it did.
 */
export const lockTimeout = (timeoutMs: number): number => Math.min(10_000, Math.ceil(timeoutMs / 2));
