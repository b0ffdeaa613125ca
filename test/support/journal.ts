import { createHash } from 'node:crypto';
import type { RunEvent } from '../../src/model/event.js';

/** The bytes of a journal that holds these events, a second apart. */
export function journalBytes(events: readonly RunEvent[], startedAt = '2026-11-21T08:15:02.000Z'): Buffer {
  let prev = '0'.repeat(64);
  const start = Date.parse(startedAt);
  const lines = events.map((event, index) => {
    const at = new Date(start + index * 100).toISOString();
    const line = JSON.stringify({ seq: index + 1, prev, at, ...event });
    prev = createHash('sha256').update(line).digest('hex');
    return `${line}\n`;
  });
  return Buffer.from(lines.join(''));
}

export const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
