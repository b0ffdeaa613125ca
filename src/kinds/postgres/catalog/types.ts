import {
  acl,
  comment,
  everything,
  inSchemas,
  joinSchema,
  made,
  noTables,
  notOfExtension,
  owner,
} from './words.js';

/** Not the constructors of ranges: a dump has neither them nor their privileges, and initdb's superuser owns them, whoever made the type. */
const notInternal = `NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    AND x.objid = p.oid AND x.deptype = 'i')`;
const routine = `
  SELECT 'function', n.nspname || '.' || p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',
    CASE WHEN p.prokind = 'a' THEN (SELECT format('aggregate %s %s %s %s %s %s', pg_catalog.pg_get_function_result(p.oid), p.proparallel,
        a.aggtranstype::pg_catalog.regtype, nullif(a.aggmtranstype, 0)::pg_catalog.regtype, nullif(a.aggsortop, 0)::pg_catalog.regoperator,
        pg_catalog.to_jsonb(a) - '{aggfnoid,aggtranstype,aggmtranstype,aggsortop}'::text[])
        FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid)
      ELSE pg_catalog.pg_get_functiondef(p.oid) END || ${comment('p.oid', 'pg_proc')},
    ${owner('p.proowner')}, ${acl('p.proacl', `'f'`, 'p.proowner')}
  FROM pg_catalog.pg_proc p ${joinSchema} p.pronamespace
  WHERE ${noTables} AND ${inSchemas} AND ${notInternal} AND ${notOfExtension('pg_proc', 'p.oid')}`;

/** Arrays and multiranges come with the types that they are of. */
const type = `
  SELECT 'type', n.nspname || '.' || t.typname, format('%s labels=%s base=%s collation=%s notnull=%s default=%s range=%s made=%s', t.typtype,
      (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
      CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END,
      nullif(t.typcollation, 0)::pg_catalog.regcollation, t.typnotnull, t.typdefault,
      (SELECT format('%s %s %s %s %s %s', pg_catalog.format_type(r.rngsubtype, NULL), nullif(r.rngcollation, 0)::pg_catalog.regcollation,
        r.rngcanonical, r.rngsubdiff, pg_catalog.format_type(r.rngmultitypid, NULL),
        (SELECT format('%s.%s', o.opcnamespace::pg_catalog.regnamespace, o.opcname) FROM pg_catalog.pg_opclass o WHERE o.oid = r.rngsubopc))
        FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid),
      CASE WHEN t.typtype = 'b' THEN format('%s %s %s %s %s %s %s %s %s %s %s %s %s %s %s %s', t.typinput, t.typoutput, t.typreceive,
        t.typsend, t.typmodin, t.typmodout, t.typanalyze, t.typsubscript, t.typlen, t.typbyval, t.typalign, t.typstorage, t.typcategory,
        t.typispreferred, t.typdelim, pg_catalog.format_type(nullif(t.typelem, 0), NULL)) END)
      || ${comment('t.oid', 'pg_type')}, ${owner('t.typowner')}, ${acl('t.typacl', `'T'`, 't.typowner')}
  FROM pg_catalog.pg_type t ${joinSchema} t.typnamespace LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
  WHERE ${noTables} AND (t.typtype IN ('e', 'd', 'r', 'b', 'p') OR c.relkind = 'c')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid) AND ${inSchemas} AND ${notOfExtension('pg_type', 't.oid')}`;

const operator = `
  SELECT 'operator', o.oid::pg_catalog.regoperator::text, format('%s %s %s %s %s %s merges=%s hashes=%s%s',
      pg_catalog.format_type(o.oprresult, NULL), o.oprcode, nullif(o.oprcom, 0)::pg_catalog.regoperator,
      nullif(o.oprnegate, 0)::pg_catalog.regoperator, o.oprrest, o.oprjoin, o.oprcanmerge, o.oprcanhash,
      ${comment('o.oid', 'pg_operator')}), ${owner('o.oprowner')}, ''
  FROM pg_catalog.pg_operator o ${joinSchema} o.oprnamespace
  WHERE ${noTables} AND o.oprcode <> 0 AND ${inSchemas} AND ${notOfExtension('pg_operator', 'o.oid')}`;

