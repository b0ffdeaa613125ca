import { userSchema } from './relations.js';

/** `$1`: schemas or null; `$2`: oids of relations or null. Objects of extensions are left out. */
const notOfExtension = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass
    AND x.objid = ${oid} AND x.deptype = 'e')`;
const inSchemas = `${userSchema('n.nspname')} AND ($1::text[] IS NULL OR n.nspname = ANY ($1::text[]))`;
const ofRelation = (oid: string): string => `($2::text[] IS NULL OR ${oid}::text = ANY ($2::text[]))`;
const wholeOnly = '$2::text[] IS NULL';
const joinSchema = 'JOIN pg_catalog.pg_namespace n ON n.oid = ';

/** ACL items in words, sorted: their order in the array means nothing. A null ACL is its default. */
const acl = (column: string, type: string, owner: string): string =>
  `(SELECT coalesce(string_agg(format('%s=%s%s/%s', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE
      pg_catalog.pg_get_userbyid(a.grantee)::text END, a.privilege_type, CASE WHEN a.is_grantable THEN '*' ELSE '' END,
      pg_catalog.pg_get_userbyid(a.grantor)), ' ' ORDER BY a.grantee = 0, pg_catalog.pg_get_userbyid(a.grantee)::text COLLATE "C",
      a.privilege_type COLLATE "C", pg_catalog.pg_get_userbyid(a.grantor)::text COLLATE "C"), '')
    FROM pg_catalog.aclexplode(coalesce(${column}, pg_catalog.acldefault(${type}, ${owner}))) a)`;
const owner = (column: string): string => `pg_catalog.pg_get_userbyid(${column})`;
const comment = (oid: string, catalog: string, sub = '0'): string =>
  `coalesce((SELECT ' comment: ' || d.description FROM pg_catalog.pg_description d WHERE d.objoid = ${oid}
    AND d.classoid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.objsubid = ${sub}), '')`;

/** One SELECT a kind: kind, name, definition, owner, acl. */
const parts: readonly string[] = [
  `SELECT 'schema', n.nspname::text, ${comment('n.oid', 'pg_namespace')}, ${owner('n.nspowner')},
     ${acl('n.nspacl', `'n'`, 'n.nspowner')}
   FROM pg_catalog.pg_namespace n WHERE ${wholeOnly} AND ${inSchemas} AND ${notOfExtension('pg_namespace', 'n.oid')}`,
  `SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
       WHEN 'f' THEN 'foreign table' ELSE 'table' END,
     n.nspname || '.' || c.relname,
     format('persistence=%s rls=%s force=%s replica=%s options=%s partition=%s bound=%s inherits=%s %s', c.relpersistence,
       c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.reloptions, pg_catalog.pg_get_partkeydef(c.oid),
       pg_catalog.pg_get_expr(c.relpartbound, c.oid),
       (SELECT string_agg(i.inhparent::pg_catalog.regclass::text, ',' ORDER BY i.inhseqno) FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid),
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid)
            WHEN c.relkind = 'S' THEN (SELECT format('%s %s %s %s %s %s', s.seqtypid::pg_catalog.regtype, s.seqstart, s.seqmin,
              s.seqmax, s.seqcache, s.seqcycle) FROM pg_catalog.pg_sequence s WHERE s.seqrelid = c.oid) END)
       || ${comment('c.oid', 'pg_class')},
     ${owner('c.relowner')}, ${acl('c.relacl', `CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`, 'c.relowner')}
   FROM pg_catalog.pg_class c ${joinSchema} c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't' AND ${inSchemas} AND ${ofRelation('c.oid')}
     AND ${notOfExtension('pg_class', 'c.oid')}`,
  `SELECT 'column', n.nspname || '.' || c.relname || '.' || a.attname,
     format('%s notnull=%s collation=%s identity=%s generated=%s storage=%s default=%s',
       pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, nullif(a.attcollation, 0)::pg_catalog.regcollation,
       a.attidentity, a.attgenerated, a.attstorage, pg_catalog.pg_get_expr(d.adbin, d.adrelid))
       || ${comment('c.oid', 'pg_class', 'a.attnum')}, '',
     CASE WHEN a.attacl IS NULL THEN '' ELSE ${acl('a.attacl', `'c'`, 'c.relowner')} END
   FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid ${joinSchema} c.relnamespace
   LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND c.relpersistence <> 't'
     AND ${inSchemas} AND ${ofRelation('c.oid')} AND ${notOfExtension('pg_class', 'c.oid')}`,
  `SELECT 'constraint', n.nspname || '.' || coalesce(c.relname || '.', t.typname || '.', '') || k.conname,
     pg_catalog.pg_get_constraintdef(k.oid) || ${comment('k.oid', 'pg_constraint')}, '', ''
   FROM pg_catalog.pg_constraint k LEFT JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
   LEFT JOIN pg_catalog.pg_type t ON t.oid = k.contypid ${joinSchema} k.connamespace
   WHERE ${inSchemas} AND ${ofRelation('k.conrelid')} AND ($2::text[] IS NULL OR k.contype <> 'f')
     AND k.contype <> 't' AND ${notOfExtension('pg_class', 'k.conrelid')} AND ${notOfExtension('pg_type', 'k.contypid')}`,
  `SELECT 'index', n.nspname || '.' || c.relname, pg_catalog.pg_get_indexdef(c.oid)
     || format(' valid=%s clustered=%s replident=%s', i.indisvalid, i.indisclustered, i.indisreplident)
     || ${comment('c.oid', 'pg_class')}, '', ''
   FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid ${joinSchema} c.relnamespace
   WHERE ${inSchemas} AND ${ofRelation('i.indrelid')} AND ${notOfExtension('pg_class', 'i.indrelid')}`,
  `SELECT 'trigger', n.nspname || '.' || c.relname || '.' || t.tgname,
     pg_catalog.pg_get_triggerdef(t.oid) || ' enabled=' || t.tgenabled::text, '', ''
   FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid ${joinSchema} c.relnamespace
   WHERE NOT t.tgisinternal AND ${inSchemas} AND ${wholeOnly} AND ${notOfExtension('pg_class', 'c.oid')}`,
  `SELECT 'policy', n.nspname || '.' || c.relname || '.' || p.polname,
     format('%s permissive=%s roles=%s using=%s check=%s', p.polcmd, p.polpermissive,
       (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(r)::text END, ',' ORDER BY r = 0,
         pg_catalog.pg_get_userbyid(r)::text COLLATE "C") FROM unnest(p.polroles) r),
       pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)), '', ''
   FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid ${joinSchema} c.relnamespace
   WHERE ${inSchemas} AND ${ofRelation('c.oid')}`,
  `SELECT 'rule', n.nspname || '.' || c.relname || '.' || r.rulename, pg_catalog.pg_get_ruledef(r.oid), '', ''
   FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class ${joinSchema} c.relnamespace
   WHERE r.rulename <> '_RETURN' AND ${inSchemas} AND ${ofRelation('c.oid')}`,
  `SELECT 'function', n.nspname || '.' || p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',
     CASE WHEN p.prokind = 'a' THEN (SELECT format('aggregate %s %s %s %s %s', a.aggtransfn, a.aggfinalfn,
         a.aggtranstype::pg_catalog.regtype, a.agginitval, a.aggkind) FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid)
       ELSE pg_catalog.pg_get_functiondef(p.oid) END || ${comment('p.oid', 'pg_proc')},
     ${owner('p.proowner')}, ${acl('p.proacl', `'f'`, 'p.proowner')}
   FROM pg_catalog.pg_proc p ${joinSchema} p.pronamespace
   WHERE ${wholeOnly} AND ${inSchemas} AND ${notOfExtension('pg_proc', 'p.oid')}`,
  `SELECT 'type', n.nspname || '.' || t.typname, format('%s labels=%s base=%s notnull=%s default=%s range=%s', t.typtype,
       (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
       CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END, t.typnotnull, t.typdefault,
       (SELECT pg_catalog.format_type(r.rngsubtype, NULL) FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid))
       || ${comment('t.oid', 'pg_type')}, ${owner('t.typowner')}, ${acl('t.typacl', `'T'`, 't.typowner')}
   FROM pg_catalog.pg_type t ${joinSchema} t.typnamespace LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
   WHERE ${wholeOnly} AND t.typcategory <> 'A' AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c' OR (t.typtype = 'b'))
     AND ${inSchemas} AND ${notOfExtension('pg_type', 't.oid')}`,
  `SELECT 'extension', e.extname::text, n.nspname::text, '', ''
   FROM pg_catalog.pg_extension e ${joinSchema} e.extnamespace WHERE ${wholeOnly} AND $1::text[] IS NULL`,
  `SELECT 'event trigger', e.evtname::text, format('%s %s %s %s', e.evtevent, e.evtfoid::pg_catalog.regproc, e.evtenabled, e.evttags), '', ''
   FROM pg_catalog.pg_event_trigger e WHERE ${wholeOnly} AND $1::text[] IS NULL AND ${notOfExtension('pg_event_trigger', 'e.oid')}`,
  `SELECT 'statistics', n.nspname || '.' || s.stxname, pg_catalog.pg_get_statisticsobjdef(s.oid), '', ''
   FROM pg_catalog.pg_statistic_ext s ${joinSchema} s.stxnamespace WHERE ${wholeOnly} AND ${inSchemas}`,
  `SELECT 'default privileges', format('%s in %s for %s', pg_catalog.pg_get_userbyid(a.defaclrole),
       coalesce((SELECT nspname FROM pg_catalog.pg_namespace x WHERE x.oid = a.defaclnamespace), 'every schema'), a.defaclobjtype),
     '', '', ${acl('a.defaclacl', 'a.defaclobjtype', 'a.defaclrole')}
   FROM pg_catalog.pg_default_acl a WHERE ${wholeOnly} AND $1::text[] IS NULL`,
];

/** Every object of a database by kind and name, with its definition, owner and privileges in words. */
export const catalogStatement =
  `SELECT * FROM (\n${parts.join('\nUNION ALL\n')}\n) AS o (kind, name, definition, owner, acl)\n` +
  `ORDER BY kind COLLATE "C", name COLLATE "C", definition COLLATE "C"`;
