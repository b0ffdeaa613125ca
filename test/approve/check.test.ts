import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSsh } from '../../src/adapters/ssh/index.js';
import { approvalLedger } from '../../src/adapters/state/approvals.js';
import type { Approval, GivenApproval } from '../../src/approve/index.js';
import {
  basisOfPlan,
  checkApprovals,
  printApproval,
  readApprovals,
  readSigners,
} from '../../src/approve/index.js';
import type { Fingerprint, RunId, Sha256 } from '../../src/base/ids.js';
import { err } from '../../src/base/result.js';
import { bindingDigest } from '../../src/bind/index.js';
import { loadRunbook } from '../../src/document/index.js';
import type { Binding } from '../../src/model/binding.js';
import type { Plan } from '../../src/model/plan.js';
import { buildPlan, planDigest } from '../../src/plan/index.js';
import { openKeys } from '../support/approval.js';
import { memorySources } from '../support/sources.js';

const runbook = `gatebook: v1
id: example
title: Example
revision: 1
authorization: {slots: [SG_1, SG_2], valid_for: 24h}
params: {n: {type: integer, default: 1}}
data: {words: here}
commands:
  C-01: {title: t, expectations: {G-01: {title: set, probe: {env: {name: HOME}}, expect: {set: true}}}}
`;
const keys = openKeys('rita', 'alice', 'bob', 'spare');
const now = '2026-11-21T08:00:00.000Z';
const state = '0b1c2d3e-0000-4000-8000-000000000001';
let folder: string;
let plan: Plan;
let binding: Binding;

async function planOf(text: string, params: Readonly<Record<string, string>> = {}): Promise<Plan> {
  const loaded = await loadRunbook(memorySources({ 'runbook.yaml': text }), 'runbook.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  const made = buildPlan(loaded.value, { params, version: '0.1.0' });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gba-'));
  plan = await planOf(runbook);
  binding = {
    schema: 'gatebook/binding@1',
    mode: 'live',
    targets: {
      prod: { via: 'url', production: true, standIn: false, host: 'db1', port: 5432, identity: {} },
    },
    keys: {},
    outside: {},
    sealed: [],
    attestations: {},
    project: '/project',
    path: '/usr/bin',
    programs: [{ name: 'gpg', path: '/usr/bin/gpg', sha256: 'a'.repeat(64) as Sha256 }],
    sandbox: null,
    state,
    approvers: null,
    requester: 'rita',
  };
});
afterAll(async () => {
  keys.close();
  await rm(folder, { recursive: true, force: true });
});

type Name = 'rita' | 'alice' | 'bob' | 'spare';
interface Change {
  readonly approval?: Partial<Approval>;
  readonly key?: Name;
  readonly namespace?: string;
  /** Done to the text after it was signed. */
  readonly spoil?: (text: string) => string;
}
let nonces = 0;
async function approvalOf(slot: string, principal: Name, change: Change = {}): Promise<GivenApproval> {
  const approval: Approval = {
    runbook: 'example',
    plan_digest: planDigest(plan),
    binding_digest: bindingDigest(change.approval?.binding ?? binding),
    requester: 'rita',
    requester_key: keys.fingerprint('rita'),
    slot,
    principal,
    not_before: '2026-11-21T07:00:00.000Z',
    expires: '2026-11-21T09:00:00.000Z',
    nonce: createHash('md5').update(String(++nonces)).digest('hex'),
    state,
    plan: basisOfPlan(plan),
    binding,
    ...change.approval,
  };
  const text = printApproval(approval);
  const signed = await keys.sign(change.key ?? principal, text, change.namespace ?? 'gatebook-approval@v1');
  return { file: `${slot}.json`, text: change.spoil?.(text) ?? text, signature: signed.signature };
}

const file = () =>
  keys.line('rita', 'rita', 'namespaces="gatebook-request@v1"') +
  keys.line('alice', 'alice') +
  keys.line('bob', 'bob');
