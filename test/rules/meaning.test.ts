import { createHash } from 'node:crypto';
import {
  actions,
  command,
  expectations,
  free,
  gate,
  guards,
  only,
  ruleTable,
  runbook,
} from '../support/table.js';

const secret = 'secrets: {s: {generate: {bytes: 24}}}\n';
const doing = (...items: readonly string[]): string =>
  runbook(command('C-01', `    effect: observe\n${guards(free('G-01'))}${actions(...items)}`));
const sandbox =
  'targets:\n  copy: {postgres: {sandbox: {}}, access: write, identity: {database: postgres}}\n';
const start = '{postgres.sandbox: {target: copy}, as: copy}';
const teardown = `teardown:\n${command('C-09', actions('destroy: [copy]'))}`;
const changing = (...items: readonly string[]): string =>
  `${sandbox}${runbook(command('C-01', `    effect: change\n${guards(free('G-01'))}${actions(...items)}`))}${teardown}`;

ruleTable('secrets-stay-hidden', ['GB2209'], {
  valid: {
    'env, stdin':
      secret + doing('exec: {argv: [x], env: {S: "${{ secrets.s }}"}, stdin: "${{ secrets.s }}"}'),
    'a password': `${secret}targets: {copy: {postgres: {sandbox: {password: "\${{ secrets.s }}"}}, identity: {database: a}}}\n${runbook(command('C-01', guards(free('G-01')) + actions(start)))}${teardown}`,
    'a private file':
      secret +
      runbook(
        command(
          'C-01',
          guards(free('G-01')) +
            actions('write_file: {path: "${{ run.work }}/a", content: "x ${{ secrets.s }}"}'),
        ),
      ),
  },
  invalid: {
    argv: [secret + doing('exec: {argv: [x, "--pass=${{ secrets.s }}"]}'), 'GB2209 secrets.s'],
    'a title': [
      secret +
        runbook(
          command(
            'C-01',
            guards(
              `      G-01: {title: "\${{ secrets.s }}", probe: {disk: {path: a}}, expect: {free_bytes: {gt: 5}}}\n`,
            ),
          ),
        ),
      'GB2209 secrets.s',
    ],
    'a fact': [`${secret}facts: {a: "\${{ secrets.s }}"}\n`, 'GB2209 secrets.s'],
    'an expectation': [
      secret + only('probe: {value: "${{ run.id }}"}, expect: {equals: "${{ secrets.s }}"}'),
      'GB2209 secrets.s',
    ],
    'a file that others read': [
      secret +
        runbook(
          command(
            'C-01',
            guards(free('G-01')) +
              actions('write_file: {path: "${{ run.work }}/a", mode: "0644", content: "${{ secrets.s }}"}'),
          ),
        ),
      'GB2209 secrets.s',
    ],
    'a condition': [
      secret + runbook(command('C-01', `    when: secrets.s != ''\n${guards(free('G-01'))}`)),
      'GB2209 secrets.s',
    ],
  },
});

