import { expect, test } from 'vitest';
import {
  actions,
  command,
  disk,
  expectations,
  free,
  gate,
  guards,
  only,
  ruleTable,
  runbook,
} from '../support/table.js';
import { findingsOf } from '../support/validate.js';

const production =
  'authorization: {none: r}\ntargets:\n  prod: {postgres: {url: {env: X}}, production: true, identity: {database: a}}\n';
const identity = 'probe: {postgres.identity: {target: prod}}';
const mkdir = '{mkdir: {path: "${{ run.work }}/a"}}';
const value = (expression: string, expect: string): string =>
  only(`probe: {value: "\${{ ${expression} }}"}, expect: ${expect}`);
const key = 'keys: {k: {gpg: {generate: true}}}\n';
const keyGate = (expect: string): string => `${key}${only(`probe: {gpg.key: {key: k}}, expect: ${expect}`)}`;

ruleTable('guard-before-change', ['GB2101', 'GB2108'], {
  valid: {
    'a guard in the same command': runbook(command('C-01', guards(free('G-01')) + actions(mkdir))),
    'a guard in an earlier command': runbook(
      command('C-01', guards(free('G-01'))),
      command('C-02', actions(mkdir)),
    ),
    'only observing': runbook(command('C-01', actions('{wait: {for: 1s}}'))),
    'a guard of a command that can be skipped, its change with it': runbook(
      command('C-01', `    when: run.mode == 'live'\n${guards(free('G-01'))}${actions(mkdir)}`),
    ),
    'a change in teardown alone': `${runbook(command('C-01', guards(free('G-01'))))}teardown:\n${command('C-02', actions(mkdir))}`,
  },
  invalid: {
    'no guard at all': [runbook(command('C-01', actions(mkdir))), 'GB2101 mkdir'],
    'an expectation is no guard': [
      runbook(command('C-01', actions(mkdir) + expectations(free('G-01')))),
      'GB2101 mkdir',
    ],
    'a guard that goes on': [
      runbook(
        command(
          'C-01',
          guards(gate('G-01', `${disk}, expect: {free_bytes: {gt: 5}}, on_fail: record`)) + actions(mkdir),
        ),
      ),
      'GB2101 mkdir',
    ],
    'a guard that comes too late': [
      runbook(command('C-01', actions(mkdir)), command('C-02', guards(free('G-01')))),
      'GB2101 mkdir',
    ],
    'the only guard can be switched off': [
      runbook(
        command(
          'C-01',
          guards(gate('G-01', `${disk}, expect: {free_bytes: {gt: 5}}, when: {if: "true", reason: r}`)) +
            actions(mkdir),
        ),
      ),
      'GB2108 when',
    ],
    'a change behind a command that can be skipped with its guard': [
      runbook(
        command('C-01', `    when: run.mode == 'live'\n${guards(free('G-01'))}${actions(mkdir)}`),
        command('C-02', actions('{mkdir: {path: "${{ run.work }}/b"}}')),
      ),
      'GB2108 when',
    ],
    'the only guard stands in a command that can be skipped': [
      runbook(
        command('C-01', `    when: run.mode == 'live'\n${guards(free('G-01'))}`),
        command('C-02', actions(mkdir)),
      ),
      'GB2108 when',
    ],
  },
});

ruleTable('hard-abort-names-a-target, no-retry-of-identity', ['GB2103', 'GB2107'], {
  valid: {
    'a hard abort on identity': `${production}${only(`${identity}, expect: {database: a}, on_fail: hard-abort`)}`,
    'a retry of something else': only(
      `${disk}, expect: {free_bytes: {gt: 5}}, retry: {attempts: 3, every: 1s}`,
    ),
  },
  invalid: {
    'a probe without a target': [
      only(`${disk}, expect: {free_bytes: {gt: 5}}, on_fail: hard-abort`),
      'GB2103 hard-abort',
    ],
    'a hard abort that can be switched off': [
      `${production}${only(`${identity}, expect: {database: a}, on_fail: hard-abort, when: {if: "true", reason: r}`)}`,
      'GB2103 when',
    ],
    'identity is tried again': [
      `${production}${only(`${identity}, expect: {database: a}, retry: {attempts: 2, every: 1s}`)}`,
      'GB2107 retry',
    ],
  },
});