async function check(
  given: readonly GivenApproval[],
  here: { signers?: string; now?: string; plan?: Plan; binding?: Binding } = {},
) {
  const signers = readSigners(here.signers ?? file(), 'allowed_signers');
  const { read, refusal: refused } = readApprovals(given);
  if (!signers.ok) throw new Error(signers.error.message);
  if (refused !== null) return err(refused);
  return checkApprovals(read, {
    plan,
    runbook: 'runbooks/my first.yaml',
    binding,
    now,
    ...here,
    signers: signers.value,
    ssh: createSsh(),
    ledger: approvalLedger(folder),
  });
}
const both = async (change: Change = {}) => [
  await approvalOf('SG_1', 'alice', change),
  await approvalOf('SG_2', 'bob'),
];
const refusal = (code: string, ...words: readonly string[]) => ({
  ok: false,
  error: expect.objectContaining({ code, message: expect.stringMatching(words.join('[^]*')) }) as unknown,
});

test('two people with a key each, for this plan, here and now', async () => {
  const checked = await check(await both());
  expect(checked).toMatchObject({
    ok: true,
    value: [
      { slot: 'SG_1', principal: 'alice', requester: 'rita', key: keys.fingerprint('alice') },
      { slot: 'SG_2', principal: 'bob', key: keys.fingerprint('bob') },
    ],
  });
});

test('a signed statement that tells of another plan than its digest names', async () => {
  const told = { ...basisOfPlan(plan), params: { amount: { $int: '9223372036854775807' } } };
  expect(await check(await both({ approval: { plan: told } }))).toMatchObject(
    refusal('APPROVAL_OTHER_PLAN', 'contradicts itself', 'params.amount is not there'),
  );
});

describe('who signed', () => {
  test('the namespace of git is not ours', async () => {
    expect(await check(await both({ namespace: 'git' }))).toMatchObject(
      refusal('SIGNATURE_NAMESPACE', 'git'),
    );
  });
  test('a request is no approval', async () => {
    const given = await both({ namespace: 'gatebook-request@v1' });
    expect(await check(given)).toMatchObject(refusal('SIGNATURE_NAMESPACE', 'gatebook-request'));
  });
  test('a byte of it that was changed after it was signed', async () => {
    const given = await both({ spoil: (text) => text.replace('T09:00', 'T10:00') });
    expect(await check(given)).toMatchObject(refusal('SIGNATURE_REFUSED', 'SG_1.json'));
  });
  test('a forged principal: it names alice, and bob signed', async () => {
    expect(await check(await both({ key: 'bob' }))).toMatchObject(
      refusal('SIGNER_KEY', 'names alice', 'key of bob'),
    );
  });
  test('a key that nobody has', async () => {
    expect(await check(await both({ key: 'spare' }))).toMatchObject(refusal('SIGNER_KEY', 'nobody'));
  });
  test('somebody who is not in the file', async () => {
    const given = [await approvalOf('SG_1', 'spare'), await approvalOf('SG_2', 'bob')];
    expect(await check(given)).toMatchObject(refusal('SIGNER_UNKNOWN', 'spare'));
  });
  test('a key whose line has another namespace', async () => {
    const signers = keys.line('alice', 'alice', 'namespaces="git"') + keys.line('bob', 'bob');
    expect(await check(await both(), { signers })).toMatchObject(
      refusal('SIGNATURE_REFUSED', 'not permitted'),
    );
  });
  test.each([
    ['valid-before="20261121075959"', 'expired'],
    ['valid-after="20261121080001"', 'not yet valid'],
  ])('a key whose line says %s', async (option, says) => {
    const signers = keys.line('alice', 'alice', option) + keys.line('bob', 'bob');
    expect(await check(await both(), { signers })).toMatchObject(refusal('SIGNATURE_REFUSED', says));
  });
  test.each(['valid-before="20261121080001"', 'valid-after="20261121075959"'])('%s holds', async (option) => {
    const signers = keys.line('alice', 'alice', option) + keys.line('bob', 'bob');
    expect(await check(await both(), { signers })).toMatchObject({ ok: true });
  });
  test('a key that stands in two lines holds where one of them lets it', async () => {
    const signers =
      keys.line('alice', 'alice', 'valid-before="20200101"') +
      keys.line('alice', 'alice', 'namespaces="gatebook-approval@v1"') +
      keys.line('bob', 'bob');
    expect(await check(await both(), { signers })).toMatchObject({ ok: true });
    const neither =
      keys.line('alice', 'alice', 'valid-before="20200101"') +
      keys.line('alice', 'alice', 'namespaces="git"') +
      keys.line('bob', 'bob');
    expect(await check(await both(), { signers: neither })).toMatchObject(refusal('SIGNATURE_REFUSED'));
  });
  test.each(['', 'no signature', '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n'])(
    'a signature that is none: %j',
    async (signature) => {
      const [first, second] = await both();
      if (first === undefined || second === undefined) throw new Error('two were made');
      expect(await check([{ ...first, signature }, second])).toMatchObject(refusal('SIGNATURE_MALFORMED'));
    },
  );
});

