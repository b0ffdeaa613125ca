import type { Explanation } from './entry.js';

const disk = 'probe: {disk: {path: "${{ run.work }}"}}';
const gate = (id: string, body: string): string =>
  `      ${id}:\n        title: a gate\n${body.replaceAll(/^/gm, '        ')}\n`;
const free = gate('G-01', `${disk}\nexpect: {free_bytes: {gte: 1000}}`);
const command = (rest: string): string => `commands:\n  C-01:\n    title: Look\n    guards:\n${free}${rest}`;

/** GB22xx: expressions. */
export const expressions: readonly Explanation[] = [
  {
    code: 'GB2201',
    title: "an expression that can't be read",
    explanation:
      "Expressions are CEL: `==`, `&&`, `||`, `!`, `? :`, arithmetic, `a.b`, `a['b']`, and functions.",
    wrong: 'facts: {run: "${{ run.id + }}"}\n',
    right: 'facts: {run: "${{ run.id }}"}\n',
  },
  {
    code: 'GB2202',
    title: 'an unknown name',
    explanation:
      'An expression knows params, data, run, targets, keys, secrets, commands and gates; in a loop `each`, in an assert `value`. Where a target or key is named it knows params, data and `each` alone: the review says which one it is.',
    wrong: 'facts: {run: "${{ rnu.id }}"}\n',
    right: 'facts: {run: "${{ run.id }}"}\n',
  },
  {
    code: 'GB2203',
    title: 'an unknown field',
    explanation:
      'Each kind declares what it observes or yields, so a misspelt field is found before anything runs.',
    wrong: 'facts: {run: "${{ run.ident }}"}\n',
    right: 'facts: {run: "${{ run.id }}"}\n',
  },
  {
    code: 'GB2204',
    title: "types that don't go together",
    explanation: 'CEL never converts on its own: `string(x)`, `int(x)` and `double(x)` do.',
    wrong: 'facts: {sum: "${{ run.id + 1 }}"}\n',
    right: 'facts: {sum: "${{ run.id + string(1) }}"}\n',
  },
  {
    code: 'GB2205',
    title: 'an index that only the run knows',
    explanation:
      'Commands, gates and secrets are named by a literal, so that it is known before the run what depends on what.',
    wrong: 'facts: {state: "${{ gates[run.id].state }}"}\n',
    right: 'facts: {state: "${{ gates[\'G-01\'].state }}"}\n',
  },
  {
    code: 'GB2206',
    title: 'an unknown function, or an expression that is too large',
    explanation:
      'Functions are few and bounded, so that an expression always ends. Long ones are split up into gates.',
    wrong: 'facts: {run: "${{ shout(run.id) }}"}\n',
    right: 'facts: {run: "${{ run.id }}"}\n',
  },
  {
    code: 'GB2207',
    title: 'used before it exists',
    explanation:
      "An action's outputs exist after it has run, a gate's observation after the gate: in later actions, expectations and commands, in teardown and in the report.",
    wrong: command(
      '    do:\n      - mkdir: {path: "${{ commands[\'C-01\'].folder.path }}/a"}\n      - {mkdir: {path: "${{ run.work }}/b"}, as: folder}\n',
    ),
    right: command(
      '    do:\n      - {mkdir: {path: "${{ run.work }}/b"}, as: folder}\n      - mkdir: {path: "${{ commands[\'C-01\'].folder.path }}/a"}\n',
    ),
  },
  {
    code: 'GB2208',
    title: 'a guard refers to a guard beside it',
    explanation: 'The guards of one command run side by side, so none of them can wait for another.',
    wrong: command(gate('G-02', `${disk}\nassert: "value.free_bytes >= gates['G-01'].observed.free_bytes"`)),
    right: `${command('')}  C-02:\n    title: Look again\n    guards:\n${gate('G-02', `${disk}\nassert: "value.free_bytes >= gates['G-01'].observed.free_bytes"`)}`,
  },
  {
    code: 'GB2209',
    title: 'a secret stands where it could be seen',
    explanation:
      '`${{ secrets.x }}` stands in `env:`, `stdin:`, `settings:`, a password, and the content of a file of mode 0600; nowhere else. An argv is seen by every user of the machine.',
    wrong: `secrets: {pass: {generate: {bytes: 24}}}\n${command('    effect: observe\n    do:\n      - exec: {argv: [echo, "${{ secrets.pass }}"]}\n')}`,
    right: `secrets: {pass: {generate: {bytes: 24}}}\n${command('    effect: observe\n    do:\n      - exec: {argv: [env], env: {PASS: "${{ secrets.pass }}"}, output: none}\n')}`,
  },
  {
    code: 'GB2210',
    title: "an expression in a program's text",
    explanation:
      'What the expression yields would be run as code. In `argv` or `env` it is one word, whatever it holds. A whole `argv` may come from `data` alone: which program runs has to be reviewed.',
    wrong: command('    effect: observe\n    do:\n      - exec: {argv: [sh, -c, "echo ${{ run.id }}"]}\n'),
    right: command(
      '    effect: observe\n    do:\n      - exec: {argv: [sh, -c, \'echo "$RUN"\'], env: {RUN: "${{ run.id }}"}}\n',
    ),
  },
  {
    code: 'GB2211',
    title: 'which iteration?',
    explanation:
      "A looped command has an id for each item: `C-10[S1]`. Outside the loop one of them is named; `gates['G-13'].state` alone is the worst of all. Keys of items become a part of ids.",
    wrong: `${command('')}  C-02:\n    title: Each\n    for_each: {"a b": {}}\n    guards:\n${gate('G-02', `${disk}\nexpect: {free_bytes: {gt: 5}}`)}`,
    right: `${command('')}  C-02:\n    title: Each\n    for_each: {ab: {}}\n    guards:\n${gate('G-02', `${disk}\nexpect: {free_bytes: {gt: 5}}`)}`,
  },
  {
    code: 'GB2212',
    title: "a condition that isn't true or false",
    explanation: 'There is no truth of a number or text: compare it.',
    wrong: `commands:\n  C-01:\n    title: Look\n    when: run.id\n    guards:\n${free}`,
    right: `commands:\n  C-01:\n    title: Look\n    when: run.mode == 'live'\n    guards:\n${free}`,
  },
  {
    code: 'GB2213',
    title: "a value that isn't what its argument takes",
    explanation:
      'An argument takes text, a number, a list or a map, and what an expression yields is handed over as it is. Name the part that is meant, `x.rows[0].name`, or say how it becomes text: `string(x)`, `json(x)`. Inside a longer text anything can stand.',
    wrong: command(
      gate('G-02', `${disk}\nexpect: {free_bytes: {gte: 1000}}`) +
        '    effect: observe\n    do:\n      - exec: {argv: [cat], stdin: "${{ gates[\'G-02\'].observed }}"}\n',
    ),
    right: command(
      gate('G-02', `${disk}\nexpect: {free_bytes: {gte: 1000}}`) +
        '    effect: observe\n    do:\n      - exec: {argv: [cat], stdin: "${{ json(gates[\'G-02\'].observed) }}"}\n',
    ),
  },
];