ruleTable('gates-can-fail', ['GB2104', 'GB2112'], {
  valid: {
    'a count above 0': only(`${disk}, expect: {free_bytes: {gte: 1}}`),
    'one boolean': keyGate('{present: {one_of: [true]}}'),
    'a pattern that asks for something': value('run.id', '{matches: ".+"}'),
    'an assert on what may be absent': only(`${disk}, assert: '!has(value.free_inodes)'`),
    'null, with quotes and without': only(
      'probe: {sql: {target: copy, query: select 1}}, expect: {"rows[0].a": {is: null}, "rows[0].b": {is: "null"}}',
    ).replace(/^/, 'targets: {copy: {postgres: {url: {env: URL}}}}\n'),
    'a value that may be below 0': value('int(run.id)', '{gte: 0}'),
    'a sum that may be below 0': `${production}${only('probe: {sql: {target: prod, query: select 1}}, expect: {"rows[0].total": {gte: 0}}')}`,
    'a pattern that refuses a character': value('run.id', '{matches: "^[^;]*$"}'),
    'a pattern that limits the length': value('run.id', '{matches: "^.{0,60}$"}'),
    'equal to another expression': value('run.id', '{not: {equals: "${{ run.date }}"}}'),
  },
  invalid: {
    'a count at least 0': [only(`${disk}, expect: {free_bytes: {gte: 0}}`), 'GB2104 gte: 0'],
    'a count above -1': [only(`${disk}, expect: {free_bytes: {gt: -1}}`), 'GB2104 gt: -1'],
    'not below 0': [only(`${disk}, expect: {free_bytes: {not: {lt: 0}}}`), 'GB2104 not: {lt: 0}'],
    'a length at least 0': [
      only('probe: {leak_scan: {paths: [a]}}, expect: {hits: {length: {gte: 0}}}'),
      'GB2104 length: {gte: 0}',
    ],
    'true or false': [keyGate('{present: {one_of: [true, false]}}'), 'GB2104 one_of: [true, false]'],
    'a pattern that matches all': [value('run.id', '{matches: ".*"}'), 'GB2104 matches: ".*"'],
    'a pattern of any characters, from end to end': [
      value('run.id', '{matches: "(?s)^.*$"}'),
      'GB2104 matches: "(?s)^.*$"',
    ],
    'a count of a query, at least 0': [
      `${production}${only('probe: {sql: {target: prod, query: select 1}}, expect: {"rows[0].count": {gte: 0}}')}`,
      'GB2104 gte: 0',
    ],
    'a pattern that may match nothing': [value('run.id', '{matches: "^x*"}'), 'GB2104 matches: "^x*"'],
    'there is always one': [keyGate('{present: {exists: true}}'), 'GB2104 exists: true'],
    'its type is known': [keyGate('{present: {is: boolean}}'), 'GB2104 is: boolean'],
    'each of them': [
      only(
        'probe: {leak_scan: {paths: [a]}}, expect: {hits: {every: {kind: {matches: "a?"}, line: {gt: 1}}}}',
      ),
      'GB2104 matches: "a?"',
    ],
    'a constant': [only('probe: {value: 3}, expect: {equals: 3}'), 'GB2104 3'],
    'a constant in braces': [
      only('probe: {value: "${{ 1 == 1 }}"}, expect: {equals: true}'),
      'GB2104 "${{ 1 == 1 }}"',
    ],
    'an assert that says has(…) in a text': [
      only(`${disk}, assert: "'has(x)' != ''"`),
      `GB2104 'has(x)' != ''`,
    ],
    itself: [value('run.id', '{equals: "${{ run.id }}"}'), 'GB2104 equals: "${{ run.id }}"'],
    'an assert that is written out': [only(`${disk}, assert: "true"`), 'GB2104 true'],
    'an assert of constants': [only(`${disk}, assert: 1 + 1 == 2`), 'GB2104 1 + 1 == 2'],
    'an assert that holds whatever else': [
      only(`${disk}, assert: value.free_bytes > 5 || true`),
      'GB2104 value.free_bytes > 5 || true',
    ],
    'an assert that never holds': [
      only(`${disk}, assert: "false && value.free_bytes > 5"`),
      'GB2112 false && value.free_bytes > 5',
    ],
    'never: bounds the wrong way round': [
      only(`${disk}, expect: {free_bytes: {between: [9, 1]}}`),
      'GB2112 between: [9, 1]',
    ],
    'never: below 0': [only(`${disk}, expect: {free_bytes: {lt: 0}}`), 'GB2112 lt: 0'],
    'never: one of nothing': [keyGate('{present: {one_of: []}}'), 'GB2112 one_of: []'],
  },
});

