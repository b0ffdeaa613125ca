import { expect, test } from 'vitest';
import { fewAtOnce } from '../../src/base/few-at-once.js';

test('what is begun together stays few, and results stand in order', async () => {
  let under = 0;
  let most = 0;
  const items = Array.from({ length: 100 }, (_, index) => index);
  const results = await fewAtOnce(items, async (item) => {
    most = Math.max(most, ++under);
    await new Promise((resolve) => setTimeout(resolve, item % 3));
    under -= 1;
    return item * 2;
  });
  expect(results).toEqual(items.map((item) => item * 2));
  expect(most).toBe(32);
});
