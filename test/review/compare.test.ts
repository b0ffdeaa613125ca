import { describe, expect, test } from 'vitest';
import type { Template } from '../../src/model/template.js';
import { compareArguments } from '../../src/review/compare/arguments.js';
import { base, edited, files } from './base.js';
import { comparePlans } from '../../src/review/compare/index.js';
import { cpuMs } from '../support/cpu-ms.js';
import { comparisonOf, said, sideOf } from './support.js';

type Edit = readonly [string, string];
const g01 = 'expect: {free_bytes: {gte: "${{ params.min_free }}"}, free_inodes: {gt: 100}}';
const g02 = 'expect: {database: directus, in_recovery: false}';
const g04 = 'expect: {size_bytes: {gt: 10}, sha256: {matches: "^[0-9a-f]+$"}}';
const rows = 'rows: {set_equals: [{rolname: a}]}';
const slots = (names: string, hours: number) => `authorization: {slots: [${names}], valid_for: ${hours}h}`;
const noAuthorization = 'authorization: {none: reads production}';
const copyWrites = 'postgres: {sandbox: {engine: auto}}\n    access: write';
const operator = 'teardown:\n  C-05:';

const [, make = '', script = ''] = /( +- exec: \{argv: \[make[^]*?)( +- script: .*\n)/.exec(base) ?? [];

/** One row a kind of change: what is edited, and what a reviewer is told; nothing else may be said. */
const table: Readonly<Record<string, readonly [Edit | readonly Edit[], ...string[]]>> = {
  // Gates
  'a guard removed': [[/G-01:[^]*?gt: 100}}\n {6}/.exec(base)?.[0] ?? '', ''], 'weakens gate-removed G-01'],
  'a gate added': [
    [
      '    expectations:\n      G-05:',
      '    guards:\n      G-04a: {title: t, probe: {disk: {path: /tmp}}, expect: {free_bytes: {gt: 1}}}\n    expectations:\n      G-05:',
    ],
    'strengthens gate-added G-04a',
  ],
  'an expectation removed': [[', free_inodes: {gt: 100}', ''], 'weakens expectation-removed G-01'],
  'an expectation added': [
    [g02, 'expect: {database: directus, in_recovery: false, superuser: false}'],
    'strengthens expectation-added G-02',
  ],
  'a bound lowered': [['gt: 100', 'gt: 10'], 'weakens expectation-changed G-01'],
  'a bound raised': [['gt: 100', 'gt: 1000'], 'strengthens expectation-changed G-01'],
  'gt to gte': [['gt: 100', 'gte: 100'], 'weakens expectation-changed G-01'],
  'a range widened': [['between: [1, 5]', 'between: [1, 50]'], 'weakens expectation-changed G-03'],
  'a range narrowed': [['between: [1, 5]', 'between: [2, 5]'], 'strengthens expectation-changed G-03'],
  'a range shifted': [['between: [1, 5]', 'between: [2, 6]'], 'changes expectation-changed G-03'],
  'an exact set widened': [
    [rows, 'rows: {set_equals: [{rolname: a}, {rolname: b}]}'],
    'weakens expectation-changed G-03',
  ],
  'or_empty added': [
    [rows, 'rows: {set_equals: [{rolname: a}], or_empty: true}'],
    'weakens expectation-changed G-03',
  ],
  'or_empty added, and another set': [
    [rows, 'rows: {set_equals: [{rolname: b}], or_empty: true}'],
    'weakens expectation-changed G-03',
  ],
  'alternatives instead of one value': [
    ['database: directus, in_recovery', 'database: {one_of: [directus, postgres]}, in_recovery'],
    'weakens expectation-changed G-02',
  ],
  'a pattern instead of a value': [
    ['database: directus, in_recovery', 'database: {matches: direct}, in_recovery'],
    'weakens expectation-changed G-02',
  ],
  'another value': [
    ['database: directus, in_recovery', 'database: other, in_recovery'],
    'changes expectation-changed G-02',
  ],
  'another pattern': [['^[0-9a-f]+$', '^[0-9a-f]*$'], 'changes expectation-changed G-04'],
  'another gate as baseline': [
    [
      'expect: {unchanged_since: G-02}',
      'expect: {system_identifier: {equals: "${{ gates[\'G-02\'].observed.system_identifier }}"}}',
    ],
    'weakens expectation-removed G-06',
    'strengthens expectation-added G-06',
  ],
  'an assert changed': [
    ['size(value.rows) < 9', 'size(value.rows) < 99'],
    'changes expectation-changed G-03',
  ],
  'an assert removed': [['        assert: size(value.rows) < 9\n', ''], 'weakens expectation-removed G-03'],
  'a probe of another kind': [
    [
      'probe: {disk: {path: "${{ run.artifacts }}"}}',
      'probe: {value: {free_bytes: 9999999999, free_inodes: 101}}',
    ],
    'weakens probe-changed G-01',
  ],
  'a probe of another path': [
    ['probe: {disk: {path: "${{ run.artifacts }}"}}', 'probe: {disk: {path: /tmp}}'],
    'changes probe-changed G-01',
  ],
  'a probe of another target': [
    ['probe: {postgres.rows: {target: copy, like', 'probe: {postgres.rows: {target: prod, like'],
    'weakens probe-changed G-05',
  ],
  "a probe's query": [['SELECT rolname FROM pg_roles', 'SELECT 1'], 'changes sql-changed G-03'],
  'on_fail weakened': [['on_fail: hard-abort', 'on_fail: record'], 'weakens on-fail-changed G-02'],
  'on_fail strengthened': [
    ['        assert: size', '        on_fail: hard-abort\n        assert: size'],
    'strengthens on-fail-changed G-03',
  ],
  'when added to a gate': [
    [
      '        assert: size',
      "        when: {if: run.mode == 'live', reason: no roles}\n        assert: size",
    ],
    'weakens gate-condition-changed G-03',
  ],
  'more attempts': [['attempts: 2', 'attempts: 20'], 'weakens gate-patience-changed G-03'],
  'more time': [['timeout: 10s', 'timeout: 1h'], 'weakens gate-patience-changed G-03'],
  'less time': [['timeout: 10s', 'timeout: 5s'], 'neutral gate-patience-changed G-03'],
  'a guard that became an expectation': [
    ['    guards:\n      G-01:', '    expectations:\n      G-01:'],
    'weakens gate-moved G-01',
    'weakens gate-moved G-02',
    'weakens gate-moved G-03',
  ],

  // Targets, keys, secrets
  'identity removed': [
    [', system_identifier: {env: PROD_SYSID}', ''],
    'weakens identity-changed target prod',
  ],
  'identity changed': [
    ['system_identifier: {env: PROD_SYSID}', 'system_identifier: "7611578671664259111"'],
    'changes identity-changed target prod',
  ],
  'differs_from removed': [
    ['identity: {differs_from: prod}', 'identity: {database: directus}'],
    'weakens identity-changed target copy',
    'strengthens identity-changed target copy',
  ],
  'write access gained': [
    ['    production: true\n', '    production: true\n    access: write\n'],
    'weakens target-changed target prod',
  ],
  'another user of production': [
    ['keys:\n  backup:', '  helper: {postgres: {of: prod, user: h}}\nkeys:\n  backup:'],
    'weakens target-added target helper',
  ],
  'no longer production': [['    production: true\n', ''], 'weakens target-changed target prod'],
  'a sandbox that became production': [
    [copyWrites, 'postgres: {url: {env: COPY_URL}}\n    production: true'],
    'weakens target-changed target copy',
    'weakens target-changed target copy',
    'strengthens target-changed target copy',
  ],
  'a superuser accepted': [
    ['    production: true\n', '    production: true\n    superuser: it owns them\n'],
    'weakens target-changed target prod',
  ],
  'another address': [['env: PROD_DATABASE_URL', 'env: OTHER_URL'], 'changes target-changed target prod'],
  'another stand-in': [
    ['embedded: {seed: [seed.sql]}', 'embedded: {seed: [seed.sql], user: reader}'],
    'neutral target-changed target prod',
  ],
  'a further target': [
    ['  copy:\n    postgres:', '  added:\n    postgres: {sandbox: {engine: auto}}\n  copy:\n    postgres:'],
    'changes target-added target added',
  ],
  'a further target that a run may write to, and that outlasts it': [
    [
      '  copy:\n    postgres:',
      '  added:\n    postgres: {url: {env: ADDED}}\n    access: write\n  copy:\n    postgres:',
    ],
    'weakens target-added target added',
  ],
  'a key under the same name': [['env: BACKUP_FPR', 'env: OTHER_FPR'], 'weakens key-changed key backup'],
  'encrypted to another key': [
    ['encrypt: {key: backup}', 'encrypt: {key: other}'],
    'weakens encryption-changed C-02',
  ],
  'a further recipient': [
    ['encrypt: {key: backup}', 'encrypt: {key: backup, proof: ephemeral}'],
    'changes encryption-changed C-02',
  ],
  'a secret that reaches a new place': [
    ['env: {LEVEL: "1"}', 'env: {LEVEL: "1", TOKEN: "${{ secrets.token }}"}'],
    'weakens secret-reaches C-04',
    'changes program-changed C-04',
  ],
  'a secret that reaches a program of the teardown': [
    [
      'destroy: [copy, backup]',
      'destroy: [copy, backup]\n      - exec: {argv: [x], env: {T: "${{ secrets.token }}"}}',
    ],
    'weakens secret-reaches C-05',
    'changes action-added C-05',
  ],
  'a secret that reaches a probe': [
    [
      '      G-04:',
      '      G-04a: {title: t, probe: {exec: {argv: [x], env: {T: "${{ secrets.token }}"}}}, expect: {exit_code: 0}}\n      G-04:',
    ],
    'weakens secret-reaches G-04a',
    'strengthens gate-added G-04a',
  ],
  'a secret from elsewhere': [
    ['token: {generate: {bytes: 24}}', 'token: {env: TOKEN}'],
    'changes secret-changed secret token',
  ],

  // Actions
  'an argv': [['argv: [make, report]', 'argv: [make, all]'], 'changes program-changed C-04'],
  'an interpreter': [['interpreter: [sh]', 'interpreter: [bash]'], 'changes program-changed C-04'],
  'an environment': [['LEVEL: "1"', 'LEVEL: "2"'], 'changes program-changed C-04'],
  'more exit codes that are fine': [['ok_codes: [0]', 'ok_codes: [0, 1]'], 'weakens action-changed C-04'],
  'an action added whose refusal is accepted': [
    [
      '      - exec: {argv: [refused]}',
      '      - exec: {argv: [more]}\n        expect_error: {exit_code: 1}\n      - exec: {argv: [refused]}',
    ],
    'weakens action-added C-04',
  ],
  'actions in another order': [[make + script, script + make], 'changes action-changed C-04'],
  'a refusal that is expected now': [
    ['        as: made', '        as: made\n        expect_error: {exit_code: 2}'],
    'weakens refusal-changed C-04',
  ],
  'a refusal that is expected no longer': [
    ['        expect_error: {code: PROGRAM_MISSING}\n', ''],
    'weakens refusal-changed C-04',
  ],
  'another refusal': [['code: PROGRAM_MISSING', 'code: TIMEOUT'], 'weakens refusal-changed C-04'],
  'a refusal that nobody tries any more': [
    [
      '      - exec: {argv: [refused]}\n        as: refused\n        expect_error: {code: PROGRAM_MISSING}\n',
      '',
    ],
    'weakens action-removed C-04',
  ],
  'errors of a restore that are allowed': [
    [
      'target: copy}\n        as: restore',
      "target: copy, allow_errors: [{note: N-1, why: roles, sqlstate: '42704', only: {role: [x]}}]}\n        as: restore",
    ],
    'weakens allowed-errors-changed C-03',
  ],
  'an action with a condition': [
    ['        as: made', "        as: made\n        when: run.mode == 'live'"],
    'changes action-condition-changed C-04',
  ],
  'an action removed': [
    ['      - exec: {argv: [make, report], env: {LEVEL: "1"}, ok_codes: [0]}\n        as: made\n', ''],
    'changes action-removed C-04',
  ],
  'an action added': [
    ['      - exec: {argv: [refused]}', '      - exec: {argv: [more]}\n      - exec: {argv: [refused]}'],
    'changes action-added C-04',
  ],
  'teardown that forgets a resource': [
    ['destroy: [copy, backup]', 'destroy: [copy]'],
    'weakens resource-left C-02',
    'changes action-changed C-05',
  ],

  // Commands
  'a command removed': [
    [/ {2}C-04:[^]*(?=teardown:)/.exec(base)?.[0] ?? '', ''],
    'weakens action-removed C-04',
    'changes action-removed C-04',
    'changes action-removed C-04',
    'changes command-removed C-04',
  ],
  'a command added': [
    [
      operator,
      '  C-04a:\n    title: More\n    effect: change\n    do:\n      - exec: {argv: [more]}\n' + operator,
    ],
    'changes action-added C-04a',
    'changes command-added C-04a',
  ],
  'a command with a condition': [
    ['    title: Backup\n', "    title: Backup\n    when: run.mode == 'live'\n"],
    'weakens command-condition-changed C-02',
  ],
  'another effect': [['effect: create', 'effect: destroy'], 'changes command-changed C-04'],
  'programs in a rehearsal': [
    ['    effect: create\n', '    effect: create\n    rehearse: true\n'],
    'changes command-changed C-04',
  ],

  // What is declared around them
  'a slot that is required': [
    [noAuthorization, slots('SG_1', 24)],
    'strengthens authorization-changed authorization',
  ],
  'another reason for none': [
    [noAuthorization, 'authorization: {none: it only reads}'],
    'cosmetic authorization-changed authorization',
  ],
  'a param default, and what it reaches': [
    ['default: 1GiB', 'default: 1MiB'],
    'weakens expectation-changed G-01',
    'changes param-changed param min_free',
  ],
  'a limit of a param': [[", pattern: '[a-z]+'", ''], 'weakens param-changed param name'],
  'a constant, and what it reaches': [
    ['scope: [public.a, public.b]', 'scope: [public.a]'],
    'changes action-changed C-02',
    'changes data-changed data scope',
  ],
  'a promise withdrawn': [
    ['boundaries: [no write to production]\n', ''],
    'changes boundary-changed boundaries',
  ],
  'another verdict line': [["'TAKEN' :", "'PERHAPS' :"], 'changes report-changed verdict'],

  // What is only called differently
  'a title': [['title: enough free disk', 'title: enough room'], 'cosmetic reworded G-01'],
  "a command's title": [['    title: Backup\n', '    title: A backup\n'], 'cosmetic reworded C-02'],
  'a comment': [['params:\n', '# what can be set\nparams:\n']],
  "the order of a gate's keys": [[g04, 'expect: {sha256: {matches: "^[0-9a-f]+$"}, size_bytes: {gt: 10}}']],
  'the order of keys in a gate': [
    [g01, 'expect: {free_inodes: {gt: 100}, free_bytes: {gte: "${{ params.min_free }}"}}'],
  ],
};

