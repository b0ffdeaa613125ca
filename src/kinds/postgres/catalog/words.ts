import { userSchema } from '../content/relations.js';

/** Pieces of the catalog's queries. `$1`: schemas or null; `$2`: oids of relations or null. */

const classOf = (catalog: string): string => `'pg_catalog.${catalog}'::pg_catalog.regclass`;

/** Objects of extensions are left out: a dump has none of them. */
export const notOfExtension = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = ${classOf(catalog)}
    AND x.objid = ${oid} AND x.deptype = 'e')`;
export const inSchemas = `${userSchema('n.nspname')} AND ($1::text[] IS NULL OR n.nspname = ANY ($1::text[]))`;
export const ofRelation = (oid: string): string => `($2::text[] IS NULL OR ${oid}::text = ANY ($2::text[]))`;
/** Not in a dump of named tables. */
export const noTables = '$2::text[] IS NULL';
/** Only in a dump of everything: what lies in no schema. */
export const everything = `${noTables} AND $1::text[] IS NULL`;
/** Oids below it are initdb's. */
export const firstMade = '16384';
export const made = (oid: string): string => `${oid} >= ${firstMade}`;
/** Somebody's triggers, not those that constraints are made of. In 14 a partition's copy of its parent's is internal. */
export const writtenTrigger = '(NOT t.tgisinternal OR (t.tgparentid <> 0 AND t.tgconstraint = 0))';
export const joinSchema = 'JOIN pg_catalog.pg_namespace n ON n.oid = ';

export const owner = (column: string): string => `pg_catalog.pg_get_userbyid(${column})`;
export const roleOf = (column: string): string =>
  `CASE ${column} WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(${column})::text END`;

/** Roles in words, sorted: their order in an array means nothing. */
export const roles = (column: string): string =>
  `(SELECT string_agg(${roleOf('r')}, ',' ORDER BY r = 0, pg_catalog.pg_get_userbyid(r)::text COLLATE "C") FROM unnest(${column}) r)`;

/** ACL items in words, a line each, since a name may hold spaces; sorted. A null ACL is its default. */
export const acl = (column: string, type: string, ownedBy: string): string =>
  aclWords(`coalesce(${column}, pg_catalog.acldefault(${type}, ${ownedBy}))`, owner('a.grantor'), 'true');

/** What others than its owner may do, whoever granted it: the owner of a system object has another name elsewhere. */
export const aclOfOthers = (column: string, ownedBy: string): string =>
  aclWords(column, `''`, `a.grantee <> ${ownedBy}`);

const aclWords = (items: string, grantor: string, which: string): string =>
  `(SELECT coalesce(string_agg(format('%s=%s%s/%s', ${roleOf('a.grantee')}, a.privilege_type,
      CASE WHEN a.is_grantable THEN '*' ELSE '' END, ${grantor}), E'\\n' ORDER BY a.grantee = 0,
      pg_catalog.pg_get_userbyid(a.grantee)::text COLLATE "C", a.privilege_type COLLATE "C",
      pg_catalog.pg_get_userbyid(a.grantor)::text COLLATE "C"), '')
    FROM pg_catalog.aclexplode(${items}) a WHERE ${which})`;

/** Behind a definition, and told apart from it by what stands in none. */
export const beforeComment = '\u0001';
export const comment = (oid: string, catalog: string, sub = '0'): string =>
  `coalesce((SELECT pg_catalog.chr(1) || d.description FROM pg_catalog.pg_description d WHERE d.objoid = ${oid}
    AND d.classoid = ${classOf(catalog)} AND d.objsubid = ${sub}), '')`;

/** `name=value` options, sorted. */
export const options = (column: string): string =>
  `(SELECT string_agg(o, ',' ORDER BY o COLLATE "C") FROM unnest(${column}) o)`;
