import { expect, test } from 'vitest';
import { valueMap } from '../../src/base/value.js';
import { printed } from '../../src/execute/printed.js';

const map = (fields: Parameters<typeof Object.entries>[0]) => valueMap(Object.entries(fields) as never);

test.each([
  ['a text', 'a text'],
  [7, '7'],
  [true, 'true'],
  [[], 'none'],
  [['a', null, 3], 'a, —, 3'],
  [map({ code: 'TABLE_MISSING', sqlstate: null, message: 'no table a.b' }), 'TABLE_MISSING: no table a.b'],
  [map({ code: 'SQL_ERROR', sqlstate: '42501', message: 'denied' }), 'SQL_ERROR 42501: denied'],
  [map({ error: map({ code: 'X', message: 'y' }) }), 'X: y'],
  [map({ free: 1, of: 2 }), 'free 1; of 2'],
  [[map({ id: 1 })], '[{"id":1}]'],
])('%j in a report is %s', (value, words) => {
  expect(printed(value)).toBe(words);
});
