import { ok } from '../../../base/result.js';
import type { ProbeExecutor } from '../../executor.js';
import { ask, textOf } from '../../postgres/ask.js';
import { writtenTrigger } from '../../postgres/catalog/words.js';
import { checkSchemas } from '../../postgres/check-schemas.js';
import { userSchema } from '../../postgres/content/relations.js';
import { withOwnSession } from '../../postgres/with-session.js';
import type { Args } from './schema.js';

const statement = `
  SELECT o.kind, n.nspname::text AS schema, o.name FROM (
    SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'S' THEN 'sequence'
        WHEN 'f' THEN 'foreign_table' WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' ELSE 'table' END AS kind,
      c.relnamespace AS namespace, c.relname::text AS name
      FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'i', 'I') AND c.relpersistence <> 't'
    UNION ALL SELECT 'function', p.pronamespace,
      p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' FROM pg_catalog.pg_proc p
    UNION ALL SELECT 'type', t.typnamespace, t.typname FROM pg_catalog.pg_type t
      LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
      WHERE t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c'
    UNION ALL SELECT 'trigger', c.relnamespace, c.relname || '.' || t.tgname FROM pg_catalog.pg_trigger t
      JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid WHERE ${writtenTrigger}
  ) AS o JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace
  WHERE ${userSchema('n.nspname')} AND ($1::text[] IS NULL OR n.nspname = ANY ($1::text[]))
    AND ($2::text[] IS NULL OR o.kind = ANY ($2::text[]))
  ORDER BY n.nspname COLLATE "C", o.kind COLLATE "C", o.name COLLATE "C"`;

export const execute: ProbeExecutor<Args> = ({ target, schemas = null, kinds = null }, context) => {
  return withOwnSession(context, target, async (session) => {
    const known = await checkSchemas(session, schemas);
    if (!known.ok) return known;
    const rows = await ask(session, statement, [schemas, kinds]);
    if (!rows.ok) return rows;
    const objects = rows.value.map((row) => ({
      kind: textOf(row, 'kind'),
      schema: textOf(row, 'schema'),
      name: textOf(row, 'name'),
    }));
    return ok({ objects, names: objects.map((o) => `${o.schema}.${o.name}`) });
  });
};