test('what is wrong is said of each of them, though the first alone is the cause', async () => {
  const given = [
    await approvalOf('SG_1', 'alice', { key: 'bob' }),
    await approvalOf('SG_2', 'bob'),
    await approvalOf('SG_9', 'bob'),
  ];
  expect(await check(given)).toMatchObject({
    ok: false,
    error: {
      code: 'SIGNER_KEY',
      offered: [
        {
          slot: 'SG_1',
          principal: 'alice',
          checked: true,
          wrong: expect.stringContaining('key of bob') as string,
        },
        { slot: 'SG_2', principal: 'bob', requester: 'rita', checked: true, wrong: null },
        { slot: 'SG_9', checked: true, wrong: expect.stringContaining("doesn't declare") as string },
      ],
    },
  });
});

describe('each slot takes another person with another key, and none who asks', () => {
  test('a slot that nobody fills', async () => {
    const checked = await check([await approvalOf('SG_1', 'alice')]);
    expect(checked).toMatchObject(refusal('APPROVAL_MISSING', 'SG_2'));
    // As it is typed where one stands.
    const next = expect.stringMatching(/^gatebook request 'runbooks\/my first\.yaml' --as WHO /) as string;
    expect(checked).toMatchObject({ error: { next } });
  });
  test('a slot that is filled twice', async () => {
    const given = [...(await both()), await approvalOf('SG_1', 'bob')];
    expect(await check(given)).toMatchObject(refusal('APPROVAL_SLOT', 'SG_1 is filled twice'));
  });
  test('a slot that is not declared', async () => {
    const given = [await approvalOf('SG_1', 'alice'), await approvalOf('SG_9', 'bob')];
    expect(await check(given)).toMatchObject(refusal('APPROVAL_SLOT', 'SG_9'));
  });
  test('one person with two keys', async () => {
    const signers = keys.line('alice', 'alice') + keys.line('alice', 'spare');
    const given = [await approvalOf('SG_1', 'alice'), await approvalOf('SG_2', 'alice', { key: 'spare' })];
    expect(await check(given, { signers })).toMatchObject(
      refusal('APPROVAL_SAME_PERSON', 'SG_1 and SG_2', 'alice'),
    );
  });
  test('one key for two people', async () => {
    const signers = keys.line('alice', 'alice') + keys.line('bob', 'alice');
    const given = [await approvalOf('SG_1', 'alice'), await approvalOf('SG_2', 'bob', { key: 'alice' })];
    expect(await check(given, { signers })).toMatchObject(refusal('APPROVAL_SAME_KEY', 'one key'));
  });
  test('who asked', async () => {
    const signers = keys.line('rita', 'rita') + keys.line('bob', 'bob');
    const given = [await approvalOf('SG_1', 'rita'), await approvalOf('SG_2', 'bob')];
    expect(await check(given, { signers })).toMatchObject(
      refusal('APPROVAL_BY_REQUESTER', 'SG_1 is filled by rita, who asked'),
    );
  });
  test.each([
    ['the key of who asked, under another name', keys.line('alice', 'rita')],
    ['another key of who asked', keys.line('rita', 'spare') + keys.line('alice', 'spare')],
  ])('%s', async (_, lines) => {
    const key = lines.includes(keys.publicOf('spare')) ? 'spare' : 'rita';
    const given = [await approvalOf('SG_1', 'alice', { key }), await approvalOf('SG_2', 'bob')];
    const checked = await check(given, { signers: lines + keys.line('bob', 'bob') });
    expect(checked).toMatchObject(refusal('APPROVAL_BY_REQUESTER', 'key of rita'));
  });
  test('approvals of two requests', async () => {
    const given = await both({ approval: { requester: 'mallory' } });
    expect(await check(given)).toMatchObject(refusal('APPROVAL_REQUESTERS'));
  });
});