describe('what a change means', () => {
  test.each(Object.entries(table))('%s', async (_name, [edits, ...expected]) => {
    const list = (typeof edits[0] === 'string' ? [edits] : edits) as readonly Edit[];
    const comparison = await comparisonOf(files(base), files(edited(...list)));
    expect(said(comparison)).toEqual(expected);
  });

  test("a script's bytes", async () => {
    const comparison = await comparisonOf(files(base), files(base, '#!/bin/sh\nexit 1\n'));
    expect(said(comparison)).toEqual(['changes program-changed C-04']);
    expect(comparison.changes[0]?.what).toBe('script: other bytes of its file');
  });

  test("a stand-in's seed", async () => {
    const comparison = await comparisonOf(files(base), { ...files(base), 'seed.sql': 'SELECT 2;\n' });
    expect(said(comparison)).toEqual(['neutral file-changed seed.sql']);
  });

  test('settings of the project', async () => {
    const set = (embedded: string) => ({ ...files(base), 'gatebook.yaml': `embedded: ${embedded}\n` });
    expect(said(await comparisonOf(set('never'), set('allowed')))).toEqual([
      'changes file-changed gatebook.yaml',
    ]);
  });

  test('slots removed, an approval that holds longer', async () => {
    const approved = (slot: string, hours: number) => files(edited([noAuthorization, slots(slot, hours)]));
    const fewer = await comparisonOf(approved('SG_1, SG_2', 24), approved('SG_1', 24));
    expect(said(fewer)).toEqual(['weakens authorization-changed authorization']);
    const longer = await comparisonOf(approved('SG_1', 24), approved('SG_1', 48));
    expect(said(longer)).toEqual(['weakens authorization-changed authorization']);
    expect(longer.summary).toBe('1 change in meaning, 1 weakens another safeguard');
  });

  test.each<[string, readonly Edit[], readonly Edit[], ...string[]]>([
    [
      'a gate that is no more than noted',
      [['on_fail: hard-abort', 'on_fail: record']],
      [['on_fail: hard-abort', 'on_fail: note']],
      'weakens on-fail-changed G-02',
    ],
    [
      'a secret that reaches one more place',
      [['LEVEL: "1"', 'A: "${{ secrets.token }}"']],
      [['LEVEL: "1"', 'A: "${{ secrets.token }}", B: "${{ secrets.token }}"']],
      'weakens secret-reaches C-04',
      'changes program-changed C-04',
    ],
    [
      'one more value that a param may have',
      [["pattern: '[a-z]+'", 'values: [abc]']],
      [["pattern: '[a-z]+'", 'values: [abc, b]']],
      'weakens param-changed param name',
    ],
    [
      'a param that comes from outside',
      [],
      [['default: abc', 'from: {env: NAME}, default: abc']],
      'weakens param-changed param name',
    ],
    [
      'a refusal that is told otherwise',
      [],
      [['code: PROGRAM_MISSING', 'exit_code: 2']],
      'weakens refusal-changed C-04',
    ],
    [
      'a secret that reaches a server',
      [],
      [['{sandbox: {engine: auto}}', '{sandbox: {engine: auto, password: "${{ secrets.token }}"}}']],
      'weakens secret-reaches target copy',
      'changes target-changed target copy',
    ],
    [
      'the exit code that is fine unless others are named',
      [['ok_codes: [0]', 'ok_codes: [1]']],
      [[', ok_codes: [0]', '']],
      'weakens action-changed C-04',
    ],
  ])('%s', async (_, was, is, ...expected) => {
    expect(said(await comparisonOf(files(edited(...was)), files(edited(...is))))).toEqual(expected);
  });

  test('what happens after a wrong write, waivers, and what is protected', async () => {
    const compensation = 'compensation: {kill_switch: true, record: [ids], escalate: SG_3}\n';
    const waivers =
      'waivers: [{code: GB2005, at: C-04, reason: later, approver: someone, until: 2031-01-01}]\n';
    const things = 'protected: {clusters: [prod], files: [run.sh]}\n';
    const row = async (before: string, after: string) =>
      said(await comparisonOf(files(base + before), files(base + after)));
    expect(await row(compensation, '')).toEqual(['weakens compensation-changed compensation']);
    expect(await row('', compensation)).toEqual(['strengthens compensation-changed compensation']);
    expect(await row('', waivers)).toEqual(['weakens waiver-changed waiver of GB2005']);
    expect(await row(waivers, '')).toEqual(['strengthens waiver-changed waiver of GB2005']);
    const renumbered = files((base + waivers).replaceAll('C-04', 'C-40'));
    expect(said(await comparisonOf(files(base + waivers), renumbered))).toEqual([
      'cosmetic renamed commands',
    ]);
    expect(await row(things, 'protected: {clusters: [prod]}\n')).toEqual([
      'weakens protection-changed protected files',
    ]);
  });

  test('commands in another order', async () => {
    const two = (first: string, second: string) =>
      files(`authorization: {none: looks}
commands:
${[first, second]
  .map(
    (path, index) =>
      `  C-0${index + 1}: {title: ${path}, guards: {G-0${index + 1}: {title: ${path}, probe: {disk: {path: /${path}}}, expect: {free_bytes: {gt: 1}}}}}\n`,
  )
  .join('')}`);
    const comparison = await comparisonOf(two('one', 'two'), two('two', 'one'));
    expect(said(comparison)).toEqual([
      'changes command-moved C-02',
      'cosmetic renamed commands',
      'cosmetic renamed gates',
    ]);
  });
});

