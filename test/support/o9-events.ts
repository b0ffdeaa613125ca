import type { CommandId, GateId, RunId, Sha256 } from '../../src/base/ids.js';
import type { RunEvent } from '../../src/model/event.js';
import type { CommandOutline, GateOutline, Outline } from '../../src/model/outline.js';
import { sha } from './journal.js';

const c = (id: string) => id as CommandId;
const g = (id: string) => id as GateId;

const gate = (id: string, title: string, expected: string, more: Partial<GateOutline> = {}): GateOutline => ({
  id: g(id),
  title,
  phase: 'guard',
  on_fail: 'abort',
  probe: 'value',
  probe_words: title,
  expected_words: [expected],
  ...more,
});

const commands: readonly CommandOutline[] = [
  {
    id: c('C-01'),
    title: 'Components',
    effect: 'observe',
    teardown: false,
    gates: [
      gate('G-01', 'gpg is there', 'present is yes', { probe: 'tool', probe_words: 'the program gpg' }),
      gate('G-02', 'enough free disk', 'free_bytes ≥ 1 GiB', { probe: 'disk', on_fail: 'fail' }),
      gate('G-03', 'the artifact folder is listed', 'present is yes', {
        on_fail: 'note',
        why: 'only a hint',
      }),
    ],
    actions: [],
  },
  {
    id: c('C-02'),
    title: 'Fresh encrypted backup of nine tables',
    effect: 'create',
    teardown: false,
    gates: [
      gate('G-04', 'production is the production we mean', 'database is directus', {
        probe: 'postgres.identity',
        on_fail: 'hard-abort',
      }),
      gate('G-05', 'the envelope is complete', 'sha256 matches ^[0-9a-f]{64}$', { phase: 'expectation' }),
    ],
    actions: [
      {
        kind: 'postgres.backup',
        words: 'back up 9 tables of prod, encrypted to key backup',
        effect: 'create',
        as: 'backup',
      },
    ],
  },
  {
    id: c('C-03'),
    title: 'Restore proof',
    effect: 'change',
    teardown: false,
    gates: [
      gate('G-06', 'every restored row equals its source', 'differences are none', {
        phase: 'expectation',
        probe: 'postgres.rows',
        probe_words: 'the rows of every table in copy',
        why: 'the same count with other content is not a restore',
      }),
    ],
    actions: [
      { kind: 'postgres.sandbox', words: 'start the throwaway server copy', effect: 'create', as: 'copy' },
      { kind: 'postgres.restore', words: 'restore the backup into copy', effect: 'change', as: 'restore' },
    ],
  },
  {
    id: c('C-04'),
    title: 'Destroy what this run created',
    effect: 'destroy',
    teardown: true,
    gates: [gate('G-07', 'production was not restarted', 'unchanged since G-04', { phase: 'teardown' })],
    actions: [{ kind: 'destroy', words: 'destroy copy', effect: 'destroy' }],
  },
];

export const runbookText = 'gatebook: v1\nid: o9-backup\n';
export const planText = '{"schema":"gatebook/plan@1"}';
export const bindingText = '{"schema":"gatebook/binding@1"}';

const outline: Outline = {
  id: 'o9-backup',
  title: 'O9 Report 02 — Backup readiness (G2 / F4)',
  revision: 1,
  path: 'runbooks/o9-backup.yaml',
  sha256: sha(runbookText) as Sha256,
  tags: ['dieu44', 'iu-cutter', 'v0.6', 'readiness'],
  boundaries: ['no secret printed', 'no production write'],
  conventions: [],
  authorization: 'none required — reads production; writes one encrypted file',
  commands,
  files: [{ path: 'runbooks/o9-backup.yaml', sha256: sha(runbookText) as Sha256, role: 'runbook' }],
};

const planned = (mode: 'live' | 'rehearsal' | 'dry-run'): RunEvent => ({
  type: 'run_planned',
  run: '20261121T081502Z-7c1e' as RunId,
  gatebook: '0.1.0',
  renderer: 1,
  mode,
  outline,
  plan_digest: `sha256:${sha(planText)}`,
  binding_digest: `sha256:${sha(bindingText)}`,
  host: 'vm-3',
  operator: 'operator',
  containment: 'pid-namespace',
  params: { min_free: '1GiB' },
  approvals: [],
});

