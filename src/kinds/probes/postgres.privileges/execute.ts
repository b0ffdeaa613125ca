import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import { field } from '../../../base/value.js';
import type { Session } from '../../../ports/postgres.js';
import type { KindProblem, ProbeExecutor } from '../../executor.js';
import { ask, isTrue, textOf } from '../../postgres/ask.js';
import { userSchema } from '../../postgres/content/relations.js';
import { checkSchemas } from '../../postgres/check-schemas.js';
import { withOwnSession } from '../../postgres/with-session.js';
import type { Args } from './schema.js';

// A null ACL means the default of its kind (PostgreSQL docs, 5.7); a column has none of its own then.
const statement = `
  WITH objects (kind, schema, object, col, acl) AS (
    SELECT 'database', NULL::text, d.datname::text, NULL::text, coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))
      FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database() AND $2::text[] IS NULL
    UNION ALL SELECT 'schema', n.nspname, n.nspname, NULL, coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))
      FROM pg_catalog.pg_namespace n
    UNION ALL SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'S' THEN 'sequence'
        WHEN 'f' THEN 'foreign_table' ELSE 'table' END, n.nspname, c.relname, NULL,
        coalesce(c.relacl, pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't'
    UNION ALL SELECT 'column', n.nspname, c.relname, a.attname, a.attacl
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL SELECT 'function', n.nspname, p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')', NULL,
        coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))
      FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    UNION ALL SELECT 'type', n.nspname, t.typname, NULL, coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))
      FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
      WHERE t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c'
  )
  SELECT o.kind, o.schema, o.object, o.col, coalesce(r.rolname::text, 'PUBLIC') AS holder,
    a.privilege_type AS privilege, pg_catalog.bool_or(a.is_grantable) AS grant_option
  FROM objects o CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) a
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
  WHERE (o.schema IS NULL OR (${userSchema('o.schema')} AND ($2::text[] IS NULL OR o.schema = ANY ($2::text[]))))
    AND ($1::text[] IS NULL OR coalesce(r.rolname::text, 'PUBLIC') = ANY ($1::text[]))
  GROUP BY o.kind, o.schema, o.object, o.col, holder, a.privilege_type
  ORDER BY o.kind COLLATE "C", o.schema COLLATE "C", o.object COLLATE "C", o.col COLLATE "C", coalesce(r.rolname::text, 'PUBLIC') COLLATE "C",
    a.privilege_type COLLATE "C"`;

async function checkRoles(
  session: Session,
  roles: readonly string[] | null,
): Promise<Result<null, KindProblem>> {
  if (roles === null) return ok(null);
  const rows = await ask(
    session,
    `SELECT name FROM pg_catalog.unnest($1::text[]) AS name
     WHERE name <> 'PUBLIC' AND name NOT IN (SELECT rolname FROM pg_catalog.pg_roles)`,
    [roles],
  );
  if (!rows.ok) return rows;
  if (rows.value.length === 0) return ok(null);
  const missing = rows.value.map((row) => textOf(row, 'name')).join(', ');
  return err({
    code: 'ROLE_MISSING',
    message: `no such role: ${missing}`,
    next: 'Names are exact, unquoted.',
  });
}

export const execute: ProbeExecutor<Args> = ({ target, roles = null, schemas = null }, context) => {
  return withOwnSession(context, target, async (session) => {
    const known = await checkSchemas(session, schemas);
    if (!known.ok) return known;
    const present = await checkRoles(session, roles);
    if (!present.ok) return present;
    const rows = await ask(session, statement, [roles, schemas]);
    if (!rows.ok) return rows;
    return ok({
      privileges: rows.value.map((row) => ({
        kind: textOf(row, 'kind'),
        schema: field(row, 'schema') ?? null,
        object: textOf(row, 'object'),
        column: field(row, 'col') ?? null,
        grantee: textOf(row, 'holder'),
        privilege: textOf(row, 'privilege'),
        grant_option: isTrue(row, 'grant_option'),
      })),
    });
  });
};
