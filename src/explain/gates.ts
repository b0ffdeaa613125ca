import type { Explanation } from './entry.js';

const disk = 'probe: {disk: {path: "${{ run.work }}"}}';
const one = (body: string, before = ''): string =>
  `${before}commands:\n  C-01:\n    title: Look\n    guards:\n      G-01:\n        title: a gate\n${body.replaceAll(/^/gm, '        ')}\n`;
const production = `authorization: {none: reads only}
targets:
  prod:
    postgres: {url: {env: PROD_DATABASE_URL}}
    production: true
    identity: {database: app}
`;

/** GB21xx: guards, gates and matchers. */
export const gates: readonly Explanation[] = [
  {
    code: 'GB2101',
    title: 'a change without a guard',
    explanation:
      "Before the first action that isn't `observe` stands at least one guard that stops the run (abort or hard-abort, without `when`), in its command or an earlier one.",
    wrong:
      'commands:\n  C-01:\n    title: Make a folder\n    do:\n      - mkdir: {path: "${{ run.work }}/a"}\n',
    right: `commands:\n  C-01:\n    title: Make a folder\n    guards:\n      G-01:\n        title: enough free disk\n        ${disk}\n        expect: {free_bytes: {gte: 1000}}\n    do:\n      - mkdir: {path: "\${{ run.work }}/a"}\n`,
  },
  {
    code: 'GB2102',
    title: 'a changed server without identity',
    explanation:
      'Each target that is changed says which server it must be: `differs_from`, or `database` and `system_identifier`. It is asserted on every session before its first statement.',
    wrong: sandbox(''),
    right: sandbox('    identity: {database: postgres}\n'),
  },
  {
    code: 'GB2103',
    title: 'a hard abort that has no target, or can be switched off',
    explanation:
      'A hard abort embargoes the targets that its probe names: no session any more, not even in teardown. A probe without a target aborts with `abort`.',
    wrong: one(`${disk}\nexpect: {free_bytes: {gte: 1000}}\non_fail: hard-abort`),
    right: one(`${disk}\nexpect: {free_bytes: {gte: 1000}}\non_fail: abort`),
  },
  {
    code: 'GB2104',
    title: "a gate that can't fail",
    explanation:
      'A count is never below 0, a pattern like `.*` finds a match in any text, true and false are all that a boolean can be. A gate that holds whatever happens proves nothing, and looks as if it did.',
    wrong: one(`${disk}\nexpect: {free_bytes: {gte: 0}}`),
    right: one(`${disk}\nexpect: {free_bytes: {gte: 1000000}}`),
  },
  {
    code: 'GB2105',
    title: "a matcher that doesn't fit what is observed",
    explanation:
      "The matcher can't be applied to what stands at this path, or compares with a value of another type. A text never equals a number.",
    wrong: one(`${disk}\nexpect: {free_bytes: {equals: "1000"}}`),
    right: one(`${disk}\nexpect: {free_bytes: {equals: 1000}}`),
  },
  {
    code: 'GB2106',
    title: 'a path that leads nowhere',
    explanation:
      "The probe doesn't observe this. The items of a list are reached by `[0]`, or all of them by `every` and `some`.",
    wrong: one(`${disk}\nexpect: {free_byte: {gte: 1000}}`),
    right: one(`${disk}\nexpect: {free_bytes: {gte: 1000}}`),
  },
  {
    code: 'GB2107',
    title: 'an identity is tried again',
    explanation:
      "A server doesn't become another one by waiting. A second look could only hide what the first one saw.",
    wrong: one(
      'probe: {postgres.identity: {target: prod}}\nexpect: {database: app}\nretry: {attempts: 3, every: 1s}',
      production,
    ),
    right: one('probe: {postgres.identity: {target: prod}}\nexpect: {database: app}', production),
  },
  {
    code: 'GB2108',
    title: 'the only guard before a change can be switched off',
    explanation: "A gate with `when` may be skipped. Before the first change stands one that can't be.",
    wrong: guarded('        when: {if: "run.mode == \'live\'", reason: not here}\n'),
    right: guarded(''),
  },
  {
    code: 'GB2109',
    title: "a pattern that can't be read",
    explanation:
      'Patterns are RE2: matched in time linear in the text, without back-references and look-around.',
    wrong: one('probe: {value: "${{ run.id }}"}\nexpect: {matches: "(a"}'),
    right: one('probe: {value: "${{ run.id }}"}\nexpect: {matches: "^[0-9A-Za-z]"}'),
  },
  {
    code: 'GB2110',
    title: 'unchanged since what?',
    explanation:
      '`unchanged_since` names an earlier gate that looked at the same thing: the same probe with the same arguments.',
    wrong: one(`${disk}\nexpect: {free_inodes: {unchanged_since: G-09}}`),
    right: `${one(`${disk}\nexpect: {free_inodes: {gt: 0}}`)}  C-02:\n    title: Look again\n    guards:\n      G-02:\n        title: nothing was written\n        ${disk}\n        expect: {free_inodes: {unchanged_since: G-01}}\n`,
  },
  {
    code: 'GB2111',
    title: 'error stands beside other expectations',
    explanation:
      'Where the probe fails nothing else is observed, so the other expectations could never hold.',
    wrong: one(`${disk}\nexpect: {error: {code: FILE_ABSENT}, free_bytes: {gt: 5}}`),
    right: one(`${disk}\nexpect: {error: {code: FILE_ABSENT}}`),
  },
  {
    code: 'GB2112',
    title: 'a gate that can never hold',
    explanation:
      'What is known before the run already decides it: a lower bound above the upper one, a count below 0.',
    wrong: one(`${disk}\nexpect: {free_bytes: {between: [9, 1]}}`),
    right: one(`${disk}\nexpect: {free_bytes: {between: [1, 9]}}`),
  },
];

function sandbox(identity: string): string {
  return `targets:
  copy:
    postgres: {sandbox: {engine: auto}}
    access: write
${identity}commands:
  C-01:
    title: Fill a sandbox
    guards:
      G-01:
        title: enough free disk
        ${disk}
        expect: {free_bytes: {gte: 1000}}
    do:
      - {postgres.sandbox: {target: copy}, as: copy}
      - sql: {target: copy, query: create table t ()}
    effect: change
teardown:
  C-02:
    title: Destroy
    do:
      - destroy: [copy]
`;
}

function guarded(when: string): string {
  return `commands:
  C-01:
    title: Make a folder
    guards:
      G-01:
        title: enough free disk
        ${disk}
        expect: {free_bytes: {gte: 1000}}
${when}    do:
      - mkdir: {path: "\${{ run.work }}/a"}
`;
}