function held(command: string, id: string, observed: string): RunEvent[] {
  return [
    { type: 'gate_started', gate: g(id), command: c(command) },
    {
      type: 'gate_ended',
      gate: g(id),
      command: c(command),
      state: 'passed',
      expected: {},
      expected_words: commands.flatMap((one) => one.gates).find((one) => one.id === id)?.expected_words ?? [],
      observed: observed,
      observed_words: observed,
      difference: null,
      duration_ms: 4,
      attempts: 1,
    },
  ];
}
const started = (command: string): RunEvent => ({ type: 'command_started', command: c(command) });
const ended = (command: string, state: 'passed' | 'failed' | 'not_run', ms: number): RunEvent => ({
  type: 'command_ended',
  command: c(command),
  state,
  duration_ms: ms,
});
function action(
  command: string,
  index: number,
  kind: string,
  words: string,
  as?: string,
  outputs?: object,
): RunEvent[] {
  return [
    { type: 'action_intended', command: c(command), index, kind, ...(as === undefined ? {} : { as }) },
    {
      type: 'action_ended',
      command: c(command),
      index,
      state: 'passed',
      words,
      duration_ms: 900,
      ...(outputs === undefined ? {} : { outputs: outputs as never }),
    },
  ];
}

const upToRestore = (mode: 'live' | 'rehearsal'): RunEvent[] => [
  planned(mode),
  { type: 'run_started' },
  started('C-01'),
  ...held('C-01', 'G-01', 'GnuPG 2.2.40'),
  ...held('C-01', 'G-02', '12.4 GB free'),
  { type: 'gate_started', gate: g('G-03'), command: c('C-01') },
  {
    type: 'gate_ended',
    gate: g('G-03'),
    command: c('C-01'),
    state: 'noted',
    expected: { present: true },
    expected_words: ['present is yes'],
    observed: { present: false },
    observed_words: 'absent',
    difference: { words: ['present: expected yes, observed no'] },
    duration_ms: 1,
    attempts: 1,
  },
  ended('C-01', 'passed', 412),
  started('C-02'),
  ...held('C-02', 'G-04', 'directus, sysid 7611578671664259111'),
  {
    type: 'resource_intended',
    resource: 'R-1',
    kind: 'artifact',
    name: 'backup',
    durability: 'ephemeral',
    command: c('C-02'),
    handle: { path: 'STAND-IN-o9.dump.gpg' },
  },
  ...action('C-02', 0, 'postgres.backup', '41.2 MB at 118 MB/s, snapshot held 0.3 s', 'backup', {
    sha256: sha('artifact'),
    size_bytes: 41_200_000,
    gpg_fpr: '3DE3'.repeat(10),
    artifact_ref: 'STAND-IN-o9.dump.gpg',
  }),
  { type: 'resource_created', resource: 'R-1', handle: { path: 'STAND-IN-o9.dump.gpg' } },
  ...held('C-02', 'G-05', '4 of 4 fields'),
  ended('C-02', 'passed', 1_300),
  started('C-03'),
  {
    type: 'resource_intended',
    resource: 'R-2',
    kind: 'postgres.sandbox',
    name: 'copy',
    durability: 'ephemeral',
    command: c('C-03'),
    handle: { system_identifier: null },
  },
  ...action('C-03', 0, 'postgres.sandbox', 'PostgreSQL 15.18', 'copy', {
    system_identifier: '7710452276528040664',
  }),
  { type: 'resource_created', resource: 'R-2', handle: { system_identifier: '7710452276528040664' } },
  ...action('C-03', 1, 'postgres.restore', '1,202 errors allowed', 'restore', {
    errors: 1202,
    allowed: [
      { note: 'N-1', role: 'directus', schema: 'public', statement: 'GRANT', count: 870 },
      { note: 'N-1', role: 'incomex', schema: 'public', statement: 'ALTER OWNER', count: 332 },
    ],
  }),
];

const teardown: RunEvent[] = [
  { type: 'teardown_started', reason: 'the commands ended' },
  started('C-04'),
  ...action('C-04', 0, 'destroy', 'copy is gone'),
  { type: 'resource_destroyed', resource: 'R-2', proof: 'process gone, folder gone' },
  { type: 'resource_destroyed', resource: 'R-1', proof: 'file gone' },
  ...held('C-04', 'G-07', 'same sysid, same start'),
  ended('C-04', 'passed', 700),
  { type: 'leak_scan', files: 14, hits: [] },
];

const parts = (status: string): RunEvent => ({
  type: 'parts_evaluated',
  parts: {
    facts: [
      ['macro', 'v0.6-o9-first-automated-production-run-readiness'],
      ['gate covered', 'G2 — F4 backup readiness'],
    ],
    checks: [
      {
        number: 1,
        title: 'Fresh backup',
        result: 'PASS',
        gates: ['G-05'],
        evidence: '41.2 MB, sha256 recorded',
      },
      {
        number: 2,
        title: 'Restore proved',
        result: status === 'READY' ? 'PASS' : 'FAIL',
        gates: ['G-06'],
        evidence: '',
      },
    ],
    readiness: [
      { component: 'gpg binary', state: 'READY', result: 'PASS', gate: 'G-01', evidence: 'GnuPG 2.2.40' },
      { component: 'restore | proof', state: status, result: 'PASS', gate: 'G-06', evidence: '' },
    ],
    tables: [
      {
        title: 'Restored row matrix (isolated)',
        columns: ['Table', 'Source rows', 'Restored rows'],
        rows: [
          ['public.information_unit', 412, 412],
          ['public.unit_version', 3494, 3494],
        ],
        total: [null, 3906, 3906],
      },
    ],
    notes: [
      {
        id: 'N-1',
        title: 'Role recreation',
        text: 'a database-scope dump carries no CREATE ROLE',
        disposition: 'NOTE ONLY',
      },
    ],
    gaps: [{ id: 'GAP-3', title: 'no restore proof', state: 'CLOSED', closed_by: ['G-06'] }],
    operator_package:
      '# Provision the key\n\n1. Generate it:\n\n```sh\ngpg --batch --gen-key params\n```\n\nThen see [here](http://evil.example) <b>now</b> and run `gatebook doctor`.\n',
    verdict_lines: [
      ['backup_mechanism', 'READY'],
      ['f4_status', status],
      ['result', 'PASS'],
    ],
  },
});

