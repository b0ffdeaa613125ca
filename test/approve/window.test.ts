import { expect, test } from 'vitest';
import { Window } from '../../src/approve/index.js';
import { err, ok } from '../../src/base/result.js';
import type { Sha256 } from '../../src/base/ids.js';
import type { AdmittedApproval } from '../../src/model/approval.js';
import type { ApprovalLedger } from '../../src/ports/state.js';

const start = Date.parse('2026-11-21T08:00:00.000Z');
const minute = 60_000;
const approval: AdmittedApproval = {
  slot: 'SG_1',
  principal: 'alice',
  requester: 'rita',
  key: 'SHA256:x',
  not_before: '2026-11-21T08:00:00.000Z',
  expires: '2026-11-21T09:00:00.000Z',
  nonce: '0'.repeat(32),
  sha256: '0'.repeat(64) as Sha256,
};

/** A clock whose two hands can be moved one by one. */
function opened(revocation: string | null = null) {
  let [wall, monotonic] = [start, 1000];
  let revoked = revocation;
  let readable = true;
  const ledger: ApprovalLedger = {
    use: () => Promise.resolve(ok(null)),
    usedBy: () => Promise.resolve(ok(null)),
    revoke: () => Promise.resolve(ok(null)),
    revocation: () => Promise.resolve(readable ? ok(revoked) : err({ code: 'STATE_IO', message: 'EACCES' })),
  };
  const clock = { now: () => new Date(wall).toISOString(), monotonicMs: () => monotonic };
  const window = new Window([approval], ledger, clock);
  return {
    code: async () => (await window.ended())?.code ?? null,
    pass: (ms: number) => [(wall += ms), (monotonic += ms)],
    setWall: (ms: number) => (wall += ms),
    revoke: () => (revoked = 'a statement'),
    close: () => (readable = false),
  };
}

test('it holds until the instant at which it expires', async () => {
  const time = opened();
  expect(await time.code()).toBeNull();
  time.pass(60 * minute - 1);
  expect(await time.code()).toBeNull();
  time.pass(1);
  expect(await time.code()).toBe('APPROVAL_EXPIRED');
});

test('a wall clock that is set back gives no time away', async () => {
  const time = opened();
  time.pass(59 * minute);
  time.setWall(-50 * minute);
  expect(await time.code()).toBeNull();
  time.pass(minute);
  expect(await time.code()).toBe('APPROVAL_EXPIRED');
});

test('one that is set forward, or went on while the machine slept, takes it', async () => {
  const time = opened();
  time.setWall(61 * minute);
  expect(await time.code()).toBe('APPROVAL_EXPIRED');
});

test('a revocation ends it, whatever it says', async () => {
  const time = opened();
  time.revoke();
  expect(await time.code()).toBe('APPROVAL_REVOKED');
});

test('it authorizes nothing where nobody can tell whether it was revoked', async () => {
  const time = opened();
  time.close();
  expect(await time.code()).toBe('STATE_IO');
});
