import type { Value } from '../base/value.js';
import { field, isMap } from '../base/value.js';

/** One field of the args as a reviewer reads it; `…` where it isn't text. */
export function shown(args: Value, name: string): string {
  const value = isMap(args) ? field(args, name) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '…';
}