ruleTable('no-expression-in-code', ['GB2210'], {
  valid: {
    'behind the text': doing('exec: {argv: [sh, -c, "echo $1", sh, "${{ run.id }}"]}'),
    'in another program': doing('exec: {argv: [echo, -c, "${{ run.id }}"]}'),
    'standard input of a program that only reads it': doing('exec: {argv: [cat], stdin: "${{ run.id }}"}'),

    'standard input beside -c': doing('exec: {argv: [sh, -c, cat], stdin: "${{ run.id }}"}'),
    'a whole script that is a constant': `data: {s: echo}\n${doing('exec: {argv: [sh], stdin: "${{ data.s }}"}')}`,
    'a whole argv that is a constant': `data: {a: [uname]}\n${doing('exec: {argv: "${{ data.a }}"}')}`,
    'bind parameters': changing(start, 'sql: {target: copy, query: select $1, params: ["${{ run.id }}"]}'),
    'a query that is a constant': `data: {q: select 1}\n${changing(start, 'sql: {target: copy, query: "${{ data.q }}"}')}`,
  },
  invalid: {
    'a constant that holds a param': [
      `params: {p: {type: string, default: a}}\ndata: {q: "select '\${{ params.p }}'"}\n${changing(start, 'sql: {target: copy, query: "${{ data.q }}"}')}`,
      'GB2210 "${{ data.q }}"',
    ],
    'a whole argv': [
      `params: {p: {type: list, default: [sh, -c, rm]}}\n${doing('exec: {argv: "${{ params.p }}"}')}`,
      'GB2210 "${{ params.p }}"',
    ],
    'sh -c': [doing('exec: {argv: [sh, -c, "echo ${{ run.id }}"]}'), 'GB2210 "echo ${{ run.id }}"'],
    'bash -ec by env': [
      doing('exec: {argv: [env, /bin/bash, -ec, "${{ run.id }}"]}'),
      'GB2210 "${{ run.id }}"',
    ],
    'python -c': [
      doing('exec: {argv: [python3, -c, "print(${{ run.id }})"]}'),
      'GB2210 "print(${{ run.id }})"',
    ],
    'psql -Atc through sudo': [
      doing(`exec: {argv: [sudo, -u, postgres, psql, -Atc, "select '\${{ run.id }}'"]}`),
      `GB2210 "select '\${{ run.id }}'"`,
    ],
    'psql --command=': [
      doing('exec: {argv: [psql, "--command=select ${{ run.id }}"]}'),
      'GB2210 "--command=select ${{ run.id }}"',
    ],
    'over ssh': [doing('exec: {argv: [ssh, db1, ls, "${{ run.id }}"]}'), 'GB2210 "${{ run.id }}"'],
    'standard input of a shell': [
      doing('exec: {argv: [sh, -e, -s], stdin: "echo ${{ run.id }}"}'),
      'GB2210 "echo ${{ run.id }}"',
    ],
    'standard input of a shell in a container': [
      doing('exec: {argv: [docker, exec, -i, app, bash], stdin: "${{ run.id }}"}'),
      'GB2210 "${{ run.id }}"',
    ],
    'standard input of psql': [
      doing('exec: {argv: [psql, -X, -d, app], stdin: "select ${{ run.id }}"}'),
      'GB2210 "select ${{ run.id }}"',
    ],
    'standard input of an interpreter': [
      doing('exec: {argv: [python3, "-"], stdin: "print(${{ run.id }})"}'),
      'GB2210 "print(${{ run.id }})"',
    ],
    SQL: [
      changing(start, `sql: {target: copy, query: "select '\${{ run.id }}'"}`),
      `GB2210 "select '\${{ run.id }}'"`,
    ],
  },
});

ruleTable('effect-is-declared', ['GB2301', 'GB2302'], {
  valid: {
    declared: doing('exec: {argv: [x]}'),
    'an observing action needs none': runbook(command('C-01', actions('{wait: {for: 1s}}'))),
    'more than is so': runbook(
      command('C-01', `    effect: destroy\n${guards(free('G-01'))}${actions('mkdir: {path: a}')}`),
    ),
  },
  invalid: {
    exec: [runbook(command('C-01', guards(free('G-01')) + actions('exec: {argv: [x]}'))), 'GB2301 exec'],
    'sql on a writable target': [
      `${sandbox}${runbook(command('C-01', guards(free('G-01')) + actions(start, 'sql: {target: copy, query: select 1}')))}${teardown}`,
      'GB2301 sql',
    ],
    'sql on a target that a param names': [
      `params: {p: {type: identifier, default: copy}}\n${sandbox}${runbook(command('C-01', guards(free('G-01')) + actions(start, `sql: {target: "\${{ params.p }}", query: select 1}`)))}${teardown}`,
      'GB2301 sql',
    ],
    'less than is so': [
      runbook(command('C-01', `    effect: observe\n${guards(free('G-01'))}${actions('mkdir: {path: a}')}`)),
      'GB2302 observe',
    ],
  },
});

