import type { Explanation } from './entry.js';

const disk = 'probe: {disk: {path: "${{ run.work }}"}}';
const guard = `    guards:
      G-01:
        title: enough free disk
        ${disk}
        expect: {free_bytes: {gte: 1000}}
`;
const first = (rest: string, before = ''): string =>
  `${before}commands:\n  C-01:\n    title: Do\n${guard}${rest}`;
const copy = `targets:
  copy:
    postgres: {sandbox: {engine: auto}}
    access: write
    identity: {database: postgres}
`;
const teardown = 'teardown:\n  C-09:\n    title: Destroy\n    do:\n      - destroy: [copy]\n';
const start = '      - {postgres.sandbox: {target: copy}, as: copy}\n';
const setting = (name: string): string =>
  first(
    `    do:\n${start}      - sql: {target: copy, query: SELECT 1, settings: {${name}: a}}\n    effect: change\n${teardown}`,
    copy,
  );
const production = (rest: string): string =>
  `targets:\n  prod:\n    postgres: {url: {env: PROD_DATABASE_URL}}\n    production: true\n${rest}`;
const compensation = 'compensation: {kill_switch: true, record: [rows], escalate: SG_3}\n';
const reads = `commands:
  C-01:
    title: Look
    guards:
      G-01:
        title: the production we mean
        probe: {postgres.identity: {target: prod}}
        expect: {database: app}
`;

const onCopy = (sql: string): string =>
  first(`    effect: change\n    do:\n${start}      - sql: {target: copy, ${sql}}\n${teardown}`, copy);
const connected = (postgres: string, name: string): string =>
  `authorization: {none: reads only}\n${production('    identity: {database: app}\n')}  ${name}:\n    postgres: ${postgres}\n    identity: {database: app}\n${reads}  C-02:\n    title: Count\n    effect: ${name === 'copy' ? 'create' : 'observe'}\n    do:\n${name === 'copy' ? start : ''}      - exec: {argv: [psql, -Xc, select 1], connect: ${name}}\n${name === 'copy' ? teardown : ''}`;

