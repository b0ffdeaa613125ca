import { fromRows } from './row.js';

/** Of the disable levels and of what follows a failed change on production. */
export const controlCodes = fromRows([
  [
    'KILL_SWITCH',
    'the kill switch is engaged',
    'Level 0: a person engaged it (`gatebook disable`), or a run that failed after a change on production. `gatebook status` says which and why; `gatebook enable` releases it.',
  ],
  [
    'ENABLE_STATEMENT',
    'the kill switch takes a signed statement',
    'A run that failed after a change on production engaged it. The slot that its `compensation` escalates to releases it: `gatebook enable --as WHO --key FILE`, or `--statement FILE` with one that was signed elsewhere.',
  ],
  [
    'ENABLE_OTHER_RUN',
    'a statement for another kill switch',
    'A statement is for one state folder, one run and the one time that it engaged the switch. Sign another.',
  ],
  [
    'ENABLE_SLOT',
    'a statement of another slot',
    'The slot that releases the switch is the one that the runbook escalates to; the report names it.',
  ],
  [
    'ENABLE_BY_PARTY',
    'who took part may not release the kill switch',
    'Neither who ran the change nor who asked for it decides that runs may begin again. Somebody else of the approvers’ file has to sign.',
  ],
  [
    'STATEMENT_UNREADABLE',
    "a statement that can't be read",
    'The statement and its signature lie side by side: `FILE` and `FILE.sig`.',
  ],
  [
    'RUN_UNFINISHED',
    'the run has not ended',
    'What is unfinished may still be at work. `gatebook teardown RUN` ends it; then it can be void.',
  ],
  ['ALREADY_VOID', 'the run is void already', 'The first reason stands. `gatebook runs` shows it.'],
  [
    'TRANSACTION_ESCAPED',
    'a statement ended its transaction',
    'On production one statement runs in a transaction of its own. This one got out of it, so what it did is not known: look at it.',
  ],
]);