const operatorClass = `
  SELECT 'operator class', format('%s.%s using %s', n.nspname, o.opcname, m.amname),
    format('%s default=%s stores=%s family=%s.%s%s', pg_catalog.format_type(o.opcintype, NULL), o.opcdefault,
      pg_catalog.format_type(nullif(o.opckeytype, 0), NULL), f.opfnamespace::pg_catalog.regnamespace, f.opfname,
      ${comment('o.oid', 'pg_opclass')}), ${owner('o.opcowner')}, ''
  FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod JOIN pg_catalog.pg_opfamily f ON f.oid = o.opcfamily
  ${joinSchema} o.opcnamespace WHERE ${noTables} AND ${inSchemas} AND ${notOfExtension('pg_opclass', 'o.oid')}`;

const operatorFamily = `
  SELECT 'operator family', format('%s.%s using %s', n.nspname, f.opfname, m.amname),
    concat((SELECT string_agg(format('%s %s %s %s', a.amopstrategy, a.amopopr::pg_catalog.regoperator, a.amoppurpose,
        (SELECT format('%s.%s', s.opfnamespace::pg_catalog.regnamespace, s.opfname) FROM pg_catalog.pg_opfamily s WHERE s.oid = a.amopsortfamily)),
        ',' ORDER BY a.amopstrategy, a.amopopr::pg_catalog.regoperator::text COLLATE "C") FROM pg_catalog.pg_amop a WHERE a.amopfamily = f.oid),
      '; ', (SELECT string_agg(format('%s %s (%s, %s)', a.amprocnum, a.amproc::pg_catalog.regprocedure,
        pg_catalog.format_type(a.amproclefttype, NULL), pg_catalog.format_type(a.amprocrighttype, NULL)),
        ',' ORDER BY a.amprocnum, a.amproc::pg_catalog.regprocedure::text COLLATE "C",
          pg_catalog.format_type(a.amproclefttype, NULL) COLLATE "C", pg_catalog.format_type(a.amprocrighttype, NULL) COLLATE "C")
        FROM pg_catalog.pg_amproc a WHERE a.amprocfamily = f.oid),
      ${comment('f.oid', 'pg_opfamily')}), ${owner('f.opfowner')}, ''
  FROM pg_catalog.pg_opfamily f JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod ${joinSchema} f.opfnamespace
  WHERE ${noTables} AND ${inSchemas} AND ${notOfExtension('pg_opfamily', 'f.oid')}`;

/** 14 keeps the locale of ICU where it keeps libc's, 15 and 16 elsewhere, 17 again. Its version is the machine's. */
const collation = `
  SELECT 'collation', format('%s.%s', n.nspname, c.collname), format('%s deterministic=%s %s %s rules=%s%s', c.collprovider,
      c.collisdeterministic, coalesce(j.row ->> 'colllocale', j.row ->> 'colliculocale', c.collcollate),
      coalesce(j.row ->> 'colllocale', j.row ->> 'colliculocale', c.collctype), j.row ->> 'collicurules',
      ${comment('c.oid', 'pg_collation')}), ${owner('c.collowner')}, ''
  FROM pg_catalog.pg_collation c ${joinSchema} c.collnamespace CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(c)) j (row)
  WHERE ${noTables} AND ${inSchemas} AND ${notOfExtension('pg_collation', 'c.oid')}`;