ruleTable('sandboxes and their resources', ['GB2102', 'GB2303', 'GB2304', 'GB2305', 'GB2306'], {
  valid: {
    'started, used, destroyed': changing(start, 'sql: {target: copy, query: select 1}'),
    'through an of target': `targets:\n  copy: {postgres: {sandbox: {}}, access: write, identity: {database: postgres}}\n  reader: {postgres: {of: copy, user: u}}\n${runbook(command('C-01', guards(free('G-01')) + actions(start) + expectations(gate('G-02', 'probe: {postgres.identity: {target: reader}}, expect: {role: u}'))))}${teardown}`,
  },
  invalid: {
    'used before': [changing('sql: {target: copy, query: select 1}', start), 'GB2303 copy'],
    'never started': [
      `${sandbox}${only('probe: {postgres.identity: {target: copy}}, expect: {database: a}')}`,
      'GB2303 copy',
    ],
    'by a guard of the command that starts it': [
      `${sandbox}${runbook(command('C-01', guards(free('G-01'), gate('G-02', 'probe: {postgres.identity: {target: copy}}, expect: {database: a}')) + actions(start)))}${teardown}`,
      'GB2303 copy',
    ],
    'no sandbox at all': [
      `targets:\n  copy: {postgres: {url: {env: X}}}\n${runbook(command('C-01', guards(free('G-01')) + actions(start)))}${teardown}`,
      'GB2303 copy',
    ],
    'never destroyed': [
      `${sandbox}${runbook(command('C-01', guards(free('G-01')) + actions(start)))}`,
      'GB2304 postgres.sandbox',
    ],
    'destroyed by another name': [
      changing(start).replace('[copy]', '[cpoy]'),
      'GB2304 postgres.sandbox',
      'GB2305 cpoy',
    ],
    ...Object.fromEntries(
      ['create', 'destroy'].map((effect) => [
        `changed without identity, called ${effect}`,
        [
          changing(start, 'sql: {target: copy, query: select 1}')
            .replace(', identity: {database: postgres}', '')
            .replace('effect: change', `effect: ${effect}`),
          'GB2102 copy',
        ] as const,
      ]),
    ),
    'changed without identity': [
      changing(start, 'sql: {target: copy, query: select 1}').replace(', identity: {database: postgres}', ''),
      'GB2102 copy',
    ],
    'changed without identity, by the name that a loop gives': [
      changing(start, 'sql: {target: "${{ each.key }}", query: select 1}')
        .replace(', identity: {database: postgres}', '')
        .replace('effect: change', 'for_each: {copy: {}}\n    effect: change'),
      'GB2102 copy',
    ],
    'an empty list of tables': [
      `${sandbox}${runbook(command('C-01', guards(free('G-01')) + actions(start) + expectations(gate('G-02', 'probe: {postgres.rows: {target: copy, tables: "${{ data.t }}"}}, expect: {differences: {empty: true}}'))))}${teardown}data: {t: []}\n`,
      'GB2306 "${{ data.t }}"',
    ],
  },
});

const compensation = 'compensation: {kill_switch: true, record: [x], escalate: SG_3}\n';
const production = (rest: string): string =>
  `targets:\n  prod: {postgres: {url: {env: X}}, production: true${rest}}\n${only('probe: {postgres.identity: {target: prod}}, expect: {database: a}')}`;

