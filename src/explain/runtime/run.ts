import { fromRows } from './row.js';

/** Of a run. */
export const runCodes = fromRows([
  [
    'TIMEOUT',
    'it took too long',
    'The time that the gate or command gives was up: what was running was ended. A longer `timeout:` may be right, or something hangs. A statement that waits for a lock is given up after 10 s, or half of a shorter `timeout:` (sqlstate 55P03): look at who holds it.',
  ],
  [
    'CANCELLED',
    'it was ended before it was done',
    'Another gate aborted, a signal came, or the kill switch was engaged. The first cause stands in the report.',
  ],
  [
    'CRASHED',
    'a run whose runner died',
    '`gatebook teardown RUN` finishes it: it destroys what is left and seals the record, which says ABORTED.',
  ],
  [
    'INTERNAL',
    'a mistake of the runner',
    'The runner assumed what was not so. The run was aborted and torn down. Please report it, with the message.',
  ],
  [
    'WHEN',
    "a condition couldn't be evaluated",
    '`when` of a command or action failed: what it names does not exist in this run. What can not be evaluated has failed.',
  ],
  [
    'WHEN_TYPE',
    "a condition that isn't true or false",
    '`when` yielded something else. Compare it with what you mean.',
  ],
  [
    'ABSENT',
    'nothing stands at this path',
    'The observation has no such field, or the output was not produced by this run.',
  ],
  [
    'BASELINE_MISSING',
    'nothing to compare with',
    '`unchanged_since` names a gate that observed nothing in this run: it was skipped, or could not be carried out.',
  ],
  ['BAD_PATTERN', "a pattern that can't be read", 'Patterns are RE2: no back-references, no look-around.'],
  [
    'OPERAND_TYPE',
    "a matcher's operand of another type",
    'The expression beside the matcher yielded a value that it can not compare with.',
  ],
  ['EXPRESSION_TYPE', "an assert that isn't true or false", 'Compare what it yields with what you mean.'],
  [
    'EXPRESSION_FAILED',
    "an expression couldn't be evaluated",
    'What it names does not exist in this run, or the operation has no result.',
  ],
  [
    'ERROR_EXPECTED',
    'a refusal was expected and did not come',
    '`expect_error` makes the refusal the expected result. The action succeeded, or failed otherwise.',
  ],
  [
    'EMBARGOED',
    'the target is embargoed',
    'A hard abort looked at this target: no further session is opened on it, not even in teardown.',
  ],
  ['TARGET_NOT_STARTED', 'the sandbox is not running', 'Its `postgres.sandbox` has not run, or failed.'],
  ['NOT_CONFIRMED', 'nobody confirmed', 'The word that was typed is not the one that `confirm` asks for.'],
  [
    'NO_TERMINAL',
    'a person is needed, and there is no terminal',
    'Run it on a terminal, or give `--attest`.',
  ],
  [
    'CLAIMED',
    'another run has the target',
    'One run at a time works on a target. `gatebook runs` lists what is unfinished.',
  ],
  [
    'CONNECTION_LIMIT',
    'the role may have too few sessions',
    'A backup holds three at once: the claim on the database, the snapshot, pg_dump. `ALTER ROLE … CONNECTION LIMIT`.',
  ],
  ['RUN_ID_USED', 'the run id was used before', 'A run id is never used again, whatever became of the run.'],
  [
    'RUN_ID_UNSAFE',
    "a run id that can't be a file name",
    'Letters, digits, dots, hyphens and underscores, at most 40, beginning with a letter or digit.',
  ],
  ['RUN_UNKNOWN', 'no such run', '`gatebook runs` lists the runs of this state folder.'],
  [
    'RUN_ALIVE',
    'the run is still going on',
    'Its runner is alive: end that first. Where you may not look at the process that has its number (`hidepid` of /proc), it counts as alive.',
  ],
  [
    'TEARDOWN_BUSY',
    'another teardown of the run is at work',
    'One process at a time finishes a run; the second one would find half of what it looks for.',
  ],
  [
    'STATE_IO',
    "the state folder can't be used",
    'The disk is full, its permissions do not let the runner read or write, or a file in it is not what was written there: damaged, a link, no regular file. What can not be read refuses. Put it back from a copy.',
  ],
  [
    'STATE_UNSAFE',
    'the state folder is not safe',
    'It belongs to another user, others can write it, it is no folder, or one that holds other things.',
  ],
  [
    'DESTROY_FAILED',
    'something could not be destroyed',
    'It is named in the report, and the run exits 5. `gatebook teardown RUN` tries again.',
  ],
  [
    'DESTROY_UNKNOWN',
    'nothing knows how to destroy this',
    'The ledger holds a kind of resource that this version does not know.',
  ],
  [
    'LEDGER_HANDLE',
    'a ledger entry without a handle',
    'The entry was written before the thing was made: nothing proves what is ours, so nothing is removed.',
  ],
  [
    'BAD_HANDLE',
    'a ledger entry that does not say enough',
    'What it names can not be told from what others made, so it is left alone.',
  ],
  [
    'NOT_OURS',
    'what is there is not what this run made',
    'Device, inode or label differ: it is left alone. Look at it yourself.',
  ],
  [
    'STILL_THERE',
    'it was destroyed and is still there',
    'The proof that it is gone failed. It is listed as leaked.',
  ],
  [
    'EXPRESSION_SYNTAX',
    "an expression that can't be read",
    'It came from outside the runbook, or from a plan of another version.',
  ],
  [
    'NO_SUCH_FIELD',
    'what the expression names is not there',
    'An output that this run did not produce is absent: in a gate that is an error, in a report part it prints —.',
  ],
  [
    'EXPRESSION_LIMIT',
    'an expression that takes too long or grows too large',
    'Expressions are bounded, so that they always end. Integers have 64 bits; keep longer ones as text.',
  ],
  [
    'GATE_FAILED',
    'a gate did not hold',
    'The report has what was expected, what was observed and the difference.',
  ],
  [
    'SESSIONS_LEFT',
    'sessions of this run are still on the server',
    'They were cancelled there and did not end: exit 5. What they do goes on: look at pg_stat_activity; `gatebook teardown RUN` tries again.',
  ],
  [
    'SESSIONS_UNPROVED',
    'nobody could ask a server whether sessions of this run are left',
    'It is gone, restarting, not reachable from here, or another cluster answers in its place. What they did may go on there; `gatebook teardown RUN` looks once it answers, and `gatebook runs` lists the run until then.',
  ],
]);
