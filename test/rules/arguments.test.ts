import { expect, test } from 'vitest';
import { findingsOf } from '../support/validate.js';
import {
  actions,
  command,
  disk,
  expectations,
  free,
  gate,
  guards,
  ruleTable,
  runbook,
} from '../support/table.js';

const prod =
  'targets:\n  prod: {postgres: {url: {env: X}}, production: true, identity: {database: app}}\nauthorization: {none: reads}\n';
const select = 'sql: {target: prod, query: select name from t}';
const looked = gate('G-01', `probe: {${select}}, expect: {row_count: {gt: 0}}`);
/** After a gate that has observed rows, free disk and a backup's shape, does this. */
const after = (...items: readonly string[]): string =>
  prod +
  runbook(
    command('C-01', guards(looked, free('G-02'))),
    command('C-02', `    effect: observe\n${guards(free('G-03'))}${actions(...items)}`),
  );
const rows = "gates['G-01'].observed.rows";
const given = (expression: string): string => `"\${{ ${expression} }}"`;
const stdin = (expression: string): string => `exec: {argv: [cat], stdin: ${given(expression)}}`;
const backup = (probe: string): string =>
  `keys: {k: {gpg: {generate: true}}}\n${prod}${runbook(
    command(
      'C-01',
      guards(free('G-01')) +
        actions('{postgres.backup: {target: prod, tables: [public.a], encrypt: {key: k}}, as: saved}') +
        expectations(gate('G-02', `probe: {${probe}}, expect: {total: {gt: 5}}`)),
    ),
  )}`;

ruleTable('arguments-fit-their-types', ['GB2213'], {
  valid: {
    'a part of it': after(stdin(`${rows}[0].name`)),
    'the whole as JSON': after(stdin(`json(${rows})`)),
    'inside a longer text': after(`exec: {argv: [cat], stdin: "rows: \${{ ${rows} }}"}`),
    'a text that may be absent': after(stdin("gates['G-01'].state")),
    'what only the run can tell': after(
      'exec: {argv: [ls], output: json}\n        as: listed',
      stdin("commands['C-02'].listed.stdout"),
    ),
    'a list for a list': `data: {words: [a, b]}\n${after('exec: {argv: "${{ data.words }}"}')}`,
    'a number for a number': `data: {codes: [0, 3]}\n${after('exec: {argv: [x], ok_codes: "${{ data.codes }}"}')}`,
    'anything as a bind parameter': after(`sql: {target: prod, query: select $1, params: [${given(rows)}]}`),
    "a backup's tables where they belong": backup(
      `postgres.rows: {target: prod, like: ${given("commands['C-01'].saved.tables")}}`,
    ),
  },
  invalid: {
    'rows in stdin': [after(stdin(rows)), `GB2213 ${rows}`],
    'a list in an item of argv': [after(`exec: {argv: [echo, ${given(rows)}]}`), `GB2213 ${rows}`],
    'a map in an item of argv': [
      after(`exec: {argv: [echo, ${given("gates['G-02'].observed")}]}`),
      "GB2213 gates['G-02'].observed",
    ],
    'a number in env': [
      after(`exec: {argv: [env], env: {FREE: ${given("gates['G-02'].observed.free_bytes")}}}`),
      "GB2213 gates['G-02'].observed.free_bytes",
    ],
    'a list as a path': [
      `data: {paths: [a, b]}\n${runbook(command('C-01', guards(gate('G-01', 'probe: {file: {path: "${{ data.paths }}"}}, expect: {present: true}'))))}`,
      'GB2213 data.paths',
    ],
    'text where a list is wanted': [
      `data: {words: a b}\n${after('exec: {argv: "${{ data.words }}"}')}`,
      'GB2213 data.words',
    ],
    "a backup's tables as names": [
      backup(`postgres.rows: {target: prod, tables: ${given("commands['C-01'].saved.tables")}}`),
      "GB2213 commands['C-01'].saved.tables",
    ],
    'in a loop': [
      `data: {list: [a, b]}\n${runbook(command('C-01', `    for_each: "\${{ data.list }}"\n    effect: observe\n${guards(gate('G-01', `${disk}, expect: {free_bytes: {gt: 5}}`))}${actions('exec: {argv: [echo, "${{ data.list }}"]}')}`))}`,
      'GB2213 data.list',
    ],
  },
});

test.each([
  ['rows', stdin(rows), `say ${rows}[0].name, or json(${rows}) for the whole of it`],
  ['a number', stdin("gates['G-02'].observed.free_bytes"), "say string(gates['G-02'].observed.free_bytes)"],
  ['a map', stdin("gates['G-02'].observed"), "say json(gates['G-02'].observed)"],
  ['text for a list', `exec: {argv: ${given('run.id')}}`, 'say [run.id]'],
])('the fix of %s is valid itself', async (_name, action, fix) => {
  const [finding] = (await findingsOf(after(action))).filter((d) => d.code === 'GB2213');
  expect(finding?.fix).toBe(fix);
  const said = fix
    .replace(/^say /, '')
    .replace(/ for the whole of it$/, '')
    .split(', or ');
  const source = /\{\{ (.*) \}\}/.exec(action)?.[1] ?? '';
  const mended = await Promise.all(said.map((text) => findingsOf(after(action.replace(source, () => text)))));
  expect(mended.flat().filter((d) => d.code === 'GB2213')).toEqual([]);
});