describe('when', () => {
  test.each([
    ['2026-11-21T06:59:59.999Z', 'APPROVAL_NOT_YET_VALID'],
    ['2026-11-21T09:00:00.000Z', 'APPROVAL_EXPIRED'],
  ])('at %s: %s', async (at, code) => {
    expect(await check(await both(), { now: at })).toMatchObject(refusal(code));
  });
  test.each(['2026-11-21T07:00:00.000Z', '2026-11-21T08:59:59.999Z'])('at %s it holds', async (at) => {
    expect(await check(await both(), { now: at })).toMatchObject({ ok: true });
  });
  test('longer than the runbook allows', async () => {
    const given = await both({ approval: { expires: '2026-11-22T07:00:00.001Z' } });
    expect(await check(given)).toMatchObject(refusal('APPROVAL_TOO_LONG', '24 h'));
  });
});

describe('once', () => {
  test('what a run has used', async () => {
    const given = await both();
    const nonce = /"nonce": "([0-9a-f]+)"/.exec(given[1]?.text ?? '')?.[1] ?? '';
    await approvalLedger(folder).use(nonce, '20261121T080000Z-0001' as RunId);
    expect(await check(given)).toMatchObject(refusal('APPROVAL_USED', 'SG_2.json', '20261121T080000Z-0001'));
  });
  test('what was revoked', async () => {
    const given = await both();
    const nonce = /"nonce": "([0-9a-f]+)"/.exec(given[0]?.text ?? '')?.[1] ?? '';
    await approvalLedger(folder).revoke(nonce, 'a statement', 'a signature');
    expect(await check(given)).toMatchObject(refusal('APPROVAL_REVOKED', 'SG_1.json'));
  });
});

describe('for exactly this', () => {
  test('another runbook', async () => {
    expect(await check(await both({ approval: { runbook: 'other' } }))).toMatchObject(
      refusal('APPROVAL_OTHER_PLAN', 'other'),
    );
  });
  test('another state folder', async () => {
    const other = '0b1c2d3e-0000-4000-8000-000000000002';
    expect(await check(await both({ approval: { state: other } }))).toMatchObject(
      refusal('APPROVAL_OTHER_STATE'),
    );
  });
  test.each([
    [
      'a byte of the runbook',
      () => planOf(runbook.replace('words: here', 'words: Here')),
      'file runbook.yaml has changed',
    ],
    ['a param', () => planOf(runbook, { n: '2' }), 'params.n is 2, and 1 was approved'],
  ])('%s', async (_, other, says) => {
    expect(await check(await both(), { plan: await other() })).toMatchObject(
      refusal('APPROVAL_OTHER_PLAN', says),
    );
  });
  test('another version of the runner', async () => {
    const other = { ...plan, gatebook: '0.2.0' };
    expect(await check(await both(), { plan: other })).toMatchObject(
      refusal('APPROVAL_OTHER_PLAN', 'gatebook is "0.2.0", and "0.1.0" was approved'),
    );
  });
  /** Of every part of a binding another value, and how the refusal names it; `state` has a refusal of its own. */
  const others: {
    readonly [part in Exclude<keyof Binding, 'schema' | 'state'>]: [Binding[part], string];
  } = {
    mode: ['rehearsal', 'mode is "rehearsal"'],
    targets: [{}, 'targets.prod.host is not there any more'],
    keys: [
      { k: { fingerprint: 'A'.repeat(40) as Fingerprint, home: '/k', standIn: false } },
      'keys.k.fingerprint is new',
    ],
    outside: [{ 'params.n': 'c'.repeat(64) as Sha256 }, 'outside.params.n is new'],
    sealed: [[{ name: 'secrets.s', digest: 'c'.repeat(64) }], 'sealed.secrets.s is new'],
    attestations: [{ 'C-07': 'c'.repeat(64) as Sha256 }, 'attestations.C-07 is new'],
    project: ['/other', 'project is "/other", and "/project" was approved'],
    path: ['/opt/bin', 'path is "/opt/bin"'],
    programs: [
      [{ name: 'gpg', path: '/opt/gpg', sha256: 'a'.repeat(64) as Sha256 }],
      'programs.gpg.path is "/opt/gpg"',
    ],
    sandbox: [{ engine: 'docker' }, 'sandbox.engine is new'],
    docker: [{ host: 'unix:///run/docker.sock' }, 'docker.host is new'],
    approvers: [{ path: '/a', sha256: 'c'.repeat(64) as Sha256 }, 'approvers.path is new'],
    requester: ['mallory', 'requester is "mallory", and "rita" was approved'],
  };
  test.each(Object.entries(others))('another %s of the binding', async (part, [value, says]) => {
    expect(await check(await both(), { binding: { ...binding, [part]: value } })).toMatchObject(
      refusal('APPROVAL_OTHER_BINDING', says),
    );
  });
  test('several differences are all named', async () => {
    const other: Binding = {
      ...binding,
      targets: {
        prod: { via: 'url', production: true, standIn: false, host: 'db2', port: 5432, identity: {} },
      },
      programs: [{ name: 'gpg', path: '/usr/bin/gpg', sha256: 'b'.repeat(64) as Sha256 }],
      path: '/opt/bin',
    };
    const checked = await check(await both(), { binding: other });
    expect(checked).toMatchObject(
      refusal(
        'APPROVAL_OTHER_BINDING',
        'targets.prod.host is "db2", and "db1" was approved',
        'path is "/opt/bin"',
        'programs.gpg has changed',
      ),
    );
  });
  test('of many those that say most come first, and where the others are is said', async () => {
    const sha256 = 'b'.repeat(64) as Sha256;
    const programs = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ name, path: `/opt/${name}`, sha256 }));
    const other: Binding = { ...binding, mode: 'rehearsal', targets: {}, path: '/opt/bin', programs };
    expect(await check(await both(), { binding: other })).toMatchObject(
      refusal(
        'APPROVAL_OTHER_BINDING',
        'circumstances: mode is',
        'targets.prod.host is not there any more',
        'and [0-9]+ more, in path and programs',
      ),
    );
  });
});

