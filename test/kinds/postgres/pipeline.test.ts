import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/journal/redact.js';
import { everyMember } from '../../../src/kinds/postgres/pipeline.js';
import type { ProgramEnd } from '../../../src/ports/process.js';

test('a long message of a member is cut where it can be seen, and half a secret there is hidden', () => {
  const { add, redact } = createRedactor();
  add('pw', 'correct-horse-battery');
  const stderr = `${'x'.repeat(390)}correct-horse-battery and more`;
  const ended = everyMember([{ program: '/usr/bin/gpg', exitCode: 2, signal: null, stderr, captured: {} }]);
  const message = ended.ok ? '' : ended.error.message;
  expect(message).toMatch(/^gpg exited with 2: x{390}.{9}…$/);
  expect(redact(message)).toMatch(/x\[secret pw\]…$/);
});

const end = (program: string, exitCode: number | null, more: Partial<ProgramEnd> = {}): ProgramEnd => ({
  ...{ program: `/usr/bin/${program}`, exitCode, signal: null, stderr: `${program} said so`, captured: {} },
  ...more,
});

test('a member that was killed, or of which nothing is known, has not ended well', () => {
  expect(everyMember([end('pg_dump', 0), end('gpg', 0)])).toMatchObject({ ok: true });
  for (const bad of [end('gpg', 0, { signal: 'SIGKILL' }), end('gpg', null), end('gpg', 1)])
    expect(everyMember([end('pg_dump', 0), bad])).toMatchObject({ error: { code: 'PIPELINE_FAILED' } });
});

test('the cause is the member that failed by itself, wherever it stands', () => {
  const cancelled = end('pg_dump', null, { signal: 'SIGTERM', cancelled: true });
  const unread = end('zstd', null, { signal: 'SIGPIPE' });
  const cause = (...ends: readonly ProgramEnd[]) => {
    const well = everyMember(ends);
    return well.ok ? '' : well.error.message;
  };
  expect(cause(cancelled, unread, end('gpg', 2))).toBe('gpg exited with 2: gpg said so');
  expect(cause(cancelled, unread)).toBe('zstd was ended by SIGPIPE: zstd said so');
  expect(cause(cancelled)).toBe('pg_dump was ended by SIGTERM: pg_dump said so');
  expect(cause(end('zstd', null, { signal: 'SIGKILL' }))).toContain('want of memory');
  expect(cause(end('zstd', null, { signal: 'SIGKILL', cancelled: true }))).not.toContain('memory');
});

test('the reason is the program’s own, whatever its server said before it', () => {
  const stderr = 'WARNING:  database "x" has a collation version mismatch\npg_dump: error: query failed: x\n';
  expect(everyMember([end('pg_dump', 1, { stderr })])).toMatchObject({
    error: { message: 'pg_dump exited with 1: pg_dump: error: query failed: x' },
  });
});

test.each([
  ['Query was: LOCK TABLE public.t IN ACCESS SHARE MODE', true],
  ['Error message from server: ERROR:  could not read block 7', true],
  ['Query was: SELECT many, columns', false],
])('of the details of a reason %j is told: %j', (detail, told) => {
  const stderr = `pg_dump: error: query failed: x\npg_dump: detail: ${detail}\n`;
  expect(everyMember([end('pg_dump', 1, { stderr })])).toMatchObject({
    error: { message: `pg_dump exited with 1: pg_dump: error: query failed: x${told ? `. ${detail}` : ''}` },
  });
});