const conversion = `
  SELECT 'conversion', format('%s.%s', n.nspname, c.conname), format('%s to %s by %s default=%s%s',
      pg_catalog.pg_encoding_to_char(c.conforencoding), pg_catalog.pg_encoding_to_char(c.contoencoding), c.conproc, c.condefault,
      ${comment('c.oid', 'pg_conversion')}), ${owner('c.conowner')}, ''
  FROM pg_catalog.pg_conversion c ${joinSchema} c.connamespace
  WHERE ${noTables} AND ${inSchemas} AND ${notOfExtension('pg_conversion', 'c.oid')}`;

const searchConfiguration = `
  SELECT 'text search configuration', format('%s.%s', n.nspname, c.cfgname), format('%s.%s %s%s', p.prsnamespace::pg_catalog.regnamespace,
      p.prsname, (SELECT string_agg(format('%s.%s %s', m.maptokentype, m.mapseqno, m.mapdict::pg_catalog.regdictionary), ','
        ORDER BY m.maptokentype, m.mapseqno) FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = c.oid),
      ${comment('c.oid', 'pg_ts_config')}), ${owner('c.cfgowner')}, ''
  FROM pg_catalog.pg_ts_config c JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser ${joinSchema} c.cfgnamespace
  WHERE ${noTables} AND ${inSchemas} AND ${notOfExtension('pg_ts_config', 'c.oid')}`;

const searchDictionary = `
  SELECT 'text search dictionary', format('%s.%s', n.nspname, c.dictname), format('%s.%s %s%s', t.tmplnamespace::pg_catalog.regnamespace,
      t.tmplname, c.dictinitoption, ${comment('c.oid', 'pg_ts_dict')}), ${owner('c.dictowner')}, ''
  FROM pg_catalog.pg_ts_dict c JOIN pg_catalog.pg_ts_template t ON t.oid = c.dicttemplate ${joinSchema} c.dictnamespace
  WHERE ${noTables} AND ${inSchemas} AND ${notOfExtension('pg_ts_dict', 'c.oid')}`;

const searchParser = `
  SELECT 'text search parser', format('%s.%s', n.nspname, p.prsname), format('%s %s %s %s %s%s', p.prsstart, p.prstoken, p.prsend,
      p.prsheadline, p.prslextype, ${comment('p.oid', 'pg_ts_parser')}), '', ''
  FROM pg_catalog.pg_ts_parser p ${joinSchema} p.prsnamespace
  WHERE ${noTables} AND ${inSchemas} AND ${notOfExtension('pg_ts_parser', 'p.oid')}`;

const searchTemplate = `
  SELECT 'text search template', format('%s.%s', n.nspname, t.tmplname),
    format('%s %s%s', t.tmplinit, t.tmpllexize, ${comment('t.oid', 'pg_ts_template')}), '', ''
  FROM pg_catalog.pg_ts_template t ${joinSchema} t.tmplnamespace
  WHERE ${noTables} AND ${inSchemas} AND ${notOfExtension('pg_ts_template', 't.oid')}`;

const cast = `
  SELECT 'cast', format('%s to %s', pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL)),
    format('%s %s %s%s', nullif(c.castfunc, 0)::pg_catalog.regprocedure, c.castcontext, c.castmethod, ${comment('c.oid', 'pg_cast')}), '', ''
  FROM pg_catalog.pg_cast c WHERE ${everything} AND ${made('c.oid')} AND ${notOfExtension('pg_cast', 'c.oid')}`;

const transform = `
  SELECT 'transform', format('%s for %s', pg_catalog.format_type(t.trftype, NULL), l.lanname),
    format('%s %s%s', t.trffromsql, t.trftosql, ${comment('t.oid', 'pg_transform')}), '', ''
  FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang
  WHERE ${everything} AND ${made('t.oid')} AND ${notOfExtension('pg_transform', 't.oid')}`;

/** Routines, types and what makes them work: kind, name, definition, owner, acl. */
export const typeParts = [
  ...[routine, type, operator, operatorClass, operatorFamily, collation, conversion],
  ...[searchConfiguration, searchDictionary, searchParser, searchTemplate, cast, transform],
];