describe('names are no noise', () => {
  test('a gate and a command put in front renumber the others and change nothing else', async () => {
    const shifted = base
      .replaceAll(/\b([CG])-0(\d)/g, (_, kind: string, digit: string) => `${kind}-1${digit}`)
      .replace(
        'commands:\n',
        'commands:\n  C-01: {title: New, guards: {G-01: {title: New, probe: {disk: {path: /srv}}, expect: {free_bytes: {gt: 1}}}}}\n',
      );
    const comparison = await comparisonOf(files(base), files(shifted));
    expect(said(comparison)).toEqual([
      'strengthens gate-added G-01',
      'neutral command-added C-01',
      'cosmetic renamed commands',
      'cosmetic renamed gates',
    ]);
  });

  test('an output that is called otherwise, wherever it is used', async () => {
    const after = base.replaceAll(/(\bas: |\]\.|, )backup\b/g, '$1dump');
    expect(after).not.toBe(base);
    expect(said(await comparisonOf(files(base), files(after)))).toEqual(['cosmetic renamed outputs']);
  });

  test('a gate that is renumbered and loosened is told as loosened', async () => {
    const moved = edited(['gt: 100', 'gt: 1'], ['G-01', 'G-00']);
    const comparison = await comparisonOf(files(base), files(moved));
    expect(said(comparison)).toEqual(['weakens expectation-changed G-00', 'cosmetic renamed gates']);
  });
});

