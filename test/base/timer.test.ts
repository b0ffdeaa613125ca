import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { later, pause } from '../../src/base/timer.js';

const days = (count: number): number => count * 86_400_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test.each([0, 1, days(24), days(25), days(50), days(365)])('%d ms are that long', (ms) => {
  const then = vi.fn();
  later(ms, then);
  if (ms > 0) vi.advanceTimersByTime(ms - 1);
  expect(then).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(then).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test('what is forgotten never comes, also after Node’s longest timer', () => {
  const then = vi.fn();
  const forget = later(days(60), then);
  vi.advanceTimersByTime(days(30));
  forget();
  vi.advanceTimersByTime(days(60));
  expect(then).not.toHaveBeenCalled();
});

test('a pause ends with the signal, and leaves no timer', async () => {
  const controller = new AbortController();
  const ended = pause(days(30), controller.signal);
  controller.abort();
  await ended;
  expect(vi.getTimerCount()).toBe(0);
});
