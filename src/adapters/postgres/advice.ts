/** Said where the connection has no password and the server wants one. */
export const noPassword = 'the server asks for a password, and the connection has none';
/** And where it wants to know in another way who comes. */
export const unknownLogin = 'the server asks for GSSAPI, SSPI or another login that is not supported';

/** What the server answered, by SQLSTATE or its class (PostgreSQL docs, appendix A), or else what the machine says of the network. */
const byCode: Readonly<Record<string, string>> = {
  '28000':
    'The server lets nobody in so: the role has to be there and to have LOGIN, and a line of pg_hba.conf has to let it in from ' +
    'this address to this database, with TLS or without as sslmode has it.',
  '28P01':
    'Correct the password in the URL, percent-encoded; the server says the same where it has expired (VALID UNTIL).',
  '3D000':
    'Correct the name of the database in the URL, or find out whether this is the server that is meant.',
  '42501': 'Grant the role CONNECT on the database, or take another role.',
  '53300':
    'Wait until sessions have ended, or raise max_connections or the CONNECTION LIMIT that is reached.',
  '55000': 'The database is closed to everybody (ALTER DATABASE … ALLOW_CONNECTIONS false): name another.',
  '57P':
    'The server is starting, ending or recovering: run again once it takes connections; its log says more.',
  '53': 'The server lacks memory, disk or processes for one more session: its log says which.',
  '08': 'What answers there speaks otherwise than a PostgreSQL that is supported: check host and port.',
  ECONNREFUSED: 'Nothing listens there: check that the server runs, host and port, and its listen_addresses.',
  ENOENT: 'No server has its socket there: check that it runs, the port, and its unix_socket_directories.',
  EACCES: 'This user may not use that socket: see unix_socket_permissions, and who may enter its folder.',
  ENOTFOUND: 'Nobody knows the name: correct the host, or see to the DNS of this machine.',
  EAI_AGAIN: 'The DNS of this machine does not answer: see to it, or give the address.',
};
const noAnswer =
  'Nobody answers at that address: check it, and the routes, firewalls and VPN between here and there.';
const hungUp = 'Who answers there hangs up: check that the port is PostgreSQL’s; if it is, its log says why.';
const anything = 'Check that the server runs and that host, port, user and password are right.';

/** What to do where no connection came about. */
export function connectAdvice(code: string, message: string): string {
  if (message.startsWith('SCRAM channel binding'))
    return 'Something between here and the server ends TLS with a certificate of its own: connect to the server itself.';
  const known = byCode[code] ?? byCode[code.slice(0, 3)] ?? byCode[code.slice(0, 2)];
  if (known !== undefined) return known;
  if (message === noPassword)
    return 'Give it in the URL, percent-encoded: no password file and no PGPASSWORD is read.';
  if (message.includes('exceeds scramMaxIterations'))
    return 'Give the role its password anew with fewer scram_iterations; 4096 is PostgreSQL’s own number.';
  if (message === unknownLogin || message.startsWith('SASL: Only mechanism'))
    return 'Give the role a line of pg_hba.conf with scram-sha-256, md5, password, cert, peer, ident or trust.';
  if (/^E(TIMEDOUT|HOSTUNREACH|NETUNREACH|HOSTDOWN)$/.test(code) || message === 'timeout expired')
    return noAnswer;
  if (/establishing an SSL connection|invalid response/.test(message)) return byCode['08'] ?? anything;
  return code === 'ECONNRESET' || message === 'Connection terminated unexpectedly' ? hungUp : anything;
}
