import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { loadRunbook, type LoadedRunbook } from '../../src/document/index.js';
import { substitute } from '../../src/document/build/substitute.js';
import { Expression, TextTemplate, showTemplate, type Template } from '../../src/model/template.js';
import { memorySources } from '../support/sources.js';

const library = `gatebook: v1
kind: gates
gates:
  rows:
    title: \${{ with.what }} of \${{ with.who }}
    why: from the library
    with: {what: {type: string, default: rows}, who: {type: string}, least: {type: integer}, base: {type: gate}}
    probe: {disk: {path: "\${{ with.who }}"}}
    expect: {free_bytes: {gte: "\${{ with.least + 1 }}"}, free_inodes: {unchanged_since: "\${{ with.base }}"}}
`;

async function load(use: string): Promise<LoadedRunbook> {
  const text = `gatebook: v1
id: a
title: A
revision: 1
commands:
  C-01:
    title: Look
    guards:
      G-01: {title: t, probe: {disk: {path: /x}}, expect: {free_bytes: {gt: 1}}}
      G-02: ${use}
`;
  const loaded = await loadRunbook(memorySources({ 'a.yaml': text, 'gates/d.yaml': library }), 'a.yaml');
  if (!loaded.ok) throw new Error(loaded.error.map((d) => `${d.code} ${d.message}`).join('\n'));
  return loaded.value;
}

test('a use has its arguments put in, and later rooms see no `with`', async () => {
  const { runbook, files } = await load(
    '{uses: gates/d.yaml#rows, with: {who: /x, least: "${{ 1 + 2 }}", base: G-01}, why: mine}',
  );
  const gate = runbook.commands[0]?.guards[1];
  expect(gate?.title).toBe('rows of /x');
  expect(gate?.why).toBe('mine');
  expect(gate?.uses).toBe('gates/d.yaml#rows');
  expect(showTemplate(gate?.probe.args ?? null)).toEqual({ path: '/x' });
  const [least, base] = gate?.expect ?? [];
  expect(least?.matcher).toMatchObject({ op: 'gte', operand: { source: '(1 + 2) + 1' } });
  expect(base?.matcher).toEqual({ op: 'unchanged_since', gate: 'G-01' });
  expect(files.map((f) => [f.path, f.role])).toEqual([
    ['a.yaml', 'runbook'],
    ['gates/d.yaml', 'library'],
  ]);
});

test('an argument is data: what it holds is never read as an expression or a matcher', async () => {
  const { runbook } = await load(
    `{uses: gates/d.yaml#rows, with: {who: "a' + run.id + '", least: 1, base: G-01}}`,
  );
  expect(runbook.commands[0]?.guards[1]?.title).toBe("rows of a' + run.id + '");
});

test.each<[Template, Template, Template]>([
  [new Expression('with.x'), 'a', 'a'],
  [new Expression('size(with.x) > 1'), 'a"b\\', new Expression('size("a\\"b\\\\") > 1')],
  [new Expression('"with.x" + with.x'), 'a', new Expression('"with.x" + "a"')],
  [new Expression('run.with.x'), 'a', new Expression('run.with.x')],
  [new Expression('with.x + 1'), new Expression('a ? 1 : 2'), new Expression('(a ? 1 : 2) + 1')],
  [new TextTemplate(['n ', new Expression('with.x')]), 3, 'n 3'],
  [
    new TextTemplate(['n ', new Expression('with.x')]),
    new TextTemplate(['a', new Expression('b')]),
    new TextTemplate(['n a', new Expression('b')]),
  ],
  [new Expression('with.x[0]'), ['a', true, null], new Expression('["a", true, null][0]')],
])('%j with %j', (template, argument, expected) => {
  const { template: made } = substitute(template, new Map([['x', argument]]));
  expect(JSON.stringify(made)).toBe(JSON.stringify(expected));
});

test('a data file that holds null is null, and not the name of the file', async () => {
  const files = { 'x.json': 'null\n', 'runbook.yaml': '' };
  const pin = createHash('sha256').update(files['x.json']).digest('hex');
  files['runbook.yaml'] =
    `gatebook: v1\nid: x\ntitle: t\nrevision: 1\ndata: {x: {file: x.json, sha256: ${pin}}}\ncommands: {C-01: {title: "\${{ data.x }}", guards: {G-01: {title: t, probe: {disk: {path: /}}, expect: {free_bytes: {gt: 5}}}}}}\n`;
  const loaded = await loadRunbook(memorySources(files), 'runbook.yaml');
  expect(loaded.ok && loaded.value.runbook.data).toEqual({ x: null });
});

test('of a list the items that are written out are looked at, each of them', async () => {
  const lists = `gatebook: v1
kind: gates
gates:
  scan:
    title: t
    with: {names: {type: list, items: identifier}, words: {type: list, items: string, pattern: "[a-z]+"}}
    probe: {value: "\${{ with.names + with.words }}"}
    expect: {not: {empty: true}}
`;
  const found = async (given: string): Promise<readonly string[]> => {
    const text = `gatebook: v1
id: a
title: A
revision: 1
data: {a: x}
commands: {C-01: {title: t, guards: {G-01: {uses: gates/d.yaml#scan, with: ${given}}}}}
`;
    const loaded = await loadRunbook(memorySources({ 'a.yaml': text, 'gates/d.yaml': lists }), 'a.yaml');
    return loaded.ok ? [] : loaded.error.map((d) => `${d.code} ${d.message}`);
  };
  expect(await found('{names: ["${{ data.a }}", b], words: [ab]}')).toEqual([]);
  expect(await found('{names: ["${{ data.a }}", "b c"], words: [ab]}')).toEqual([
    expect.stringMatching('^GB2010 with.names must be a list'),
  ]);
  expect(await found('{names: [a], words: [ab, "C 1"]}')).toEqual([
    "GB2010 with.words doesn't match [a-z]+ as a whole",
  ]);
});
