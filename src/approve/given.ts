import { sha256Of } from '../base/sha256.js';
import type { Refusal } from '../bind/index.js';
import type { MalformedApproval, OfferedApproval } from '../model/approval.js';
import type { Approval } from './approval.js';
import { readApproval } from './approval.js';
import type { Signed } from './statement.js';

/** An approval as it came: the file's name, its bytes and its signature. */
export interface GivenApproval extends Signed {
  readonly file: string;
}
export interface ReadApproval extends Signed {
  /** For messages: `the approval sg1.json`. */
  readonly words: string;
  readonly approval: Approval;
}

/** Everything that was given, by whether it can be read. */
export interface GivenApprovals {
  readonly read: readonly ReadApproval[];
  readonly malformed: readonly MalformedApproval[];
  /** Why none of it is looked at any further, or null. */
  readonly refusal: Refusal | null;
}

const inWords = (file: string): string => `the approval ${file}`;

/** Their form only: who asked stands in them, and the binding needs that. */
export function readApprovals(given: readonly (GivenApproval | MalformedApproval)[]): GivenApprovals {
  const read: ReadApproval[] = [];
  const malformed: MalformedApproval[] = [];
  for (const one of given) {
    if ('wrong' in one) {
      malformed.push(one);
      continue;
    }
    const { file, text, signature } = one;
    const approval = readApproval(text);
    if (approval.ok) read.push({ words: inWords(file), text, signature, approval: approval.value });
    else malformed.push({ file, wrong: approval.error.message });
  }
  return { read, malformed, refusal: firstMalformed(malformed) ?? severalRequesters(read) };
}

function firstMalformed([first]: readonly MalformedApproval[]): Refusal | null {
  if (first === undefined) return null;
  return {
    code: 'APPROVAL_MALFORMED',
    exit: 3,
    message: `${inWords(first.file)}: ${first.wrong}`,
    next: 'give FILE and FILE.sig as gatebook approve wrote them, or ask for another: gatebook request',
  };
}

function severalRequesters(read: readonly ReadApproval[]): Refusal | null {
  const requesters = new Set(read.map(({ approval }) => `${approval.requester} ${approval.requester_key}`));
  if (requesters.size < 2) return null;
  return {
    code: 'APPROVAL_REQUESTERS',
    exit: 6,
    message: 'the approvals name more than one requester or key of one',
    next: 'ask for another: gatebook request',
  };
}

/** An approval as it was given, not looked at yet. */
export function offer({ approval, text }: ReadApproval): OfferedApproval {
  const { slot, principal, requester, expires } = approval;
  return { slot, principal, requester, expires, sha256: sha256Of(text), checked: false, wrong: null };
}
