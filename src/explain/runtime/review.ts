import { fromRows } from './row.js';

/** While a runbook is compared with an older one. */
export const reviewCodes = fromRows([
  [
    'REF_MALFORMED',
    'neither a file nor a git ref',
    'What `--against` names begins with a hyphen, holds a blank or a control character, or is too long. It is a branch, a tag, a commit, or another runbook file.',
  ],
  [
    'REF_UNKNOWN',
    'no such commit here',
    'The repository of the runbook does not have it. A shallow clone has only the newest commit: fetch the one to compare with.',
  ],
  [
    'REF_AMBIGUOUS',
    'more than one thing has this name',
    'A tag and a branch are called the same, or a branch is called like the beginning of a commit id. git would take one of them silently; name the whole ref (`refs/heads/main`) or the whole id.',
  ],
  [
    'AGAINST_AMBIGUOUS',
    'a file and a commit have this name',
    'A pull request can add a file that is called like the branch or commit it is compared with, and it would be compared with itself. `./NAME` is the file; for the commit, remove or rename the file.',
  ],
  [
    'NO_REPOSITORY',
    'nothing to compare with',
    'The runbook is in no git repository, so that it has no older state. `--against` also takes another runbook file.',
  ],
  [
    'GIT_MISSING',
    'git is not installed',
    'It is needed only to compare with a ref: `--against FILE` does without it.',
  ],
]);
