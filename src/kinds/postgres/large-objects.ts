import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { field } from '../../base/value.js';
import type { Session } from '../../ports/postgres.js';
import type { KindProblem } from '../executor.js';
import { ask, textOf } from './ask.js';

export type LargeObjects = {
  readonly count: number;
  /** Sum of hashes over oid and bytes; null where the role may not read some of them. */
  readonly hash: string | null;
};

/** SQLSTATE, PostgreSQL docs, appendix A. */
const insufficientPrivilege = '42501';

/**
 * Counts large objects and, if asked, hashes them page by page with lo_get, which a role that may read the
 * object is allowed where pg_largeobject itself needs a superuser.
 */
export async function captureLargeObjects(
  session: Session,
  hashed: boolean,
): Promise<Result<LargeObjects, KindProblem>> {
  const counted = await ask(
    session,
    'SELECT pg_catalog.count(*)::int AS count FROM pg_catalog.pg_largeobject_metadata',
  );
  if (!counted.ok) return counted;
  const count = Number(field(counted.value[0] ?? {}, 'count') ?? 0);
  if (!hashed) return ok({ count, hash: null });
  if (count === 0) return ok({ count, hash: '0' });
  const rows = await ask(
    session,
    `SELECT coalesce(pg_catalog.sum(pg_catalog.hashtextextended(
        m.oid::text || ':' || pg_catalog.encode(pg_catalog.sha256(pg_catalog.lo_get(m.oid)), 'hex') COLLATE "C", 0
      )::numeric), 0)::text AS hash FROM pg_catalog.pg_largeobject_metadata m`,
  );
  if (rows.ok) return ok({ count, hash: textOf(rows.value[0] ?? {}, 'hash') });
  if (rows.error.sqlstate !== insufficientPrivilege) return rows;
  return err({ ...rows.error, next: 'GRANT SELECT ON LARGE OBJECT … to it: pg_read_all_data covers none.' });
}
