import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunId } from '../../base/ids.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { ApprovalLedger } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { addSigned } from '../add-signed.js';
import { makeFoldersSynced } from '../sync-folder.js';
import { createIfNew, io } from './create-file.js';
import { folderIsThere, readIfThere } from './read-file.js';

const nonceForm = /^[0-9a-f]{32,64}$/;
type Kept = 'used' | 'revoked';

/** One file a nonce, made exclusively: used once is used for ever. */
export function approvalLedger(root: string): ApprovalLedger {
  const folder = join(root, 'approvals');
  const place = (nonce: string, what: Kept): string => join(folder, `${nonce}.${what}`);
  const kept = (nonce: string, what: Kept): string | null =>
    folderIsThere(folder) ? readIfThere(place(nonce, what)) : null;
  /** For what is written there now. */
  const placeFor = async (nonce: string, what: Kept): Promise<string> => {
    if (!nonceForm.test(nonce)) throw new Error('not a nonce');
    await makeFoldersSynced(folder, 0o700);
    return place(nonce, what);
  };
  return {
    async use(nonce, run) {
      try {
        if (await createIfNew(await placeFor(nonce, 'used'), `${run}\n`)) return ok(null);
        const by = kept(nonce, 'used');
        return err({
          code: 'APPROVAL_USED',
          message: `this approval was used by run ${by?.trim() ?? 'unknown'}; an approval is for one run`,
          next: 'ask for another: gatebook request',
        });
      } catch (error) {
        return err(io('the approval could not be used up', error));
      }
    },
    usedBy: (nonce) =>
      reading(() => {
        const text = kept(nonce, 'used');
        return text === null ? null : (text.trim() as RunId);
      }),
    async revoke(nonce, statement, signature) {
      try {
        // A revocation that is there has its signature, so that anybody can check it; the first one stays.
        const place = await placeFor(nonce, 'revoked');
        if (await addSigned(place, { text: statement, signature })) return ok(null);
        if (existsSync(place)) return ok(null);
        return err(io('the revocation could not be kept', new Error('its draft was taken away')));
      } catch (error) {
        return err(io('the revocation could not be kept', error));
      }
    },
    revocation: (nonce) => reading(() => kept(nonce, 'revoked')),
  };
}

function reading<T>(what: () => T): Promise<Result<T, Problem>> {
  try {
    return Promise.resolve(ok(what()));
  } catch (error) {
    return Promise.resolve(err(io("what this state folder knows of approvals can't be read", error)));
  }
}