test.each([
  ['"> 5"', 'write {gt: 5}'],
  ['{gte: 5GiB}', 'write 5368709120, or a param of the type bytes: default: 5GiB'],
  ['{gtee: 5}', 'did you mean gte?'],
])('what was meant by %s is told', async (expected, fix) => {
  const found = await findingsOf(only(`${disk}, expect: {free_bytes: ${expected}}`));
  expect(found.map((d) => d.fix)).toEqual([fix]);
});

test('a value is compared with a part of what holds several', async () => {
  const found = await findingsOf(`${production}${only(`${identity}, expect: {server_version: 15}`)}`);
  expect(found.map((d) => d.fix)).toEqual(['name one of its fields: text, major, minor']);
});

ruleTable('matchers-fit-observations', ['GB2105', 'GB2106', 'GB2109'], {
  valid: {
    'a nullable field is null': only('probe: {file: {path: a}}, expect: {sha256: null}'),
    'times, which have an order': `${production}${only(`${identity}, expect: {started_at: {lt: 2026-11-21}}`)}`,
    'into the items of a list': only('probe: {leak_scan: {paths: [a]}}, expect: {"hits[0].line": 3}'),
    'what only the run knows': `${production}${only('probe: {sql: {target: prod, query: select 1 as a}}, expect: {"rows[0].a": 1, "rows[0].b.c": x}')}`,
    'a part of a text': only('probe: {tool: {name: a}}, expect: {path: {contains_all: [usr, bin]}}'),
    'a size of a param': `params: {p: {type: bytes, default: 1GiB}}\n${only(`${disk}, expect: {free_bytes: {gte: "\${{ params.p }}"}}`)}`,
    'a list of a constant': `data: {p: [a]}\n${value('run.id', '{one_of: "${{ data.p }}"}')}`,
    'a time': value('run.started_at', '{gte: 2026-01-01T00:00:00Z}'),
    'a time of an expression': value('run.started_at', '{gte: "${{ run.date }}T00:00:00Z"}'),
    'a quoted path': `${production}${only(`probe: {sql: {target: prod, query: select 1}}, expect: {'rows[0]["?column?"]': 1}`)}`,
  },
  invalid: {
    'no such field': [only(`${disk}, expect: {free_byte: {gt: 5}}`), 'GB2106 free_byte'],
    'a field of a list': [
      only('probe: {leak_scan: {paths: [a]}}, expect: {hits.line: 3}'),
      'GB2106 hits.line',
    ],
    'below one value': [only(`${disk}, expect: {free_bytes.kilo: 3}`), 'GB2106 free_bytes.kilo'],
    'no such field in each': [
      only('probe: {leak_scan: {paths: [a]}}, expect: {hits: {every: {lin: 3}}}'),
      'GB2106 lin',
    ],
    'text for a number': [only(`${disk}, expect: {free_bytes: "5"}`), 'GB2105 free_bytes: "5"'],
    'a number for text': [
      `${production}${only(`${identity}, expect: {system_identifier: 76}`)}`,
      'GB2105 system_identifier: 76',
    ],
    'a pattern on a number': [only(`${disk}, expect: {free_bytes: {matches: "^5"}}`), 'GB2105 matches: "^5"'],
    'a comparison of booleans': [keyGate('{present: {gt: 0}}'), 'GB2105 gt: 0'],
    'items of a number': [only(`${disk}, expect: {free_bytes: {every: {gt: 3}}}`), 'GB2105 every: {gt: 3}'],
    'empty on a number': [only(`${disk}, expect: {free_bytes: {empty: true}}`), 'GB2105 empty: true'],
    'a size in words': [only(`${disk}, expect: {free_bytes: {gte: 5GiB}}`), 'GB2105 gte: 5GiB'],
    'text of a constant for a number': [
      `data: {p: "5"}\n${only(`${disk}, expect: {free_bytes: "\${{ data.p }}"}`)}`,
      'GB2105 free_bytes: "${{ data.p }}"',
    ],
    'a number of a constant among texts': [
      `data: {p: 5}\n${value('run.id', '{one_of: [a, "${{ data.p }}"]}')}`,
      'GB2105 one_of: [a, "${{ data.p }}"]',
    ],
    'text of a constant as a bound': [
      `data: {p: "5"}\n${only(`${disk}, expect: {free_bytes: {lt: "\${{ data.p }}"}}`)}`,
      'GB2105 lt: "${{ data.p }}"',
    ],
    'a word between numbers': [
      only(`${disk}, expect: {free_bytes: {between: [a, 5]}}`),
      'GB2105 between: [a, 5]',
    ],
    'a word that is no time': [value('run.started_at', '{gte: yesterday}'), 'GB2105 gte: yesterday'],
    'a word in the place of a list': [value('run.id', '{one_of: READY}'), 'GB2105 one_of: READY'],
    'text of a constant in the place of a list': [
      `${production}data: {p: a}\n${only('probe: {sql: {target: prod, query: select 1}}, expect: {rows: {set_equals: "${{ data.p }}"}}')}`,
      'GB2105 set_equals: "${{ data.p }}"',
    ],
    'a number as a pattern': [
      `data: {p: 5}\n${value('run.id', '{matches: "${{ data.p }}"}')}`,
      'GB2105 matches: "${{ data.p }}"',
    ],
    'a word as an exit code': [
      only('probe: {exec: {argv: [a]}}, expect: {error: {exit_code: "3"}}'),
      'GB2105 error: {exit_code: "3"}',
    ],
    'an interval, which has no order': [
      `${production}${only('probe: {sql: {target: prod, query: select 1}}, expect: {"rows[0].oldest": {lt: 5m}}')}`,
      'GB2105 lt: 5m',
    ],
    'bounds that are text': [
      `${production}${only('probe: {sql: {target: prod, query: select 1}}, expect: {"rows[0].a": {between: ["1", "9"]}}')}`,
      'GB2105 between: ["1", "9"]',
    ],
    'a pattern with a look-ahead': [value('run.id', '{matches: "(?=a)"}'), 'GB2109 matches: "(?=a)"'],
  },
});

