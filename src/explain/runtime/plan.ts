import { fromRows } from './row.js';

/** While the plan is made and bound to this machine. */
export const planCodes = fromRows([
  [
    'GB2601',
    "an expression that can't be evaluated before the run",
    'Params, data and loops are worked out when the plan is made. This expression failed there: a division by zero, a key that a map does not have.',
  ],
  [
    'GB2602',
    'a loop over something else',
    '`for_each` takes a map of items, a list of names, or an expression that yields one.',
  ],
  [
    'GB2603',
    'a loop over nothing, or over too much',
    'A loop over nothing would pass without having looked. Give it at least one item, and not more than the limit that the message names.',
  ],
  [
    'GB2604',
    "a key that can't be a part of an id",
    'The key of an item becomes a part of ids (`C-10[S1]`): letters, digits, dots, hyphens and underscores, each key once.',
  ],
  [
    'GB2605',
    "a plan that can't be made",
    'What the message names keeps the plan from being complete, so nothing of it is run.',
  ],
  [
    'GB2606',
    "a value that the plan can't hold",
    'The plan is canonical JSON, so that its digest is the same everywhere. Big integers stand in it as text.',
  ],
  ['PARAM_MISSING', 'a param without a value', 'It has no default and was not given: `--param NAME=VALUE`.'],
  [
    'PARAM_UNKNOWN',
    'a param that the runbook does not declare',
    'Only declared params can be set. The message names the nearest one.',
  ],
  [
    'PARAM_MALFORMED',
    'a param of another type',
    'The value is not one of its type, or does not match its pattern.',
  ],
  [
    'PLAN_MALFORMED',
    "a plan that can't be read back",
    'The plan in the state folder was changed, or written by another version.',
  ],
  [
    'OUTPUT_LOST',
    'stdout that could not be written',
    'What the command had to say did not get where stdout leads: a full disk, say. The command exits 4 instead of 0; a run and a teardown keep the code of their outcome. A reader that goes away (`| head`) is no failure.',
  ],
  ['USAGE', 'wrong usage of the command line', 'See `gatebook --help`, or the help of the command.'],
  [
    'NOT_CONFIGURED',
    'a value from outside is missing',
    'A live run needs every value that its targets and keys take from outside. The message names each that is absent. With none of them set the runbook is rehearsed instead.',
  ],
  [
    'VALUE_EMPTY',
    'a value from outside is set, but empty',
    'Set but empty counts as configured, so it is no rehearsal; and an empty value is no value. Set it, or unset all of them.',
  ],
  [
    'SECRET_TOO_SHORT',
    'a secret of less than eight characters',
    'Short secrets occur by chance in any text, so redacting them would make a report unreadable.',
  ],
  [
    'IDENTITY_MALFORMED',
    'not a system identifier',
    'A system_identifier has up to 20 digits and nothing else. `SELECT system_identifier FROM pg_control_system()` shows it.',
  ],
  [
    'REHEARSAL_REFUSED',
    'no rehearsal here',
    '`gatebook.yaml` says `embedded: never`, or this state folder has seen a live run of the runbook.',
  ],
  [
    'NO_STAND_IN',
    'a rehearsal without a stand-in',
    'A rehearsal needs `embedded` wherever a target or key takes a value from outside.',
  ],
  [
    'ARGUMENT_INVALID',
    'an argument that an expression made wrong',
    'The expression yielded a value that this field does not take. The message names the field.',
  ],
  [
    'UNKNOWN_KIND',
    'a kind that this version does not have',
    'The plan was made by another version of the runner.',
  ],
  [
    'KIND_UNKNOWN',
    'a kind that this version does not have',
    'The plan was made by another version of the runner.',
  ],
  ['KEY_UNKNOWN', "a key that isn't declared", 'Keys stand under `keys:`.'],
  [
    'IDENTITY_UNKNOWN',
    'a target that may be the very one it must differ from',
    '`differs_from` compares system identifiers, and nothing says which one the other target has: no session is opened. Give that one an `identity` with its `system_identifier`.',
  ],
  ['TARGET_UNKNOWN', "a target that isn't declared", 'Targets stand under `targets:`.'],
]);
