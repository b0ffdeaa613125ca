/**
 * The major versions of PostgreSQL that a run works with, said here and nowhere else. 14 is the first that hashes a
 * row column by column (hash_record_extended) and has pg_read_all_data. What a version after the newest has in its
 * catalogs nobody has looked at: to compare what we know of it would pass for the whole.
 */
const oldest = 14;
const newest = 18;

export const supportedServers = `${oldest} to ${newest}`;
export const isSupportedServer = (major: number): boolean => major >= oldest && major <= newest;

/** What to do about a server of another version. */
export const unsupportedServerAdvice = (major: number): string =>
  major < oldest
    ? `upgrade the server to ${oldest} or newer: an older one can't hash its rows as a restored copy does`
    : `take a newer Gatebook that knows PostgreSQL ${major}`;

/** The package that brings the programs of one major version. */
export const installServer = (major: number): string =>
  `apt-get install -y postgresql-${major} (where the distribution has none, from https://apt.postgresql.org; or brew install postgresql@${major})`;
