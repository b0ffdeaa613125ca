import { randomBytes } from 'node:crypto';
import { homedir, hostname, userInfo } from 'node:os';
import type { Clock } from '../base/clock.js';

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
};

/** Who runs: the name of the effective user, or its number where it has none. */
export function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${String(process.geteuid?.() ?? 'unknown')}`;
  }
}

/** A user without a name and without HOME has none; nothing is there, and nothing is made there. */
export function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return '/nonexistent';
  }
}

export const hostName = (): string => hostname();

/** `20260516T233317Z-1a2b`: UTC start, and four hex digits so that two in a second differ. */
export function newRunId(now: string): string {
  const compact = now.replaceAll(/[-:]/g, '').replace(/\.[0-9]+Z$/, 'Z');
  return `${compact}-${randomBytes(2).toString('hex')}`;
}