test('the first line counts what matters, and the place is that of the new runbook', async () => {
  const comparison = await comparisonOf(
    files(base),
    files(
      edited(
        ['on_fail: hard-abort', 'on_fail: note'],
        ['LEVEL: "1"', 'LEVEL: "2"'],
        ['timeout: 10s', 'timeout: 5s'],
      ),
    ),
  );
  expect(comparison.summary).toBe('3 changes in meaning, 1 weakens a guard');
  const [first] = comparison.changes;
  const line =
    files(base)
      ['runbook.yaml']?.split('\n')
      .findIndex((text) => text.startsWith('      G-02:')) ?? 0;
  expect(first?.at).toEqual({ file: 'runbook.yaml', line: line + 5, column: 7 });
  expect(first).toMatchObject({ before: 'hard-abort', after: 'note' });
});

test('what was and what would be differ in what is shown, also where words are cut', async () => {
  const before = (rows: string) => ({
    'runbook.yaml': `commands:
  C-01:
    title: t
    guards:
      G-01: {title: t, probe: {exec: {argv: [x], output: json}}, expect: {stdout: {${rows}}}}
`,
  });
  const list = (last: string): string =>
    `[${['a', 'b', 'c', 'd', 'e', 'f', last].map((k) => `{kind: ${k}}`).join(', ')}]`;
  for (const [was, is] of [
    ['rows_equal: [{kind: p}]', 'rows_equal: [{kind: r}]'],
    [`rows_equal: ${list('y')}`, `rows_equal: ${list('z')}`],
    [`set_equals: ${list('y')}`, `set_equals: ${list('z')}`],
  ] as const) {
    const [change] = (await comparisonOf(before(was), before(is))).changes;
    expect(change?.before).not.toBe(change?.after);
  }
});

