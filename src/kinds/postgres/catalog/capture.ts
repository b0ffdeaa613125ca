import type { Result } from '../../../base/result.js';
import { ok } from '../../../base/result.js';
import type { ValueMap } from '../../../base/value.js';
import type { Session } from '../../../ports/postgres.js';
import type { KindProblem } from '../../executor.js';
import { ask, askEach, isTrue, textOf } from '../ask.js';
import type { Content } from '../content/capture.js';
import type { Scope } from '../content/sequences.js';
import { catalogStatement } from './statement.js';
import { digest, partsOf } from './parts.js';
import { beforeComment, made } from './words.js';
import { asReprinted } from './reprint.js';

/** One object. The definition is kept as a digest: it may be long, and its name is what a reader needs. */
export type CatalogEntry = {
  /** `table`, `column`, `constraint`, `index`, `view`, `function`, … */
  readonly kind: string;
  readonly name: string;
  /** First 32 hex digits of the sha256 of PostgreSQL's own rendering of the definition. */
  readonly definition: string;
  /** What of it may be told where it differs, and digests of the rest, by name; of some kinds only. */
  readonly parts: string;
  /** Its digest. */
  readonly comment: string;
  /** Empty where the kind has no owner of its own. */
  readonly owner: string;
  /** Lines of `role=PRIVILEGE/grantor`, sorted, defaults expanded. */
  readonly acl: string;
};

export async function captureCatalog(
  session: Session,
  scope: Scope,
): Promise<Result<readonly CatalogEntry[], KindProblem>> {
  const given = [scope.schemas ?? null, scope.relations?.map((r) => r.oid) ?? null];
  return askEach(session, catalogStatement, given, (row) => {
    const kind = textOf(row, 'kind');
    const [written = '', ...comment] = textOf(row, 'definition').split(beforeComment);
    const definition = asReprinted(written);
    return {
      kind,
      name: textOf(row, 'name'),
      definition: digest(definition),
      parts: partsOf(kind, definition),
      comment: digest(comment.join(beforeComment)),
      owner: textOf(row, 'owner'),
      acl: textOf(row, 'acl'),
    };
  });
}

// Role 10 is the bootstrap superuser; it owns what nobody else does and isn't in pg_shdepend.
// Where a column holds names of roles, its rows may name any: nothing says which.
const rolesStatement = `
  SELECT r.rolname::text AS role, r.rolsuper AS superuser
  FROM pg_catalog.pg_roles r
  WHERE r.rolname !~ '^pg_' AND (r.oid = 10
    OR EXISTS (SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      WHERE c.relkind = 'r' AND ${made('c.oid')} AND NOT a.attisdropped AND a.atttypid = ANY (
        '{pg_catalog.regrole,pg_catalog._regrole,pg_catalog.aclitem,pg_catalog._aclitem}'::pg_catalog.regtype[]))
    OR r.oid IN (
    SELECT d.refobjid FROM pg_catalog.pg_shdepend d WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
      AND (d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        OR (d.dbid = 0 AND d.classid = 'pg_catalog.pg_database'::pg_catalog.regclass
          AND d.objid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())))))
  ORDER BY role`;

/** Every role that an object of this database needs: owners, grantees, roles of policies, names in rows. */
export async function captureRoles(
  session: Session,
): Promise<Result<Pick<Content, 'roles' | 'superusers'>, KindProblem>> {
  const rows = await ask(session, rolesStatement);
  if (!rows.ok) return rows;
  const names = (found: readonly ValueMap[]) => found.map((row) => textOf(row, 'role'));
  return ok({
    roles: names(rows.value),
    superusers: names(rows.value.filter((row) => isTrue(row, 'superuser'))),
  });
}