ruleTable('production-is-authorized', ['GB2401', 'GB2402', 'GB2403', 'GB2404', 'GB2405', 'GB2406'], {
  valid: { 'who, and read-only': `authorization: {none: r}\n${production('')}` },
  invalid: {
    'nobody said who': [production(''), 'GB2401 production'],
    'writing there': [
      `authorization: {none: r}\n${production(', access: write, identity: {database: a}')}`,
      'GB2404 write',
    ],
    'a sandbox as production': [
      'authorization: {none: r}\ntargets: {a: {postgres: {sandbox: {}}, production: true}}\n',
      'GB2403 production',
    ],
    'writing there, with slots only': [
      `authorization: {slots: [SG_1], valid_for: 1h}\n${production(', access: write, identity: {database: a}')}`,
      'GB2404 write',
    ],
    'writing there, with compensation only': [
      `authorization: {none: r}\n${compensation}${production(', access: write, identity: {database: a}')}`,
      'GB2404 write',
    ],
    'writing there, with both: still a warning': [
      `authorization: {slots: [SG_1], valid_for: 1h}\n${compensation}${production(', access: write, identity: {database: a}')}`,
      'GB2404 write',
    ],
    'writing there as somebody else': [
      `authorization: {none: r}\ntargets:\n  prod: {postgres: {url: {env: X}}, production: true}\n  other: {postgres: {of: prod, user: u}, access: write}\n`,
      'GB2404 write',
    ],
    'compensation of nothing': [
      `authorization: {none: r}\n${compensation}${production('')}`,
      'GB2405 compensation',
    ],
    'a restore by reflex': [
      `authorization: {slots: [SG_1], valid_for: 1h}\n${compensation}${production(', access: write, identity: {database: a}')}teardown:\n${command('C-09', `    effect: change\n${actions('sql: {target: prod, query: delete from t}')}`)}`,
      'GB2404 write',
      'GB2406 sql',
    ],
    'a restore by reflex, where a param says which': [
      `params: {p: {type: identifier, default: x}}\nauthorization: {slots: [SG_1], valid_for: 1h}\n${compensation}${production(', access: write, identity: {database: a}')}teardown:\n${command('C-09', `    effect: change\n${actions('sql: {target: "${{ params.p }}", query: delete from t}')}`)}`,
      'GB2404 write',
      'GB2406 sql',
    ],
    'superuser elsewhere': ['targets: {a: {postgres: {url: {env: X}}, superuser: r}}\n', 'GB2402 superuser'],
  },
});

const set = (target: string, settings: string): string =>
  changing(start, `sql: {target: ${target}, query: select 1, settings: {${settings}}}`);

ruleTable('settings-are-the-authors', ['GB2313'], {
  valid: {
    'a name of the author': set('copy', 'app.tenant: a, work_mem: 64MB'),
    'a role, where only a copy is changed': set('copy', 'role: reader'),
  },
  invalid: {
    'limits, in any case': [
      set('copy', 'lock_timeout: 2s, Statement_Timeout: "0"'),
      'GB2313 lock_timeout',
      'GB2313 Statement_Timeout',
    ],
    'a role on production': [
      `authorization: {none: r}\n${production(', identity: {database: a}')}  C-02:\n    title: t\n${actions('sql: {target: prod, query: select 1, settings: {role: owner}}')}`,
      'GB2313 role',
    ],
  },
});

const onProduction = (item: string): string =>
  `authorization: {slots: [S1], valid_for: 1h}\ncompensation: {kill_switch: true, record: [a], escalate: S2}\n${production(', access: write, identity: {database: a}')}`.replace(
    'commands:',
    '  owner: {postgres: {of: prod, user: owner}, identity: {database: a}}\ncommands:',
  ) + command('C-02', `    effect: change\n    timeout: 1m\n${guards(free('G-02'))}${actions(item)}`);

const script = 'DELETE FROM a;\nDELETE FROM b;\n';
const pinned = (target: string, more: string): string =>
  `sql: {target: ${target}, file: x.sql, sha256: ${createHash('sha256').update(script).digest('hex')}${more}}`;

