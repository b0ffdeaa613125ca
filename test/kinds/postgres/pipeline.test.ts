import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/journal/redact.js';
import { everyMember } from '../../../src/kinds/postgres/pipeline.js';

test('a long message of a member is cut where it can be seen, and half a secret there is hidden', () => {
  const { add, redact } = createRedactor();
  add('pw', 'correct-horse-battery');
  const stderr = `${'x'.repeat(390)}correct-horse-battery and more`;
  const ended = everyMember([{ program: '/usr/bin/gpg', exitCode: 2, signal: null, stderr, captured: {} }]);
  const message = ended.ok ? '' : ended.error.message;
  expect(message).toMatch(/^gpg exited with 2: x{390}.{9}…$/);
  expect(redact(message)).toMatch(/x\[secret pw\]…$/);
});
