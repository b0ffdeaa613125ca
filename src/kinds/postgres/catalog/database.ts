import { userSchema } from '../content/relations.js';
import {
  acl,
  aclOfOthers,
  comment,
  everything,
  firstMade,
  inSchemas,
  made,
  noTables,
  notOfExtension,
  options,
  owner,
  roleOf,
} from './words.js';

const schema = `
  SELECT 'schema', n.nspname::text, ${comment('n.oid', 'pg_namespace')}, ${owner('n.nspowner')},
    ${acl('n.nspacl', `'n'`, 'n.nspowner')}
  FROM pg_catalog.pg_namespace n WHERE ${noTables} AND ${inSchemas} AND ${notOfExtension('pg_namespace', 'n.oid')}`;

/** Without its version: a dump says none, and the machine's is installed. */
const extension = `
  SELECT 'extension', e.extname::text, e.extnamespace::pg_catalog.regnamespace::text, '', ''
  FROM pg_catalog.pg_extension e WHERE ${everything}`;

/** By themselves, since a dump doesn't say that there is none. Nor does it say one on what initdb installed. */
const extensionComment = `
  SELECT 'comment on extension', e.extname::text, d.description, '', ''
  FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_description d
    ON d.objoid = e.oid AND d.classoid = 'pg_catalog.pg_extension'::pg_catalog.regclass
  WHERE ${everything} AND e.extname <> 'plpgsql'`;

const eventTrigger = `
  SELECT 'event trigger', e.evtname::text, format('%s %s %s %s', e.evtevent, e.evtfoid::pg_catalog.regproc, e.evtenabled, e.evttags)
    || ${comment('e.oid', 'pg_event_trigger')}, ${owner('e.evtowner')}, ''
  FROM pg_catalog.pg_event_trigger e WHERE ${everything} AND ${notOfExtension('pg_event_trigger', 'e.oid')}`;

const defaultPrivileges = `
  SELECT 'default privileges', format('%s in %s for %s', ${owner('a.defaclrole')},
      coalesce((SELECT nspname FROM pg_catalog.pg_namespace x WHERE x.oid = a.defaclnamespace), 'every schema'), a.defaclobjtype),
    '', '', ${acl('a.defaclacl', 'a.defaclobjtype', 'a.defaclrole')}
  FROM pg_catalog.pg_default_acl a WHERE ${everything}`;

/** Those of extensions too, for their privileges: plpgsql is one. A dump has neither their owner nor their comment. */
const ownLanguage = `${made('l.oid')} AND ${notOfExtension('pg_language', 'l.oid')}`;
const language = `
  SELECT 'language', l.lanname::text, format('trusted=%s %s %s %s%s', l.lanpltrusted, l.lanplcallfoid::pg_catalog.regprocedure,
      nullif(l.laninline, 0)::pg_catalog.regprocedure, nullif(l.lanvalidator, 0)::pg_catalog.regprocedure,
      CASE WHEN ${ownLanguage} THEN ${comment('l.oid', 'pg_language')} END),
    CASE WHEN ${ownLanguage} THEN ${owner('l.lanowner')} ELSE '' END,
    CASE WHEN ${ownLanguage} THEN ${acl('l.lanacl', `'l'`, 'l.lanowner')}
      ELSE ${aclOfOthers(`coalesce(l.lanacl, pg_catalog.acldefault('l', l.lanowner))`, 'l.lanowner')} END
  FROM pg_catalog.pg_language l WHERE ${everything} AND l.lanispl`;

const accessMethod = `
  SELECT 'access method', m.amname::text, format('%s %s%s', m.amtype, m.amhandler, ${comment('m.oid', 'pg_am')}), '', ''
  FROM pg_catalog.pg_am m WHERE ${everything} AND ${made('m.oid')} AND ${notOfExtension('pg_am', 'm.oid')}`;

const foreignDataWrapper = `
  SELECT 'foreign-data wrapper', f.fdwname::text, format('%s %s %s%s', nullif(f.fdwhandler, 0)::pg_catalog.regprocedure,
      nullif(f.fdwvalidator, 0)::pg_catalog.regprocedure, ${options('f.fdwoptions')}, ${comment('f.oid', 'pg_foreign_data_wrapper')}),
    ${owner('f.fdwowner')}, ${acl('f.fdwacl', `'F'`, 'f.fdwowner')}
  FROM pg_catalog.pg_foreign_data_wrapper f WHERE ${everything} AND ${notOfExtension('pg_foreign_data_wrapper', 'f.oid')}`;

const foreignServer = `
  SELECT 'foreign server', s.srvname::text, format('%s %s %s %s%s', f.fdwname, s.srvtype, s.srvversion, ${options('s.srvoptions')},
      ${comment('s.oid', 'pg_foreign_server')}), ${owner('s.srvowner')}, ${acl('s.srvacl', `'S'`, 's.srvowner')}
  FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper f ON f.oid = s.srvfdw
  WHERE ${everything} AND ${notOfExtension('pg_foreign_server', 's.oid')}`;

/** Whose there are, as privileges are told. Without options: they are passwords, which only some may read. */
const userMappings = `
  SELECT 'user mappings', s.srvname::text, '', '', (SELECT coalesce(string_agg(${roleOf('u.umuser')} || '=MAPPED/', E'\\n'
      ORDER BY ${roleOf('u.umuser')} COLLATE "C"), '') FROM pg_catalog.pg_user_mappings u WHERE u.srvid = s.oid)
  FROM pg_catalog.pg_foreign_server s WHERE ${everything} AND ${notOfExtension('pg_foreign_server', 's.oid')}`;