/** A rehearsal in which everything held. */
export const passed = (): RunEvent[] => [
  ...upToRestore('rehearsal'),
  ...held('C-03', 'G-06', '2 of 2 tables equal, 3,906 rows'),
  ended('C-03', 'passed', 2_100),
  ...teardown,
  parts('READY'),
  { type: 'run_ended', verdict: 'PASS', exit_code: 0, cause: null, teardown: 'clean', duration_ms: 7_042 },
];

/** A live run whose restore is not equal to its source; hostile text was observed. */
export function failed(): RunEvent[] {
  const cause = {
    kind: 'gate',
    code: 'GATE_FAILED',
    command: c('C-03'),
    gate: g('G-06'),
    message: 'every restored row equals its source: public.unit_version differs',
  } as const;
  return [
    ...upToRestore('live'),
    { type: 'gate_started', gate: g('G-06'), command: c('C-03') },
    {
      type: 'gate_ended',
      gate: g('G-06'),
      command: c('C-03'),
      state: 'failed',
      expected: { differences: { empty: true } },
      expected_words: ['differences are none'],
      observed: { differences: [{ table: 'public.unit_version' }] },
      observed_words: 'public.unit_version: 1,204 rows | <img src=x> [x](http://evil.example) \u001b[2J',
      difference: { words: ['public.unit_version: content hash differs'] },
      duration_ms: 40,
      attempts: 1,
    },
    { type: 'abort', cause },
    ended('C-03', 'failed', 2_100),
    ...teardown,
    parts('FAILED'),
    { type: 'run_ended', verdict: 'FAIL', exit_code: 1, cause, teardown: 'clean', duration_ms: 7_042 },
  ];
}

export function refused(): RunEvent[] {
  const cause = {
    kind: 'environment',
    code: 'PRODUCTION_HALF_CONFIGURED',
    command: null,
    gate: null,
    message: 'PROD_SYSTEM_IDENTIFIER is not set, while PROD_DATABASE_URL is',
    next: 'set PROD_SYSTEM_IDENTIFIER, or unset all of them for a rehearsal',
  } as const;
  return [
    planned('live'),
    { type: 'run_refused', cause },
    { type: 'run_ended', verdict: 'REFUSED', exit_code: 4, cause, teardown: 'not_needed', duration_ms: 12 },
  ];
}

/** Refused for its approvals: one is wrong, one is right, one was not looked at. */
export function unauthorized(): RunEvent[] {
  const cause = {
    kind: 'control',
    code: 'APPROVAL_EXPIRED',
    command: null,
    gate: null,
    message: 'the approval sg1.json expired at 2026-11-21T08:00:00.000Z; it is 2026-11-21T08:15:02.000Z',
    next: 'ask for another: gatebook request',
  } as const;
  const given = (slot: string, principal: string, checked: boolean, wrong: string | null) => ({
    ...{
      slot,
      principal,
      requester: 'rita',
      expires: '2026-11-21T08:00:00.000Z',
      sha256: sha(slot) as Sha256,
    },
    ...{ checked, wrong },
  });
  const offered = [
    given('SG_1', 'alice', true, cause.message),
    given('SG_2', 'bob <b>', true, null),
    given('SG_3', 'carol', false, null),
  ];
  return [
    planned('live'),
    { type: 'run_refused', cause, offered },
    { type: 'run_ended', verdict: 'REFUSED', exit_code: 6, cause, teardown: 'not_needed', duration_ms: 12 },
  ];
}

export const dryRun = (): RunEvent[] => [
  planned('dry-run'),
  { type: 'run_started' },
  started('C-01'),
  ...held('C-01', 'G-01', 'GnuPG 2.2.40'),
  ...held('C-01', 'G-02', '12.4 GB free'),
  ended('C-01', 'passed', 20),
  {
    type: 'run_ended',
    verdict: 'DRY-RUN',
    exit_code: 0,
    cause: null,
    teardown: 'not_needed',
    duration_ms: 40,
  },
];
