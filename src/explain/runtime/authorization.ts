import { fromRows } from './row.js';

/** Of requests, approvals and confirmations, and of who may sign them. */
export const authorizationCodes = fromRows([
  [
    'APPROVAL_MISSING',
    'a slot that nobody filled',
    'The runbook declares slots, and a live run needs an approval of each. `gatebook request` asks for them, `run` takes `--approval FILE` for each. A rehearsal needs none.',
  ],
  [
    'APPROVAL_MALFORMED',
    "an approval that can't be read",
    'An approval is two files as `gatebook approve` writes them: the statement and, beside it, its signature as `FILE.sig`. One that was edited is malformed even where it means the same.',
  ],
  [
    'APPROVAL_SLOT',
    'an approval of a slot that is not free',
    'The runbook doesn’t declare this slot, or two approvals fill the same one.',
  ],
  [
    'APPROVAL_BY_REQUESTER',
    'who asked approves',
    'Nobody fills a slot of their own request, under another name or with another key either.',
  ],
  ['APPROVAL_SAME_PERSON', 'one person in two slots', 'Each slot takes another person, whatever the key.'],
  ['APPROVAL_SAME_KEY', 'one key in two slots', 'Each slot takes another key, whatever the name.'],
  [
    'APPROVAL_REQUESTERS',
    'approvals of two requests',
    'All approvals of a run answer one request. These name more than one person or key that asked.',
  ],
  [
    'APPROVAL_OTHER_PLAN',
    'an approval of another plan',
    'A file, a param or the runner differs from what was approved; the message names it. What is to run now has to be asked for and approved anew.',
  ],
  [
    'APPROVAL_OTHER_BINDING',
    'an approval for other circumstances',
    'A name of the plan means something else here and now than it did where the approval was asked for: a variable, a key, a program, a folder. The message names it, without values that are secret. docs/authorization.md has the list.',
  ],
  [
    'APPROVAL_OTHER_STATE',
    'an approval for another state folder',
    'An approval is used up in the one state folder that it names. Run where it was asked for, or give that folder with `--state`.',
  ],
  [
    'APPROVAL_NOT_YET_VALID',
    'an approval whose time has not come',
    'It is valid from a later instant on, or the clock of this machine is behind that of the approver’s.',
  ],
  [
    'APPROVAL_EXPIRED',
    'an approval whose time is over',
    'It ended before the run began, which was refused, or between two actions: then the run aborted to teardown. Time is counted by the monotonic clock from admission on.',
  ],
  [
    'APPROVAL_TOO_LONG',
    'an approval that is valid for too long',
    'The runbook’s `valid_for` is the longest that an approval of it may be valid.',
  ],
  [
    'APPROVAL_REVOKED',
    'an approval that was taken back',
    'Somebody of the approvers’ file revoked it. No run begins with it, and one that was under way aborted to teardown. The signed revocation is in the state folder.',
  ],
  [
    'APPROVAL_USED',
    'an approval that a run has used',
    'An approval is for one run, and so is the confirmation of a `manual` action: both are used up before the first command, for ever. Ask for another with `gatebook request`.',
  ],
  [
    'APPROVERS_MISSING',
    'nobody may approve here',
    'There is no `/etc/gatebook/allowed_signers`, and `gatebook.yaml` names no `approvers`. It is an OpenSSH allowed_signers file, one person and key a line.',
  ],
  [
    'APPROVERS_MALFORMED',
    'a line that would let too many approve',
    'Each line names one person and one key. Lists (`alice,bob`), patterns (`*@corp`), certificate authorities and unknown options are refused, since one signature would then be good for several people.',
  ],
  [
    'APPROVERS_UNSAFE',
    "an approvers' file that anybody could have written",
    'Others can write it, or it is no regular file of the project.',
  ],
  [
    'REQUEST_MALFORMED',
    "a request that can't be read",
    'A request is two files as `gatebook request` writes them: the statement and its signature as `FILE.sig`. Its digests are recomputed from the plan and the binding in it.',
  ],
  [
    'STATEMENT_MALFORMED',
    'a statement of another form',
    'What people sign has one form, so that what a person reads and what is checked can’t differ: no key twice, none of its own, nothing edited.',
  ],
  [
    'STATEMENT_MISSING',
    "a file that isn't there",
    'A request, an approval, a confirmation or a statement for `enable` is two files: the one that is named, and its signature as `FILE.sig`. There is none of that name.',
  ],
  [
    'SIGNATURE_MALFORMED',
    'a signature that is none',
    'The `.sig` file holds no armored SSH signature as `ssh-keygen -Y sign` makes it.',
  ],
  [
    'SIGNATURE_NAMESPACE',
    'a signature for something else',
    'It was made in another namespace (`ssh-keygen -n`): of git, or of another kind of statement. It can’t be passed off as this one.',
  ],
  [
    'SIGNATURE_REFUSED',
    'a signature that does not hold',
    'ssh-keygen refuses it: the text was changed, or the key’s line in the approvers’ file doesn’t allow it (namespaces, valid-after, valid-before). The message is ssh-keygen’s.',
  ],
  [
    'SIGNER_UNKNOWN',
    "somebody who is not in the approvers' file",
    'The statement names a person whom the approvers’ file doesn’t have. Who asks stands in it too.',
  ],
  [
    'SIGNER_KEY',
    'signed with a key of somebody else',
    'The statement names one person, and the key that signed it isn’t that person’s in the approvers’ file.',
  ],
  [
    'KEY_UNUSABLE',
    "a private key that can't sign",
    'ssh-keygen could not sign with it: it isn’t a private key, or has a passphrase and there was no terminal to ask at. No agent is used.',
  ],
  [
    'KEY_UNPROTECTED',
    'a private key that others may read',
    'Whoever could read it can sign in its owner’s name: a person’s key, and the one that seals (GATEBOOK_SEALING_KEY). `chmod 600` it. What is root’s may be read by the group of a service (0640).',
  ],
  [
    'OUTPUT_UNWRITABLE',
    "a file that can't be written",
    'The message has the reason that the system gives. Statements go into new files; nothing is overwritten.',
  ],
  [
    'PROGRAM_UNKNOWN',
    'a program that only the run would know',
    'An expression decides during the run which program is started. No approval can cover that: name the program.',
  ],
  [
    'CLOCK_SET_BACK',
    'a clock that is behind',
    'A run of this state folder began later than this clock says it is now. An expired approval could get through.',
  ],
  [
    'ATTESTATION_MALFORMED',
    "a confirmation that can't be read",
    'The confirmation of a `manual` action is two files as `gatebook attest` writes them: the statement and its signature as `FILE.sig`.',
  ],
  [
    'ATTESTATION_OTHER',
    'a confirmation of something else',
    'It is for another command, plan or state folder, or its command has nothing that a person does.',
  ],
]);
