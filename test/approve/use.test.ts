import { describe, expect, test } from 'vitest';
import type { RunId } from '../../src/base/ids.js';
import { err, ok } from '../../src/base/result.js';
import { useUp } from '../../src/approve/index.js';
import type { Window } from '../../src/approve/index.js';
import type { ApprovalLedger } from '../../src/ports/state.js';

const run = '20261121T080000Z-0002' as RunId;
const earlier = '20261121T080000Z-0001' as RunId;
const statements = [
  { nonce: 'a', words: 'the approval of SG_1' },
  { nonce: 'b', words: 'the confirmation of C-02' },
];

function ledger(used: Readonly<Record<string, RunId>> = {}) {
  const kept = new Map(Object.entries(used));
  const fake: Pick<ApprovalLedger, 'usedBy' | 'use'> = {
    usedBy: (nonce) => Promise.resolve(ok(kept.get(nonce) ?? null)),
    use: (nonce, by) => {
      kept.set(nonce, by);
      return Promise.resolve(ok(null));
    },
  };
  return { kept, ledger: fake as ApprovalLedger };
}

describe('what is good for one run', () => {
  test('is used up, all of it', async () => {
    const { kept, ledger: here } = ledger();
    expect(await useUp(statements, null, here, run)).toEqual(ok(null));
    expect([...kept]).toEqual([
      ['a', run],
      ['b', run],
    ]);
  });
  test('and was used since it was checked: nothing else of it is used up', async () => {
    const { kept, ledger: here } = ledger({ b: earlier });
    expect(await useUp(statements, null, here, run)).toMatchObject({
      ok: false,
      error: {
        code: 'APPROVAL_USED',
        message: expect.stringContaining(`C-02 was used by run ${earlier}`) as string,
      },
    });
    expect([...kept]).toEqual([['b', earlier]]);
  });
  test('and ended since it was checked, or may have been used: nothing of it is used up', async () => {
    const { kept, ledger: here } = ledger();
    const ended = { code: 'APPROVAL_REVOKED', message: 'it was revoked' };
    const window = { ended: () => Promise.resolve(ended) } as Window;
    expect(await useUp(statements, window, here, run)).toEqual(err(ended));
    const unread = { ...here, usedBy: () => Promise.resolve(err({ code: 'STATE_IO', message: 'EIO' })) };
    expect(await useUp(statements, null, unread, run)).toMatchObject({ error: { code: 'STATE_IO' } });
    expect([...kept]).toEqual([]);
  });
});