test('a change of the rows that are expected is shown in words', async () => {
  const before = (kind: string) => ({
    'runbook.yaml': `commands:\n  C-01:\n    title: t\n    guards:\n      G-01: {title: t, probe: {exec: {argv: [x], output: json}}, expect: {stdout: {rows_equal: [{kind: ${kind}}]}}}\n`,
  });
  const [change] = (await comparisonOf(before('p'), before('r'))).changes;
  expect([change?.before, change?.after]).toEqual([
    'stdout equals 1 row: (kind p)',
    'stdout equals 1 row: (kind r)',
  ]);
});

test('a statement that is taken out of its transaction leaves more behind when it fails', () => {
  const within = { target: 'prod', query: 'VACUUM t' };
  const changes = (before: object, after: object) =>
    compareArguments('sql', before as Template, after as Template, { name: 'C-01', path: [] });
  const outside = { ...within, transaction: 'none' };
  expect(changes(within, outside)).toMatchObject([{ kind: 'sql-changed', weight: 'weakens', after: 'none' }]);
  expect(changes(outside, within)).toMatchObject([{ kind: 'sql-changed', weight: 'strengthens' }]);
});

/** One change of a small runbook, as a reader sees it. */
async function told(before: string, after: string): Promise<readonly string[]> {
  const look = (text: string) => `${text}
commands:
  C-01:
    title: t
    effect: observe
    guards:
      G-01: {title: t, probe: {gpg.key: {key: k}}, expect: {present: true}}
    do: [{exec: {argv: ["\${{ data['list'][0] }}"], env: {A: "\${{ ${text.includes('leaks') ? "secrets['s']" : "'secrets.s'"} }}"}}}]
secrets: {s: {generate: {bytes: 24}}}
authorization: {none: looks}
`;
  const { changes } = await comparisonOf({ 'runbook.yaml': look(before) }, { 'runbook.yaml': look(after) });
  return changes.map(
    ({ weight, what, before: old, after: now }) => `${weight}: ${what}: ${old ?? ''} → ${now ?? ''}`,
  );
}

