import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import { field } from '../../../base/value.js';
import type { Session } from '../../../ports/postgres.js';
import type { KindProblem } from '../../executor.js';
import { ask, textOf } from '../ask.js';

export type LargeObjects = {
  readonly count: number;
  /** Sum of hashes over oid and bytes; null where the role may not read some of them. */
  readonly hash: string | null;
};

/** SQLSTATE, PostgreSQL docs, appendix A. */
const insufficientPrivilege = '42501';

/** What lo_get returns at once: a value has at most 1 GB, a large object may have 4 TB. */
const pieceBytes = 64 * 2 ** 20;
const hashStatement = `
  WITH RECURSIVE piece AS (
    SELECT m.oid, 0::bigint AS at, pg_catalog.length(g) AS size, pg_catalog.sha256(g) AS digest
    FROM pg_catalog.pg_largeobject_metadata m CROSS JOIN LATERAL pg_catalog.lo_get(m.oid, 0, ${pieceBytes}) g
    UNION ALL
    SELECT p.oid, p.at + p.size, pg_catalog.length(g), pg_catalog.sha256(g)
    FROM piece p CROSS JOIN LATERAL pg_catalog.lo_get(p.oid, p.at + p.size, ${pieceBytes}) g WHERE p.size = ${pieceBytes})
  SELECT pg_catalog.sum(pg_catalog.hashtextextended(
    format('%s:%s:%s', oid, at, pg_catalog.encode(digest, 'hex')) COLLATE "C", 0)::numeric)::text AS hash FROM piece`;

/**
 * Counts large objects and, if asked, hashes them piece by piece with lo_get, which a role that may read the
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
  const rows = await ask(session, hashStatement);
  if (rows.ok) return ok({ count, hash: textOf(rows.value[0] ?? {}, 'hash') });
  if (rows.error.sqlstate !== insufficientPrivilege) return rows;
  return err({ ...rows.error, next: grantLargeObjects });
}

export const grantLargeObjects = 'GRANT SELECT ON LARGE OBJECT … to it: pg_read_all_data covers none.';
