import { expect, test } from 'vitest';
import { callsFunction, namesIn } from '../../src/expression/index.js';

const shown = (source: string): readonly string[] =>
  namesIn(source).map(({ root, path }) => [root, ...path].join(' '));

test.each<readonly [string, readonly string[]]>([
  ["commands['C-02'].backup.tables[0].count", ['commands C-02 backup tables 0 count']],
  ["secrets['a'] + secrets.b", ['secrets a', 'secrets b']],
  ["'commands and run.work' + value.commands", ['value commands']],
  ['data.list.all(run, run.work > params.n)', ['data list', 'params n']],
  ['data.rows[params.i].name', ['params i', 'data rows']],
  ["has(gates['G-01'].observed) ? {'a': run.work} : [keys.k]", ['gates G-01 observed', 'run work', 'keys k']],
  ['1 +', []],
])('names in %s', (source, names) => {
  expect(shown(source)).toEqual(names);
});

test('a function is called where it is called, and not where a text holds its name', () => {
  expect(
    ['has(value.a)', 'size([has(value.a)]) > 0', "value.a == 'has(x)'", 'value.has.x'].map((source) =>
      callsFunction(source, 'has'),
    ),
  ).toEqual([true, true, false, false]);
});