const small = { key: '', list: '[b, a]', word: 'MISSING', param: 'type: enum, values: [a]', more: '' };
const smallBook = (parts: Partial<typeof small>): string => {
  const { key, list, word, param, more } = { ...small, ...parts };
  const fingerprint = '0123456789ABCDEF0123456789ABCDEF01234567';
  return `keys: {k: {gpg: {fingerprint: ${fingerprint}${key}}}}
data: {list: ${list}}
params: {p: {${param}, default: a}}
readiness: [{component: key, gate: G-01, state: {passed: READY, failed: ${word}}}]${more}`;
};

test.each<readonly [string, Partial<typeof small>, string]>([
  [
    'the same key, another stand-in of it',
    { key: ', embedded: {generate: true}' },
    'neutral: another stand-in takes its place in a rehearsal: fingerprint 0123456789ABCDEF0123456789ABCDEF01234567 → fingerprint 0123456789ABCDEF0123456789ABCDEF01234567; in a rehearsal one of the run',
  ],
  [
    'the word for what failed',
    { word: 'READY' },
    'changes: other rows of the readiness matrix: key (G-01, failed: MISSING, passed: READY) → key (G-01, failed: READY, passed: READY)',
  ],
  [
    'a param that may be anything now',
    { param: 'type: string' },
    'weakens: another value or limit: enum, a; one of a → string, a',
  ],
  [
    'a secret by its index',
    { more: '\n# leaks' },
    'weakens: the secret s reaches a new place:  → C-01 exec env.A',
  ],
])('told as it is: %s', async (_, parts, line) => {
  expect(await told(smallBook({}), smallBook(parts))).toContain(line);
});

test('a constant whose items stand in another order is shown whole, with what it reaches', async () => {
  expect(await told(smallBook({}), smallBook({ list: '[a, b]' }))).toContain(
    'changes: another value; it reaches C-01: b and a → a and b',
  );
});

test('large constants are compared in time that grows with their length', async () => {
  const list = (from: number) => `[${Array.from({ length: 9000 }, (_, i) => `i${i + from}`).join(', ')}]`;
  const book = (from: number) =>
    `data: {list: ${list(from)}}\ncommands: {C-01: {title: t, guards: {G-01: {title: t, probe: {value: "\${{ data.list }}"}, expect: {length: 9000}}}}}\n`;
  const [before, after] = [
    await sideOf({ 'runbook.yaml': book(0) }),
    await sideOf({ 'runbook.yaml': book(1) }),
  ];
  const spent = cpuMs(() => comparePlans(before, after));
  expect(spent).toBeLessThan(2000);
});
