import { expect, test } from 'vitest';
import type { Content } from '../../../src/kinds/postgres/content/capture.js';
import { observeLike, observePlain } from '../../../src/kinds/probes/postgres.rows/observe.js';

const content = {
  tables: [{ table: 's.a', count: 3, hash: '7' }],
  relations: [{ table: 's.a', askedAs: ['s.a'] }],
  notCovered: ['foreign table s.far'],
} as unknown as Content;
const expected = (count: number, hash?: string) => [
  { table: 's.a', count, ...(hash !== undefined && { hash }) },
];

test.each([
  ['more rows than that', expected(2), 'differs', 'table s.a: 3 rows, expected 2'],
  ['fewer rows than that', expected(4, '7'), 'differs', 'table s.a: 3 rows, expected 4'],
  ['as many rows, which says nothing of what is in them', expected(3), null],
  [
    'as many rows, and others',
    expected(3, '8'),
    'differs',
    'table s.a: 3 rows as expected, but not the same',
  ],
  ['the same rows', expected(3, '7'), 'equal'],
])('against a count that somebody wrote down: %s', (_, like, says, ...differences) => {
  const observed = observePlain(like, content);
  expect(observed).toMatchObject({ tables: [{ content: says }], differences, total: 3 });
});

test('against a backup: what could not be compared is told with what could', () => {
  const difference = { of: 'table', name: 's.b', words: 'table s.b: missing' } as const;
  const like = [...expected(3, '7'), { table: 's.b', count: 0 }, { table: 's.a', count: 3 }];
  expect(
    observeLike(like, content, {
      differences: [difference],
      rolesMissing: ['cutter'],
      notCovered: content.notCovered,
    }),
  ).toMatchObject({
    tables: [{ content: 'equal' }, { count: null, content: 'missing' }, { content: null }],
    differences: ['table s.b: missing'],
    roles_missing: ['cutter'],
    not_covered: ['foreign table s.far'],
  });
});