ruleTable('statements-can-be-run', ['GB2314'], {
  valid: {
    'what runs inside a transaction': onProduction('sql: {target: prod, query: CREATE INDEX i ON t (a)}'),
    'a column of that name': onProduction('sql: {target: prod, query: "SELECT vacuum, concurrently FROM t"}'),
    'one table in the order of its index': onProduction('sql: {target: prod, query: CLUSTER t USING i}'),
    'a subscription to a slot that is there': onProduction(
      `sql: {target: prod, query: "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot = off)"}`,
    ),
    'a subscription that is not refreshed': onProduction(
      `sql: {target: prod, query: "ALTER SUBSCRIPTION s ADD PUBLICATION p WITH (refresh = false)"}`,
    ),
    'on a copy, where it is sent as it is': changing(start, 'sql: {target: copy, query: VACUUM t}'),
    'a refusal that is expected': onProduction(
      '{sql: {target: prod, query: VACUUM t}, expect_error: {sqlstate: "25001"}}',
    ),
    'outside a transaction': onProduction(
      'sql: {target: prod, query: CREATE INDEX CONCURRENTLY i ON t (a), transaction: none}',
    ),
    'a reindex that is not concurrent': onProduction(
      'sql: {target: prod, query: "REINDEX (VERBOSE, CONCURRENTLY off) TABLE t"}',
    ),
    'a script on a copy': {
      text: changing(start, pinned('copy', '')),
      files: { 'x.sql': script },
    },
  },
  invalid: {
    'an index built beside writers': [
      onProduction('sql: {target: prod, query: CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)}'),
      'GB2314 CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)',
    ],
    'behind a comment': [
      onProduction('sql: {target: prod, query: "/* x */ vacuum full t"}'),
      'GB2314 "/* x */ vacuum full t"',
    ],
    'a reindex by option': [
      onProduction('sql: {target: prod, query: "REINDEX (CONCURRENTLY) TABLE t"}'),
      'GB2314 "REINDEX (CONCURRENTLY) TABLE t"',
    ],
    'with comments between its words': [
      onProduction('sql: {target: prod, query: "create /* x */ index /* /* */ */ concurrently i ON t (a)"}'),
      'GB2314 "create /* x */ index /* /* */ */ concurrently i ON t (a)"',
    ],
    'every table in the order of its index': [
      onProduction('sql: {target: prod, query: cluster (verbose);}'),
      'GB2314 cluster (verbose);',
    ],
    'a subscription that makes its slot': [
      onProduction(
        `sql: {target: prod, query: "CREATE SUBSCRIPTION s CONNECTION 'connect=x' PUBLICATION p"}`,
      ),
      `GB2314 "CREATE SUBSCRIPTION s CONNECTION 'connect=x' PUBLICATION p"`,
    ],
    'a subscription that says that it makes its slot': [
      onProduction(
        `sql: {target: prod, query: "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (create_slot = on)"}`,
      ),
      `GB2314 "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (create_slot = on)"`,
    ],
    'a subscription that is refreshed': [
      onProduction('sql: {target: prod, query: alter subscription s set publication p}'),
      'GB2314 alter subscription s set publication p',
    ],
    'a script outside a transaction': [
      { text: changing(start, pinned('copy', ', transaction: none')), files: { 'x.sql': script } },
      'GB2314 x.sql',
    ],
    'transaction control outside of one': [
      onProduction('sql: {target: prod, query: BEGIN, transaction: none}'),
      'GB2314 BEGIN',
    ],
    'outside a transaction, where only that would keep it from writing': [
      `authorization: {none: r}\n${production(', identity: {database: a}')}  C-02:\n    title: t\n${actions('sql: {target: prod, query: VACUUM t, transaction: none}')}`,
      'GB2314 transaction',
    ],
    'outside one, by a command that only observes': [
      changing(start, 'sql: {target: copy, query: VACUUM t, transaction: none}').replace('change', 'observe'),
      'GB2314 transaction',
    ],
    'two statements, on a copy too': [
      changing(start, 'sql: {target: copy, query: DELETE FROM a; DELETE FROM b}'),
      'GB2314 DELETE FROM a; DELETE FROM b',
    ],
    'a script on production': [
      { text: onProduction(pinned('prod', '')), files: { 'x.sql': script } },
      'GB2314 x.sql',
    ],
    'a script that has params': [
      { text: changing(start, pinned('copy', ', params: [1]')), files: { 'x.sql': script } },
      'GB2314 x.sql',
    ],
    'transaction control, on a copy too': [
      changing(start, 'sql: {target: copy, query: COMMIT}'),
      'GB2314 COMMIT',
    ],
    'a probe that copies': [
      `authorization: {none: r}\n${production(', identity: {database: a}').replace('postgres.identity: {target: prod}}, expect: {database: a}', 'sql: {target: prod, query: COPY t TO STDOUT}}, expect: {row_count: 1}')}`,
      'GB2314 COPY t TO STDOUT',
    ],
  },
});

