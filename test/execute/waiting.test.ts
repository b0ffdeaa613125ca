import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { raceAbort } from '../../src/execute/waiting.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([
  ['fires', false],
  ['has fired already', true],
])('work that ignores its signal is given up 10 s after it %s', async (_, fired) => {
  const controller = new AbortController();
  if (fired) controller.abort();
  const given = raceAbort(new Promise<never>(() => undefined), controller.signal);
  const told = expect(given).rejects.toThrow('it did not end when it was cancelled');
  controller.abort();
  vi.advanceTimersByTime(10_000);
  await told;
});
