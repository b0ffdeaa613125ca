import type { KindProblem } from '../../executor.js';
import { grantLargeObjects } from '../../postgres/content/large-objects.js';

// In the language of the server's lc_messages, but for pg_dump's own words.
const steps: readonly (readonly [RegExp, string])[] = [
  [/could not open large object/, grantLargeObjects],
  [
    /row-level security|SQLSTATE 42501|permission denied/,
    'The role has to read every row of what is backed up: grant it pg_read_all_data, and give it BYPASSRLS where tables have row-level security.',
  ],
  [
    /max_locks_per_transaction|out of shared memory|SQLSTATE 53200/,
    'A dump holds a lock on each of its tables: raise max_locks_per_transaction on that server (it restarts for it), or back up fewer at once with `schemas` or `tables`.',
  ],
  [
    /SQLSTATE (?:42883|42P01|42704|3F000)/,
    'A function of an index or generated column finds others only by its caller’s search_path, which a dump and its restore empty: ' +
      'ALTER FUNCTION … SET search_path on it, or name what it calls with its schema.',
  ],
  [
    /SQLSTATE 55P03|lock timeout|LOCK TABLE/,
    'Somebody holds a table, or waits for one, so that nobody may read it (ACCESS EXCLUSIVE: an ALTER TABLE, a VACUUM FULL): pg_locks says who, pg_prepared_xacts where it names no pid. Run again once that is done.',
  ],
  [
    /SQLSTATE 0A000|unlogged relations/,
    'A standby has no rows of unlogged tables and sequences: back up the primary, or name `tables` or `schemas` without them.',
  ],
  [
    /SQLSTATE 40001|conflict with recovery/,
    'On a standby what the primary cleans up may end a long reading: raise max_standby_streaming_delay there or turn hot_standby_feedback on, then run again.',
  ],
];

/** What to do where production’s server refused to be read, or pg_dump gave up; nothing where that is said already. */
export function advised(problem: KindProblem): KindProblem {
  if (problem.next !== undefined) return problem;
  const next = steps.find(([pattern]) => pattern.test(problem.message))?.[1];
  return next === undefined ? problem : { ...problem, next };
}
