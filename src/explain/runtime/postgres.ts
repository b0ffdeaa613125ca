import { supportedServers } from '../../base/postgres-versions.js';
import { fromRows } from './row.js';

/** Sessions, sandboxes and statements. */
export const postgresCodes = fromRows([
  [
    'UNREACHABLE',
    "the server can't be reached",
    'Host, port, network, role, database or password: the message has what the server or the driver says, without the password, and the next step fits that.',
  ],
  [
    'TLS_FAILED',
    'no connection as it was asked to be protected',
    'The server takes no TLS, its certificate is not trusted or for another name, or a file in sslrootcert, sslcert or sslkey is not usable. Nothing was sent but the beginning of a connection.',
  ],
  [
    'POOLED_CONNECTION',
    'a pooler answers, not PostgreSQL',
    'Claim, snapshot, cancellation and the identity that was asserted belong to one session of the server. A pooler gives its clients sessions that they share, or hands them out anew for each transaction, so that none of these would mean anything. Connect to the server itself: its own host and port.',
  ],
  [
    'CLAIM_LOST',
    'the session that held the claim is gone',
    'The server was restarted, someone ended the session, or the network swallows what is sent. Another run may have taken the claim meanwhile, so this one was aborted and torn down.',
  ],
  [
    'CONNECTION_LOST',
    'the session ended',
    'The server or the network ended it. What it did last may have happened.',
  ],
  [
    'IDENTITY_MISMATCH',
    'this is not the server that is meant',
    'Database or system_identifier differ from what the target declares. Nothing was sent on the session.',
  ],
  [
    'IDENTITY_UNREADABLE',
    "the server doesn't say who it is",
    'The role may not read pg_control_system(), or it is no PostgreSQL that has it.',
  ],
  [
    'SUPERUSER_REFUSED',
    'a role that can do too much',
    'On production a session is refused whose role is superuser, may run programs or may write files on the server. `superuser: REASON` on the target accepts it, and the review shows that.',
  ],
  ['NOT_READ_ONLY', "a session that isn't read-only", 'It was asked to be and is not. Nothing is run on it.'],
  [
    'READ_ONLY_ESCAPED',
    'a statement left its read-only transaction',
    'Look at what it did. Nothing else is run on this session.',
  ],
  [
    'PROTECTED_EMPTY',
    'nothing protected to look at',
    'The gate asks for parts of `protected` that the runbook leaves empty. Nothing compared is nothing proved.',
  ],
  [
    'PROTECTED_TYPE',
    'a protected thing without a name',
    'An expression under `protected` yields something else than text.',
  ],
  ['SQL_ERROR', 'the server refused a statement', "The message and sqlstate are the server's."],
  ['SQL_ARGS', 'sql takes a query, or a file with its sha256', 'One of them, never both.'],
  ['STATEMENT_EMPTY', 'no statement', 'The query holds nothing but white space and comments.'],
  [
    'STATEMENT_REFUSED',
    "a statement that sql doesn't run",
    "Transaction control and session settings are the runner's. Settings go under `settings:`.",
  ],
  [
    'SETTING_REFUSED',
    "a setting that is the runner's own",
    'Timeouts, read-only and identity are set by the runner. `validate` finds it as GB2313.',
  ],
  ['DUPLICATE_COLUMN', 'two columns of one name', 'A row is a map: give each column its own name with AS.'],
  [
    'RESULT_TOO_LARGE',
    'more than is kept',
    'A result has at most 100,000 rows and 64 MiB, JSON in it at most 200 levels and no number beyond a double, and what a probe or action yields 8 MiB as JSON, for a report holds all of it. Count, aggregate or hash where it comes from.',
  ],
  [
    'BAD_CONNECTION_URL',
    "a connection URL that can't be used",
    "One host, a database and a user: postgresql://user@host:5432/database. Several hosts, empty parameters, and every parameter but sslmode, sslrootcert, sslcert, sslkey and the connection's own parts are refused.",
  ],
  [
    'UNSAFE_NAME',
    'a name that could mean something else',
    'Names with `=`, `://`, a leading `-` or a NUL would be read as connection strings or options.',
  ],
  ['AMBIGUOUS_NAME', 'a name that means two tables', 'Write it as schema.table.'],
  [
    'TABLE_MISSING',
    "a table that isn't there",
    'Every table of the scope must exist: a dump of what is left would pass for the whole.',
  ],
  ['NOT_A_TABLE', "a name that isn't a table", 'Views have no rows of their own.'],
  ['SCHEMA_MISSING', "a schema that isn't there", 'Every schema that is named must exist.'],
  ['ROLE_MISSING', "a role that isn't there", 'Every role that is named must exist.'],
  ['NOTHING_SELECTED', 'nothing to look at', 'No table is left of what was named.'],
  ['SCOPE_UNCLEAR', 'tables, schemas or all', 'A backup takes exactly one of them.'],
  [
    'ENGINE_MISSING',
    'no PostgreSQL server programs',
    'A sandbox needs initdb and postgres. `gatebook doctor` says which command brings them.',
  ],
  [
    'SERVER_VERSION',
    'a server of a version that is not supported',
    `A run works with servers of PostgreSQL ${supportedServers}. An older one has neither the hash by which rows are compared nor pg_read_all_data; of a newer one nobody has looked at what its catalogs hold, so that a comparison could pass for the whole. It is found out on the first session, before C-01.`,
  ],
  [
    'DUMP_VERSION',
    'pg_dump is older than the server',
    "pg_dump reads no server that is newer than itself. Install the client programs of the server's major version; of several that are installed the one of the server's version is taken, else the next newer one. It is found out before C-01.",
  ],
  [
    'ENGINE_VERSION',
    'no server programs of a version that a copy may have',
    'A throwaway server has the major version of its source, so that what is restored there is what would be restored. `version` on the sandbox asks for another one that is not older. Versions print some definitions otherwise, so that the comparison may find differences that are none; each of them then says so.',
  ],
  [
    'HASHES_DIFFER',
    'two servers hash the same values differently',
    'Before rows are compared both servers hash the same constants. Every supported version makes the same of them, but a processor of another byte order does not: restore on a machine of the same kind.',
  ],
  ['SANDBOX_FAILED', "the sandbox didn't start", 'Its log is in logs/.'],
  [
    'TARGET_TYPE',
    'user or password of a target is not text',
    'An `of:` target needs both as text that isn’t empty.',
  ],
  ['SANDBOX_TYPE', 'not a sandbox', '`postgres.sandbox` starts targets that are declared as `sandbox`.'],
  ['NOT_A_SANDBOX', 'a restore goes into a sandbox', 'Nothing else is restored into.'],
  [
    'EXTENSION_MISSING',
    'an extension is not installed here',
    'The source uses it; install its package on this machine.',
  ],
  ['LOCALE_MISSING', 'a locale is not installed here', 'The source uses it: texts would sort otherwise.'],
  [
    'SEED_FAILED',
    "the stand-in couldn't be filled",
    'A seed file failed; the message has its line. Seeds run one after the other, as a superuser, in an empty database: a role that one names has to be made before it.',
  ],
  ['NO_READER', 'the seed makes no such role', '`embedded.user` names a role that the seed creates.'],
]);
