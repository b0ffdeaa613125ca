import { fromRows } from './row.js';

/** Of what a run leaves: journal, report, bundle and its annotations. */
export const evidenceCodes = fromRows([
  [
    'JOURNAL_UNWRITABLE',
    'the journal could not be written',
    'Nothing is done that is not on record: the run aborts and tears down.',
  ],
  [
    'JOURNAL_DAMAGED',
    'the journal was changed or is torn',
    'A line does not follow from the one before it. The message says which.',
  ],
  ['JOURNAL_TOO_LARGE', 'the journal is too large', 'It is beyond what is read in one go.'],
  [
    'JOURNAL_UNFINISHED',
    'the journal does not end',
    'The run was never sealed: `gatebook teardown RUN` does it.',
  ],
  [
    'JOURNAL_NONSENSE',
    'records that do not fit together',
    'The chain holds, and yet the records tell no run. It was written by something else.',
  ],
  ['RENDERER_UNKNOWN', 'a report of a newer version', 'Use the version that made the run, or a newer one.'],
  [
    'BUNDLE_SEALED',
    'the bundle is sealed',
    'Nothing that is sealed is written again. `gatebook annotate` adds to it.',
  ],
  [
    'BUNDLE_CHANGED',
    'the bundle is not what was sealed',
    'A note or a new revision would stand beside evidence that was changed. `gatebook verify BUNDLE` says what was.',
  ],
  [
    'BUNDLE_FILE_EXISTS',
    'the file is there already',
    'Nothing in a bundle is replaced. Others annotate it at this moment: call again.',
  ],
  ['ANNOTATIONS_FULL', 'too many annotations', 'A bundle takes 999 of them.'],
  [
    'REVISION_UNKNOWN',
    'no such revision of the report',
    'Revision 1 is what was sealed; each annotation makes one more.',
  ],
  [
    'BUNDLE_TOO_LARGE',
    'the bundle is too large',
    'A bundle holds evidence, not dumps: those are in the artifacts folder.',
  ],
  [
    'BUNDLE_UNSEALABLE',
    "the bundle can't be sealed",
    'It holds something that is not a plain file with a plain name.',
  ],
  [
    'BUNDLE_UNREADABLE',
    "the bundle can't be read",
    'The system did not give it: permissions, a disk that fails. Nothing is known of what it holds, so nothing is said against it.',
  ],
  [
    'BUNDLE_REFUSED',
    'something else in the place of a file',
    'A link, a pipe, a folder or a device stands where a file of the bundle was.',
  ],
  [
    'BUNDLE_UNWRITABLE',
    "the bundle can't be written",
    'The disk is full, or the folder does not let the runner write. `--reports DIR` names another.',
  ],
  [
    'SEALING_KEY',
    "the sealing key can't be read",
    'Check GATEBOOK_SEALING_KEY, or unset it: the bundle is unsigned then, and says so.',
  ],
  ['SEALING_KEY_UNUSABLE', "the sealing key can't sign", 'It is an Ed25519 private key in PEM (PKCS #8).'],
  [
    'ALLOWED_SIGNERS_MALFORMED',
    "the allowed_signers file can't be used",
    'One principal a line, no wildcards, no certificate authorities.',
  ],
  ['GATE_UNKNOWN', 'no such gate in this run', 'The report lists the gates that there are.'],
  ['BUNDLE_MISSING', 'no bundle there', 'The path is not a bundle: it has no journal.jsonl.'],
]);