ruleTable('programs-connect-where-they-may', ['GB2315'], {
  valid: { 'to a copy': changing(start, 'exec: {argv: [psql, -Xc, select 1], connect: copy}') },
  invalid: {
    'to production': [onProduction('exec: {argv: [psql, -Xc, select 1], connect: prod}'), 'GB2315 prod'],
    'to another user of it': [
      onProduction('exec: {argv: [psql, -Xc, select 1], connect: owner}'),
      'GB2315 owner',
    ],
  },
});

const looped = (keys: string): string =>
  runbook(command('C-01', `    for_each: ${keys}\n${guards(free('G-01'))}`));

ruleTable('report parts', ['GB2501', 'GB2502', 'GB2505', 'GB2506'], {
  valid: {
    'gates that there are':
      'checks: [{title: t, gates: [G-01]}]\nreadiness: [{component: c, gate: G-01}]\ngaps: {GAP-1: {title: t, closed_by: [G-01]}}\ntables: [{title: t, from: G-01, columns: {A: free_bytes}, total: [A]}]\n',
    'an iteration, and the items of a loop': `${looped('{a: 1}')}checks: [{title: t, gates: ['G-01[a]', G-01]}]\ntables:\n  - {title: t, from: G-01, columns: {A: each.key, B: each.value, C: observed.free_bytes, D: state}}\n  - {title: t, from: 'G-01[a]', columns: {A: free_bytes}}\n`,
    'an iteration that only the plan knows': `params: {p: {type: list, default: [x]}}\n${looped('"${{ params.p }}"')}checks: [{title: t, gates: ['G-01[y]']}]\n`,
    'rows of a list':
      `${only('probe: {postgres.rows: {target: copy, tables: [a.b]}}, expect: {total: 5}')}tables: [{title: t, from: G-01, rows: tables, columns: {A: table, B: count}, total: [B]}]\n`.replace(
        /^/,
        'targets: {copy: {postgres: {url: {env: URL}}}}\n',
      ),
  },
  invalid: {
    'an iteration that there is not': [
      `${looped('{a: 1}')}checks: [{title: t, gates: [G-01, 'G-01[b]']}]\n`,
      "GB2501 'G-01[b]'",
    ],
    'an iteration of no loop': ["checks: [{title: t, gates: ['G-01[a]']}]\n", "GB2501 'G-01[a]'"],
    'a cell that is not observed': [
      'tables: [{title: t, from: G-01, columns: {A: free_byte, B: a..b}}]\n',
      'GB2506 free_byte',
      'GB2506 a..b',
    ],
    'rows that are not observed': [
      'tables: [{title: t, from: G-01, rows: files, columns: {A: a}}]\n',
      'GB2506 files',
    ],
    'rows that are one value': [
      'tables: [{title: t, from: G-01, rows: free_bytes, columns: {A: a}}]\n',
      'GB2506 free_bytes',
    ],
    'a loop with rows, and a name that no item has': [
      `${looped('{a: 1}')}tables:\n  - {title: t, from: G-01, rows: tables, columns: {A: each}}\n  - {title: t, from: G-01, columns: {A: title}}\n`,
      'GB2506 tables',
      'GB2506 title',
    ],
    'each part': [
      'checks: [{title: t, gates: [G-01, G-02]}]\nreadiness: [{component: c, gate: G-03}]\ngaps: {GAP-1: {title: t, closed_by: [G-04]}}\ntables: [{title: t, from: G-05, columns: {A: free_bytes}, total: [B]}]\n',
      'GB2501 G-02',
      'GB2501 G-03',
      'GB2501 G-04',
      'GB2501 G-05',
      'GB2502 B',
    ],
    'a result that is no verdict': ['verdict: {a: READY, result: fail}\n', 'GB2505 fail'],
  },
});
