import { expect, test } from 'vitest';
import { problemText } from '../../src/cli/io.js';

const problem = { code: 'GB2601', message: '${{ data.a[3] }} has no value', next: 'look' };

test('a problem of the plan says where it stands', () => {
  const range = { start: { line: 12, column: 9 }, end: { line: 12, column: 20 } };
  expect(problemText({ ...problem, at: { file: 'a.yaml', range } })).toBe(
    'gatebook: a.yaml:12:9 ${{ data.a[3] }} has no value [GB2601]\nnext     look\n',
  );
  expect(problemText(problem)).toBe('gatebook: ${{ data.a[3] }} has no value [GB2601]\nnext     look\n');
});
