import {
  acl,
  comment,
  inSchemas,
  joinSchema,
  noTables,
  notOfExtension,
  ofRelation,
  options,
  owner,
  roles,
  writtenTrigger,
} from './words.js';

const table = `
  SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
      WHEN 'f' THEN 'foreign table' ELSE 'table' END,
    n.nspname || '.' || c.relname,
    format('persistence=%s rls=%s force=%s replica=%s options=%s toast=%s partition=%s bound=%s inherits=%s of=%s method=%s populated=%s %s=%s',
      c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.relreplident, ${options('c.reloptions')},
      (SELECT ${options('o.reloptions')} FROM pg_catalog.pg_class o WHERE o.oid = c.reltoastrelid),
      pg_catalog.pg_get_partkeydef(c.oid), pg_catalog.pg_get_expr(c.relpartbound, c.oid),
      (SELECT string_agg(i.inhparent::pg_catalog.regclass::text, ',' ORDER BY i.inhseqno) FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid),
      nullif(c.reloftype, 0)::pg_catalog.regtype, (SELECT m.amname FROM pg_catalog.pg_am m WHERE m.oid = c.relam), c.relispopulated,
      CASE c.relkind WHEN 'S' THEN 'numbers' WHEN 'f' THEN 'server' ELSE 'query' END,
      CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid)
           WHEN c.relkind = 'f' THEN (SELECT format('%s %s', s.srvname, ${options('f.ftoptions')}) FROM pg_catalog.pg_foreign_table f
             JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid)
           WHEN c.relkind = 'S' THEN (SELECT format('%s %s %s %s %s %s owned by %s', s.seqtypid::pg_catalog.regtype, s.seqstart, s.seqmin,
             s.seqmax, s.seqcache, s.seqcycle, (SELECT (pg_catalog.pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid)).identity
               FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                 AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0))
             FROM pg_catalog.pg_sequence s WHERE s.seqrelid = c.oid) END)
      || ${comment('c.oid', 'pg_class')},
    ${owner('c.relowner')}, ${acl('c.relacl', `CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`, 'c.relowner')}
  FROM pg_catalog.pg_class c ${joinSchema} c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't' AND ${inSchemas} AND ${ofRelation('c.oid')}
    AND ${notOfExtension('pg_class', 'c.oid')}`;

/** A restore may order the columns of a table that inherits otherwise; a partition's stay. */
const column = `
  SELECT 'column', n.nspname || '.' || c.relname || '.' || a.attname,
    format('%s at=%s notnull=%s collation=%s identity=%s generated=%s storage=%s compression=%s statistics=%s options=%s foreign=%s default=%s',
      pg_catalog.format_type(a.atttypid, a.atttypmod),
      CASE WHEN c.relispartition OR NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid)
        THEN row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) END,
      a.attnotnull, nullif(a.attcollation, 0)::pg_catalog.regcollation, a.attidentity, a.attgenerated, a.attstorage,
      a.attcompression, nullif(a.attstattarget, -1), ${options('a.attoptions')}, ${options('a.attfdwoptions')},
      pg_catalog.pg_get_expr(d.adbin, d.adrelid))
      || ${comment('c.oid', 'pg_class', 'a.attnum')}, '',
    CASE WHEN a.attacl IS NULL THEN '' ELSE ${acl('a.attacl', `'c'`, 'c.relowner')} END
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid ${joinSchema} c.relnamespace
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND c.relpersistence <> 't'
    AND ${inSchemas} AND ${ofRelation('c.oid')} AND ${notOfExtension('pg_class', 'c.oid')}`;

/** Not the copies of a foreign key that partitions have, or that it has of each partition: a restore names them anew. */
const constraint = `
  SELECT 'constraint', n.nspname || '.' || coalesce(c.relname || '.', t.typname || '.', '') || k.conname,
    pg_catalog.pg_get_constraintdef(k.oid) || ${comment('k.oid', 'pg_constraint')}, '', ''
  FROM pg_catalog.pg_constraint k LEFT JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  LEFT JOIN pg_catalog.pg_type t ON t.oid = k.contypid ${joinSchema} k.connamespace
  WHERE ${inSchemas} AND ${ofRelation('k.conrelid')} AND ($2::text[] IS NULL OR k.contype <> 'f')
    AND k.contype <> 't' AND NOT (k.contype = 'f' AND k.conparentid <> 0) AND ${notOfExtension('pg_class', 'k.conrelid')} AND ${notOfExtension('pg_type', 'k.contypid')}`;

/** A dump leaves invalid indexes out, unless they are a partitioned table's, some part of which lacks its own. */
export const inDump = `(i.indisvalid OR c.relkind = 'I')`;
const index = `
  SELECT 'index', n.nspname || '.' || c.relname, pg_catalog.pg_get_indexdef(c.oid)
    || format(' valid=%s clustered=%s replident=%s parent=%s statistics=%s', i.indisvalid, i.indisclustered, i.indisreplident,
      (SELECT h.inhparent::pg_catalog.regclass FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid),
      (SELECT string_agg(format('%s=%s', a.attnum, a.attstattarget), ',' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attstattarget >= 0))
    || ${comment('c.oid', 'pg_class')}, '', ''
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid ${joinSchema} c.relnamespace
  WHERE ${inDump} AND ${inSchemas} AND ${ofRelation('i.indrelid')} AND ${notOfExtension('pg_class', 'i.indrelid')}`;

const trigger = `
  SELECT 'trigger', n.nspname || '.' || c.relname || '.' || t.tgname,
    pg_catalog.pg_get_triggerdef(t.oid) || ' enabled=' || t.tgenabled::text || ${comment('t.oid', 'pg_trigger')}, '', ''
  FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid ${joinSchema} c.relnamespace
  WHERE ${writtenTrigger} AND ${inSchemas} AND ${noTables} AND ${notOfExtension('pg_class', 'c.oid')}`;

const policy = `
  SELECT 'policy', n.nspname || '.' || c.relname || '.' || p.polname,
    format('%s permissive=%s roles=%s using=%s check=%s', p.polcmd, p.polpermissive, ${roles('p.polroles')},
      pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
      || ${comment('p.oid', 'pg_policy')}, '', ''
  FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid ${joinSchema} c.relnamespace
  WHERE ${inSchemas} AND ${ofRelation('c.oid')} AND ${notOfExtension('pg_class', 'c.oid')}`;

const rule = `
  SELECT 'rule', n.nspname || '.' || c.relname || '.' || r.rulename,
    pg_catalog.pg_get_ruledef(r.oid) || ' enabled=' || r.ev_enabled::text || ${comment('r.oid', 'pg_rewrite')}, '', ''
  FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class ${joinSchema} c.relnamespace
  WHERE r.rulename <> '_RETURN' AND ${inSchemas} AND ${ofRelation('c.oid')} AND ${notOfExtension('pg_class', 'c.oid')}`;

const statistics = `
  SELECT 'statistics', n.nspname || '.' || s.stxname, format('%s target=%s%s', pg_catalog.pg_get_statisticsobjdef(s.oid),
      nullif(s.stxstattarget, -1), ${comment('s.oid', 'pg_statistic_ext')}), ${owner('s.stxowner')}, ''
  FROM pg_catalog.pg_statistic_ext s ${joinSchema} s.stxnamespace WHERE ${noTables} AND ${inSchemas}`;

/** Tables, and what hangs on them: kind, name, definition, owner, acl. */
export const relationParts = [table, column, constraint, index, trigger, policy, rule, statistics];