/** Read so that 14 can, which has no schemas, columns and filters in publications. */
const member = `(pg_catalog.pg_identify_object(d.classid, d.objid, 0)).identity`;
const publication = `
  SELECT 'publication', p.pubname::text, concat(pg_catalog.to_jsonb(p) - '{oid,pubname,pubowner}'::text[], ' ',
      (SELECT string_agg(format('%s %s', ${member}, (SELECT string_agg(a.attname, ',' ORDER BY a.attname) FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = r.prrelid AND pg_catalog.to_jsonb(r) -> 'prattrs' @> pg_catalog.to_jsonb(a.attnum))),
          ',' ORDER BY ${member} COLLATE "C")
        FROM pg_catalog.pg_depend d LEFT JOIN pg_catalog.pg_publication_rel r
          ON r.oid = d.objid AND d.classid = 'pg_catalog.pg_publication_rel'::pg_catalog.regclass
        WHERE d.refclassid = 'pg_catalog.pg_publication'::pg_catalog.regclass AND d.refobjid = p.oid), ' ',
      (SELECT string_agg(format('%s.%s %s', t.schemaname, t.tablename, pg_catalog.to_jsonb(t) ->> 'rowfilter'), ','
          ORDER BY t.schemaname::text COLLATE "C", t.tablename::text COLLATE "C")
        FROM pg_catalog.pg_publication_tables t WHERE t.pubname = p.pubname AND pg_catalog.to_jsonb(t) ->> 'rowfilter' IS NOT NULL),
      ${comment('p.oid', 'pg_publication')}), ${owner('p.pubowner')}, ''
  FROM pg_catalog.pg_publication p WHERE ${everything} AND ${notOfExtension('pg_publication', 'p.oid')}`;

/** One row for all that have one owner and one ACL: there may be millions. */
const largeObjects = `
  SELECT 'large objects', concat('of ', o.owner, ' with ', replace(o.acl, E'\\n', ' ')), concat(sum(o.count), ' ', sum(o.hash)), '', ''
  FROM (SELECT ${owner('g.lomowner')} AS owner, ${acl('g.lomacl', `'L'`, 'g.lomowner')} AS acl, g.count, g.hash
    FROM (SELECT m.lomowner, m.lomacl, count(*) AS count,
        sum(pg_catalog.hashtextextended(concat(m.oid, ':', ${comment('m.oid', 'pg_largeobject')}) COLLATE "C", 0)::numeric) AS hash
      FROM pg_catalog.pg_largeobject_metadata m WHERE ${everything} GROUP BY m.lomowner, m.lomacl) g) o
  GROUP BY o.owner, o.acl`;

const securityLabels = `
  SELECT 'security labels', format('%s %s', s.objtype, s.objname),
    string_agg(format('%s: %s', s.provider, s.label), ',' ORDER BY s.provider COLLATE "C"), '', ''
  FROM pg_catalog.pg_seclabels s
  WHERE ${everything} AND s.objtype NOT IN ('database', 'role', 'tablespace') GROUP BY s.objtype, s.objname`;

/** What initdb or an extension made and somebody granted or revoked since: a dump has that, and not the object. */
const changedAcl = (catalog: string, column: string, type: string, ownedBy: string): string => {
  const given = `coalesce(c.${column}, pg_catalog.acldefault(${type}, c.${ownedBy}))`;
  const atFirst = `coalesce(i.initprivs, pg_catalog.acldefault(${type}, c.${ownedBy}))`;
  const [isGiven, wasGiven] = [given, atFirst].map((items) => aclOfOthers(items, `c.${ownedBy}`));
  const named = `pg_catalog.pg_identify_object('pg_catalog.${catalog}'::pg_catalog.regclass, c.oid, 0)`;
  return `
  SELECT 'privileges', concat((${named}).type, ' ', (${named}).identity), '', '', ${isGiven}
  FROM pg_catalog.${catalog} c LEFT JOIN pg_catalog.pg_init_privs i
    ON i.objoid = c.oid AND i.classoid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND i.objsubid = 0
  WHERE ${everything} AND (c.oid < ${firstMade} OR NOT ${notOfExtension(catalog, 'c.oid')})
    AND CASE WHEN c.${column} IS DISTINCT FROM i.initprivs THEN ${isGiven} <> ${wasGiven} ELSE false END`;
};
const changedAcls = [
  changedAcl('pg_proc', 'proacl', `'f'`, 'proowner'),
  changedAcl('pg_type', 'typacl', `'T'`, 'typowner'),
  changedAcl('pg_foreign_data_wrapper', 'fdwacl', `'F'`, 'fdwowner'),
  changedAcl('pg_class', 'relacl', `CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`, 'relowner'),
  `${changedAcl('pg_namespace', 'nspacl', `'n'`, 'nspowner')} AND NOT (${userSchema('c.nspname')})`,
];

/** What lies in no schema, and schemas themselves: kind, name, definition, owner, acl. */
export const databaseParts = [
  ...[schema, extension, extensionComment, eventTrigger, defaultPrivileges, language, accessMethod],
  ...[foreignDataWrapper, foreignServer, userMappings, publication, largeObjects, securityLabels],
  ...changedAcls,
];
