import { visible } from '../../base/visible.js';
import { capitalised } from '../../base/words.js';
import type { Diagnostic, Waived } from '../diagnostic.js';

/** `waived until 2026-12-31 by SG_1: the registry of this site has no digests`. */
export const waivedWords = ({ until, approver, reason }: Waived): string =>
  `waived until ${until} by ${approver}: ${reason}`;

/** A finding on one line: what is wrong, why, and what to write instead. */
export const asSentence = ({ message, reason, fix, waived }: Diagnostic): string =>
  [
    reason === undefined ? message : `${message} — ${reason}`,
    waived === undefined ? undefined : capitalised(waivedWords(waived)),
    fix === undefined || waived !== undefined ? undefined : `Fix: ${fix}`,
  ]
    .filter((part) => part !== undefined)
    .map(visible)
    .join('. ');
