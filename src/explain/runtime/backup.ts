import { fromRows } from './row.js';

/** Keys, backups and restores. */
export const backupCodes = fromRows([
  ['KEY_UNSET', "the key isn't set", 'Its fingerprint comes from outside and is absent.'],
  [
    'KEY_NOT_IN_KEYRING',
    "the key isn't in the keyring",
    'Import its public half into the keyring that the binding names: `gpg --import KEY.asc`.',
  ],
  [
    'FINGERPRINT_MALFORMED',
    'not a fingerprint',
    'A fingerprint has 40 hex digits; a name or an e-mail could mean another key.',
  ],
  [
    'KEY_CANNOT_ENCRYPT',
    "the key can't encrypt",
    'It is expired, revoked, disabled in the keyring that it comes from, or has no encryption subkey that is usable.',
  ],
  [
    'KEY_CANNOT_DECRYPT',
    "the key can't decrypt here",
    'Its private half is not on this machine, is on a card, or takes a passphrase. `proof: ephemeral` adds a recipient of the run, so that the restore can be proved.',
  ],
  ['GPG_FAILED', 'gpg failed', 'The message has its status lines.'],
  [
    'RECIPIENTS_DIFFER',
    'encrypted for somebody else',
    'The recipients were read back from what was written, and they are not the declared ones. Nothing was published.',
  ],
  ['ARTIFACT_EXISTS', 'an artifact of that name is there', 'Nothing is written over what exists.'],
  [
    'ARTIFACT_CHANGED',
    'the artifact is not what was written',
    'Its sha256 differs from the one that the backup recorded.',
  ],
  [
    'BACKUP_UNKNOWN',
    'no backup of this run',
    'Give the whole output of a `postgres.backup` of the same run.',
  ],
  [
    'SNAPSHOT_LOST',
    'the snapshot ended too early',
    'The session that exported it was ended by the server. The dump is not trusted.',
  ],
  [
    'FORMAT_UNSUPPORTED',
    "a plain dump isn't read back",
    'Cut off within a COPY it restores without an error. The default, `format: custom`, does not.',
  ],
  ['ARCHIVE_UNREADABLE', "the archive can't be read", 'It is cut off, or not an archive of pg_dump.'],
  [
    'NOT_INTACT',
    'the ciphertext is damaged',
    'gpg prints plaintext before it notices, so a restore from it is discarded whole.',
  ],
  ['RESTORE_FAILED', 'the restore failed', 'The log has the statements that the server refused.'],
  [
    'RESTORE_ERRORS',
    'errors that nobody allowed',
    '`allow_errors` names what is benign, by sqlstate, role and statement. What is not named fails.',
  ],
  [
    'RESTORE_NOT_DISCARDED',
    'a failed restore could not be discarded',
    'The sandbox may still hold a part of it. It is destroyed in teardown.',
  ],
  [
    'ERROR_COUNT_DIFFERS',
    'an error was lost',
    'The server recorded another number of errors than the clients saw, so none of them can be judged.',
  ],
  ['LOG_MISSING', "the sandbox's log is missing", 'Errors are classified from the structured server log.'],
  ['LOG_INCOMPLETE', "the sandbox's log ends too early", 'It did not reach the end of the restore.'],
  ['LOG_TOO_LONG', "the sandbox's log is too long", 'More than 500 MiB of errors is no restore.'],
]);
