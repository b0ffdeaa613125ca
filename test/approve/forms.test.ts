import { expect, test } from 'vitest';
import { forms } from '../../src/approve/statement.js';

const { anything: _, ...named } = forms;
const good: Record<keyof typeof named, string> = {
  digest: `sha256:${'ab'.repeat(32)}`,
  principal: 'alice@example.org',
  slot: 'SG_1',
  key: `SHA256:${'A'.repeat(43)}`,
  instant: '2026-11-21T09:00:00.000Z',
  nonce: 'ab'.repeat(16),
  id: 'o9-backup',
  run: '20261121T090000Z-1a2b',
  state: '5f0c6a3e-8f0e-4d4c-9d8a-0123456789ab',
  command: 'C-07[eu.west]',
};

test.each(Object.entries(named))('%s is the whole of a text, and nothing stands beside it', (name, form) => {
  const text = good[name as keyof typeof named];
  expect(form.test(text)).toBe(true);
  for (const beside of [' ', '\n', '/', '*', '\u001b'])
    for (const spoilt of [`${beside}${text}`, `${text}${beside}`, `x\n${text}`, `${text}\nx`])
      expect(form.test(spoilt), JSON.stringify(spoilt)).toBe(false);
});