describe('its form', () => {
  test.each([
    ['not JSON', () => 'nonsense'],
    ['a list', () => '[]\n'],
    ['another type', (text: string) => text.replace('gatebook/approval@1', 'gatebook/request@1')],
    ['a key of its own', (text: string) => text.replace('"binding":', '"also": 1,\n  "binding":')],
    ['a key twice', (text: string) => text.replace('"slot":', '"slot": "SG_2",\n  "slot":')],
    ['another layout', (text: string) => `${text}\n`],
    ['another number form', (text: string) => text.replace('"n": 1', '"n": 1.0')],
    ['a binding that its digest does not name', (text: string) => text.replace('"db1"', '"db2"')],
    ['a slot that is none', (text: string) => text.replace('"slot": "SG_1"', '"slot": "../SG"')],
    ['no such day', (text: string) => text.replace('2026-11-21T09', '2026-13-41T09')],
    ['a day that its month lacks', (text: string) => text.replace('2026-11-21T09', '2026-11-31T09')],
    [
      'an hour that the day lacks',
      (text: string) => text.replace(/2026-11-21T09:..:../, '2026-11-21T24:00:00'),
    ],
    ['no nonce', (text: string) => text.replace(/"nonce": "[0-9a-f]+"/, '"nonce": "x"')],
    ['line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
    ['a mark at its beginning', (text: string) => `\ufeff${text}`],
    ['cut off', (text: string) => text.slice(0, -20)],
    [
      'nested without end',
      (text: string) => text.replace('"keys": {}', `"keys": ${'['.repeat(50_000)}${']'.repeat(50_000)}`),
    ],
    ['a number that is none', (text: string) => text.replace('"port": 5432', '"port": 1e999')],
    ['half a character', (text: string) => text.replace('"db1"', '"\\ud800"')],
    ['larger than any', (text: string) => text + ' '.repeat(17 * 1024 * 1024)],
    ['the end before the beginning', (text: string) => text.replace('2026-11-21T09', '2026-11-21T06')],
  ])('%s is malformed, exit 3', async (_, spoil) => {
    const checked = await check(await both({ spoil }));
    expect(checked).toMatchObject({ ok: false, error: { code: 'APPROVAL_MALFORMED', exit: 3 } });
  });
  test('each that is malformed is listed, and so are the others', async () => {
    const [first, second] = await both();
    const given = readApprovals([
      { file: 'gone.json', wrong: "gone.json can't be read" },
      { file: 'list.json', text: '[]', signature: '' },
      ...(first && second ? [first, second] : []),
    ]);
    expect(given).toMatchObject({
      read: [{ approval: { slot: 'SG_1' } }, { approval: { slot: 'SG_2' } }],
      malformed: [
        { file: 'gone.json', wrong: "gone.json can't be read" },
        { file: 'list.json', wrong: 'it is not a JSON object' },
      ],
      refusal: { code: 'APPROVAL_MALFORMED', message: expect.stringContaining('gone.json') as string },
    });
  });
});
