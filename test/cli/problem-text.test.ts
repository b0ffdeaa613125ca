import { expect, onTestFinished, test } from 'vitest';
import { fitted, problemText } from '../../src/cli/io.js';

const problem = { code: 'GB2601', message: '${{ data.a[3] }} has no value', next: 'look' };

test('a problem of the plan says where it stands', () => {
  const range = { start: { line: 12, column: 9 }, end: { line: 12, column: 20 } };
  expect(problemText({ ...problem, at: { file: 'a.yaml', range } })).toBe(
    'gatebook: a.yaml:12:9 ${{ data.a[3] }} has no value [GB2601]\nnext     look\n',
  );
  expect(problemText(problem)).toBe('gatebook: ${{ data.a[3] }} has no value [GB2601]\nnext     look\n');
});

test('a terminal gets sentences broken between words, and a command as one line', () => {
  const { isTTY, columns } = process.stderr;
  onTestFinished(() => void Object.assign(process.stderr, { isTTY, columns }));
  Object.assign(process.stderr, { isTTY: true, columns: 40 });
  const long = { code: 'X', message: `it is not there, ${'and not there '.repeat(4)}`.trim() };
  const lines = problemText({ ...long, next: `look ${'here or '.repeat(8)}there` }).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  expect(lines.join(' ').replaceAll(/ +/g, ' ')).toContain(long.message);
  expect(problemText({ ...long, next: `gatebook report ${'x'.repeat(60)}` })).toMatch(
    /\nnext {5}gatebook report x{60}\n$/,
  );
  expect(fitted({ isTTY: false, columns: 40 }, 'a '.repeat(40))).toBe('a '.repeat(40));
});

test('a terminal that nobody told its size is taken for one of 80 columns', () => {
  const line = `one line of ${'words '.repeat(10)}`.trim();
  expect(fitted({ isTTY: true, columns: 0 }, line)).toBe(line);
});
