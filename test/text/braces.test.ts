import { expect, test } from 'vitest';
import { Expression, showTemplate, TextTemplate } from '../../src/model/template.js';
import { sayExpressions, splitText } from '../../src/text/braces.js';

test('braces and quotes inside an expression are counted', () => {
  expect(splitText(`\${{ {'a': {'b': 1}} }}`)).toHaveLength(1);
  expect(splitText(`\${{ '}}' + "\\"}}" }}!`)).toHaveLength(2);
  expect(splitText('a ${{ x')).toEqual({ offset: 2 });
});

test.each([
  ['disk of ${{ run.id }} and ${{ run.date }}', 'disk of ‹run.id› and ‹run.date›'],
  ["${{ size({'a': {'b': run.id}}) }} of it", "‹size({'a': {'b': run.id}})› of it"],
  ["${{ run.id + '}}' }}.", "‹run.id + '}}'›."],
  ['runs "${{ a[\\"b\\"] }}" "${{ run.id }}"', 'runs "‹a[\\"b\\"]›" "‹run.id›"'],
  ["cut ${{ 'abc… and ${{ run.id }}", "cut ‹'abc… and ${{ run.id›"],
  ['cut ${{ run.', 'cut ${{ run.'],
])('the expressions of a sentence: %s', (sentence, words) => {
  expect(sayExpressions(sentence, (source) => `‹${source}›`)).toBe(words);
});

test('braces that are data, and no expression, are shown as such', () => {
  const shown = showTemplate(new TextTemplate(['see ${{ a }} ', new Expression('b')])) as string;
  expect(sayExpressions(shown, (source) => `‹${source}›`)).toBe('see \\${{ a }} ‹b›');
  expect(showTemplate(['${{ a }}', new Expression('b')])).toEqual(['\\${{ a }}', '${{ b }}']);
});
