import { createHash } from 'node:crypto';
import type { Files } from './support.js';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const script = '#!/bin/sh\nexit 0\n';

/** A runbook with one of everything that a comparison looks at. */
export const base = `authorization: {none: reads production}
boundaries: [no write to production]
params:
  min_free: {type: bytes, default: 1GiB}
  name: {type: string, default: abc, pattern: '[a-z]+'}
data:
  scope: [public.a, public.b]
secrets:
  token: {generate: {bytes: 24}}
targets:
  prod:
    postgres: {url: {env: PROD_DATABASE_URL}, embedded: {seed: [seed.sql]}}
    production: true
    identity: {database: directus, system_identifier: {env: PROD_SYSID}}
  copy:
    postgres: {sandbox: {engine: auto}}
    access: write
    identity: {differs_from: prod}
keys:
  backup: {gpg: {fingerprint: {env: BACKUP_FPR}, embedded: {generate: true}}}
  other: {gpg: {generate: true}}
commands:
  C-01:
    title: Pre-flight
    guards:
      G-01:
        title: enough free disk
        probe: {disk: {path: "\${{ run.artifacts }}"}}
        expect: {free_bytes: {gte: "\${{ params.min_free }}"}, free_inodes: {gt: 100}}
      G-02:
        title: the production that we mean
        probe: {postgres.identity: {target: prod}}
        expect: {database: directus, in_recovery: false}
        on_fail: hard-abort
      G-03:
        title: roles
        probe: {sql: {target: prod, query: SELECT rolname FROM pg_roles}}
        expect:
          row_count: {between: [1, 5]}
          rows: {set_equals: [{rolname: a}]}
        assert: size(value.rows) < 9
        retry: {attempts: 2, every: 1s}
        timeout: 10s
  C-02:
    title: Backup
    do:
      - postgres.backup: {target: prod, tables: "\${{ data.scope }}", encrypt: {key: backup}, to: a.gpg}
        as: backup
    expectations:
      G-04:
        title: the envelope
        probe: {value: "\${{ commands['C-02'].backup }}"}
        expect: {size_bytes: {gt: 10}, sha256: {matches: "^[0-9a-f]+$"}}
  C-03:
    title: Restore
    do:
      - postgres.sandbox: {target: copy}
        as: copy
      - postgres.restore: {artifact: "\${{ commands['C-02'].backup }}", target: copy}
        as: restore
    expectations:
      G-05:
        title: no difference
        probe: {postgres.rows: {target: copy, like: "\${{ commands['C-02'].backup.tables }}"}}
        expect: {differences: {empty: true}}
  C-04:
    title: A program
    effect: create
    do:
      - exec: {argv: [make, report], env: {LEVEL: "1"}, ok_codes: [0]}
        as: made
      - script: {file: run.sh, sha256: ${sha(script)}, interpreter: [sh]}
      - exec: {argv: [refused]}
        as: refused
        expect_error: {code: PROGRAM_MISSING}
teardown:
  C-05:
    title: Teardown
    do:
      - destroy: [copy, backup]
    expectations:
      G-06:
        title: unchanged
        probe: {postgres.identity: {target: prod}}
        expect: {unchanged_since: G-02}
verdict:
  backup: "\${{ gates['G-04'].state == 'passed' ? 'TAKEN' : 'NOT TAKEN' }}"
`;

export const files = (runbook: string, bytes = script): Files => ({
  'runbook.yaml': runbook.replace(sha(script), sha(bytes)),
  'run.sh': bytes,
  'seed.sql': 'SELECT 1;\n',
});

/** The base with texts replaced; a text that isn't there is a mistake of the test. */
export function edited(...edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the base runbook has no ${from}`);
    return text.replace(from, () => to);
  }, base);
}