/** GB23xx to GB25xx: effects, resources, production, the report. */
export const meaning: readonly Explanation[] = [
  {
    code: 'GB2301',
    title: 'an effect that nobody knows',
    explanation:
      'exec, script, manual, and sql on a writable target can do anything: the command says which, and the review shows it.',
    wrong: first('    do:\n      - exec: {argv: ["true"]}\n'),
    right: first('    effect: observe\n    do:\n      - exec: {argv: ["true"]}\n'),
  },
  {
    code: 'GB2302',
    title: 'an effect that says too little',
    explanation: 'The command declares less than its actions do.',
    wrong: first('    effect: observe\n    do:\n      - mkdir: {path: "${{ run.work }}/a"}\n'),
    right: first('    effect: create\n    do:\n      - mkdir: {path: "${{ run.work }}/a"}\n'),
  },
  {
    code: 'GB2303',
    title: 'a sandbox that is not started',
    explanation:
      '`postgres.sandbox: {target: NAME}` starts a throwaway server. What looks at it comes after.',
    wrong: first(
      `    effect: change\n    do:\n      - sql: {target: copy, query: create table t ()}\n${start}${teardown}`,
      copy,
    ),
    right: first(
      `    effect: change\n    do:\n${start}      - sql: {target: copy, query: create table t ()}\n${teardown}`,
      copy,
    ),
  },
  {
    code: 'GB2304',
    title: 'something is started and never destroyed',
    explanation:
      'The teardown names what the run starts, so that a reader sees it go. (The sweep at the end destroys what is left, and is a net, not a plan.)',
    wrong: first(`    do:\n${start}`, copy),
    right: first(`    do:\n${start}${teardown}`, copy),
  },
  {
    code: 'GB2305',
    title: 'destroy names what no action makes',
    explanation: "`destroy` takes the `as` names of this runbook's actions. Nothing else can be removed.",
    wrong: first(`    do:\n${start}${teardown.replace('[copy]', '[copy, clone]')}`, copy),
    right: first(`    do:\n${start}${teardown}`, copy),
  },
  {
    code: 'GB2306',
    title: 'an empty list of what to look at',
    explanation: 'Nothing compared is nothing proved.',
    wrong: first(
      '  C-02:\n    title: Scan\n    guards:\n      G-02:\n        title: no secret in the logs\n        probe: {leak_scan: {paths: "${{ data.paths }}"}}\n        expect: {hits: {empty: true}}\n',
      'data: {paths: []}\n',
    ),
    right: first(
      '  C-02:\n    title: Scan\n    guards:\n      G-02:\n        title: no secret in the logs\n        probe: {leak_scan: {paths: ["${{ run.logs }}"]}}\n        expect: {hits: {empty: true}}\n',
    ),
  },
  {
    code: 'GB2308',
    title: 'a change to what is declared for reading',
    explanation: 'Sessions are read-only unless the target says `access: write`.',
    wrong: restored(''),
    right: restored('    access: write\n'),
  },
  {
    code: 'GB2313',
    title: "a setting that is the runner's own",
    explanation:
      'Timeouts, what a session may and who it is belong to the runner; `role` too, on production. A statement may take as long as the `timeout` of its command, and waits for a lock no longer than half of that and than 10 s.',
    wrong: setting('lock_timeout'),
    right: setting('app.tenant'),
  },
  {
    code: 'GB2314',
    title: "a statement that sql can't run",
    explanation:
      '`sql` runs one plain statement, on production and wherever it only reads inside a transaction of its own; only a pinned file on a writable target that is not production may be a script of several. So it takes no second statement, no transaction control, no SET and no COPY, and nothing that PostgreSQL refuses inside a transaction (`CREATE INDEX CONCURRENTLY`, `VACUUM`, `ALTER SYSTEM`), unless it says `transaction: none`, which only a writable target takes. Where the refusal itself is the proof (`expect_error`, `error`) it may stand.',
    wrong: onCopy('query: SET search_path = app'),
    right: onCopy('query: SELECT 1, settings: {search_path: app}'),
  },
  {
    code: 'GB2315',
    title: 'a program connected to production',
    explanation:
      "`connect:` hands a program a sandbox, or another user's session on one. What it does there nobody can hold back, so it is never handed production, `of:` a production server included, nor any server by its URL.",
    wrong: connected('{of: prod, user: owner}', 'other'),
    right: connected('{sandbox: {engine: auto}}', 'copy'),
  },
  {
    code: 'GB2401',
    title: 'production without authorization',
    explanation:
      'Where a target is production the runbook says who authorizes it. `authorization: {none: REASON}` is printed in review and report.',
    wrong: `${production('    identity: {database: app}\n')}${reads}`,
    right: `authorization: {none: reads only}\n${production('    identity: {database: app}\n')}${reads}`,
  },
  {
    code: 'GB2402',
    title: 'superuser where it means nothing',
    explanation:
      'A warning: `superuser: REASON` accepts a superuser session on production. Elsewhere it is accepted anyway.',
    wrong: `targets:\n  test:\n    postgres: {url: {env: TEST_URL}}\n    superuser: because\n${reads.replace('prod}', 'test}')}`,
    right: `targets:\n  test:\n    postgres: {url: {env: TEST_URL}}\n${reads.replace('prod}', 'test}')}`,
  },
  {
    code: 'GB2403',
    title: "targets that can't stand for each other",
    explanation:
      "A target doesn't differ from itself, nor from one of which nothing says which cluster it is; `of:` names a server and not another `of:`, and production is a server of its own, reached by its URL.",
    wrong: `authorization: {none: reads only}\n${production('    identity: {differs_from: prod}\n')}${reads}`,
    right: `authorization: {none: reads only}\n${production('    identity: {database: app}\n')}${reads}`,
  },
  {
    code: 'GB2404',
    title: 'writing to production',
    explanation:
      'It needs `authorization: {slots: […]}` and `compensation`: who approves a change, and what follows when it goes wrong. With both it stays a warning, so that nobody overlooks that a live run can change production. An `of:` target on a production server is production too.',
    wrong: `authorization: {none: reads only}\n${production('    access: write\n    identity: {database: app}\n')}${reads}`,
    right: `authorization: {none: reads only}\n${production('    identity: {database: app}\n')}${reads}`,
  },
  {
    code: 'GB2405',
    title: 'compensation where it means nothing',
    explanation:
      'A warning: `compensation` follows a failure after a change on production, and no target of this runbook is production and writable.',
    wrong: `authorization: {none: reads only}\n${compensation}${production('    identity: {database: app}\n')}${reads}`,
    right: `authorization: {none: reads only}\n${production('    identity: {database: app}\n')}${reads}`,
  },
  {
    code: 'GB2406',
    title: 'a change of production in teardown',
    explanation:
      'Teardown runs whatever went wrong. A change of production there would be the restore or delete that nobody decided on: what is to be done after a wrong write is decided by the slot that `compensation` escalates to, and is a run of its own.',
  },
  {
    code: 'GB2501',
    title: "the report names a gate that isn't there",
    explanation: 'Checks, readiness, tables and gaps are made of gates of this runbook.',
    wrong: 'checks: [{title: Disk, gates: [G-02]}]\n',
    right: 'checks: [{title: Disk, gates: [G-01]}]\n',
  },
  {
    code: 'GB2502',
    title: "a total of a column that isn't there",
    explanation: '`total` names headings of the same table.',
    wrong: 'tables: [{title: T, from: G-01, columns: {Free: free_bytes}, total: [Fre]}]\n',
    right: 'tables: [{title: T, from: G-01, columns: {Free: free_bytes}, total: [Free]}]\n',
  },
  {
    code: 'GB2503',
    title: "allowed errors under a note that isn't there",
    explanation:
      'Errors that a restore may have are counted under a note of the report, which says why they are harmless.',
    wrong: restored('    access: write\n', 'N-2'),
    right: restored('    access: write\n', 'N-1'),
  },
  {
    code: 'GB2504',
    title: 'a note that nothing refers to',
    explanation:
      'A warning: a note says what becomes of it (`disposition`), or something names it: allowed errors, a check, another note. Else a reader cannot tell what it is a note on.',
    wrong: 'notes: {N-1: {title: Roles, text: A dump carries no roles.}}\n',
    right: 'notes: {N-1: {title: Roles, text: A dump carries no roles., disposition: NOTE ONLY}}\n',
  },
  {
    code: 'GB2505',
    title: 'a result that is no verdict',
    explanation:
      'The line `result` of `verdict` may lower the verdict of the run to PARTIAL or FAIL, and PASS leaves it as it is. An expression that yields another word, or none, counts as FAIL.',
    wrong: 'verdict: {result: READY}\n',
    right: "verdict: {result: \"${{ gates['G-01'].state == 'passed' ? 'PASS' : 'PARTIAL' }}\"}\n",
  },
  {
    code: 'GB2506',
    title: 'a table of what is not observed',
    explanation: 'Rows are the items of a list that the gate observes, or one map; cells are paths in a row.',
    wrong: 'tables: [{title: T, from: G-01, columns: {Free: free_byte}}]\n',
    right: 'tables: [{title: T, from: G-01, columns: {Free: free_bytes}}]\n',
  },
];

function restored(access: string, note?: string): string {
  const allowed =
    note === undefined
      ? ''
      : `, allow_errors: [{note: ${note}, why: roles are of the cluster, sqlstate: "42704", only: {role: [app]}}]`;
  const notes = note === undefined ? '' : 'notes: {N-1: {title: Roles, text: A dump carries no roles.}}\n';
  return `authorization: {none: reads production}
targets:
  prod:
    postgres: {url: {env: PROD_DATABASE_URL}}
    production: true
    identity: {database: app}
  copy:
    postgres: {sandbox: {engine: auto}}
${access}    identity: {differs_from: prod}
keys:
  backup: {gpg: {generate: true}}
commands:
  C-01:
    title: Restore a backup
${guard}    do:
      - {postgres.backup: {target: prod, tables: [public.t], encrypt: {key: backup}}, as: backup}
${start}      - postgres.restore: {artifact: "\${{ commands['C-01'].backup }}", target: copy${allowed}}
${teardown}${notes}`;
}