ruleTable('unchanged-since-an-earlier-gate', ['GB2110', 'GB2111'], {
  valid: {
    'the same look at the same thing': runbook(
      command('C-01', guards(free('G-01'))),
      command('C-02', guards(gate('G-02', `${disk}, expect: {free_inodes: {unchanged_since: G-01}}`))),
    ),
    'its arguments in another order': `${production}${runbook(
      command(
        'C-01',
        guards(gate('G-01', 'probe: {sql: {target: prod, query: select 1}}, expect: {row_count: 1}')),
      ),
      command(
        'C-02',
        guards(
          gate('G-02', 'probe: {sql: {query: select 1, target: prod}}, expect: {unchanged_since: G-01}'),
        ),
      ),
    )}`,
    'an error alone': only(`${disk}, expect: {error: {code: X}}`),
  },
  invalid: {
    'an iteration of no loop': [
      runbook(
        command('C-01', guards(free('G-01'))),
        command('C-02', guards(gate('G-02', `${disk}, expect: {unchanged_since: "G-01[a]"}`))),
      ),
      'GB2110 unchanged_since: "G-01[a]"',
    ],
    'no such gate': [only(`${disk}, expect: {unchanged_since: G-07}`), 'GB2110 unchanged_since: G-07'],
    'a guard beside it': [
      runbook(
        command('C-01', guards(free('G-01'), gate('G-02', `${disk}, expect: {unchanged_since: G-01}`))),
      ),
      'GB2110 unchanged_since: G-01',
    ],
    'another argument': [
      runbook(
        command('C-01', guards(free('G-01'))),
        command('C-02', guards(gate('G-02', 'probe: {disk: {path: /tmp}}, expect: {unchanged_since: G-01}'))),
      ),
      'GB2110 unchanged_since: G-01',
    ],
    'an error beside a value': [
      only(`${disk}, expect: {error: {code: X}, free_bytes: {gt: 5}}`),
      'GB2111 error: {code: X}',
    ],
  },
});
