import type { Result } from '../../../base/result.js';
import { ok } from '../../../base/result.js';
import { counted } from '../../../base/words.js';
import type { Session } from '../../../ports/postgres.js';
import type { KindProblem } from '../../executor.js';
import { ask, textOf } from '../ask.js';
import type { Scope } from '../content/sequences.js';
import type { CatalogEntry } from './capture.js';
import { inDump } from './relations.js';
import { everything, inSchemas, joinSchema, notOfExtension, ofRelation, writtenTrigger } from './words.js';

const thisDatabase = '(SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())';

/** What is there and no dump of this scope brings back, or nobody compares: a line of words each. */
const parts = [
  `SELECT format('index %s.%s (invalid: a dump leaves it out)', n.nspname, c.relname)
   FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid ${joinSchema} c.relnamespace
   WHERE NOT ${inDump} AND ${inSchemas} AND ${ofRelation('i.indrelid')} AND ${notOfExtension('pg_class', 'i.indrelid')}`,
  `SELECT format('foreign keys (%s) of named tables (what they refer to may not be in the dump)', count(*))
   FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' AND k.conrelid::text = ANY ($2::text[]) HAVING count(*) > 0`,
  `SELECT format('triggers (%s) of named tables (what they call may not be in the dump)', count(*))
   FROM pg_catalog.pg_trigger t WHERE ${writtenTrigger} AND t.tgrelid::text = ANY ($2::text[]) HAVING count(*) > 0`,
  `SELECT format('disabled foreign key %s.%s.%s (in a restored database it is enabled)', n.nspname, c.relname, k.conname)
   FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid ${joinSchema} c.relnamespace
   WHERE k.contype = 'f' AND ${inSchemas} AND $2::text[] IS NULL AND EXISTS (SELECT FROM pg_catalog.pg_trigger t
     WHERE t.tgconstraint = k.oid AND t.tgenabled <> 'O')`,
  `SELECT format('tablespace %s (a throwaway server has only its own)', s.spcname)
   FROM pg_catalog.pg_tablespace s WHERE EXISTS (SELECT FROM pg_catalog.pg_class c ${joinSchema} c.relnamespace
     WHERE c.reltablespace = s.oid AND ${inSchemas} AND ${ofRelation('c.oid')})`,
  `SELECT format('versions and objects of extensions: %s', string_agg(e.extname, ', ' ORDER BY e.extname::text COLLATE "C"))
   FROM pg_catalog.pg_extension e WHERE ${everything} AND e.extname <> 'plpgsql' HAVING count(*) > 0`,
  `SELECT format('that there is no comment on extensions: %s (a restored one has its own)', string_agg(e.extname, ', ' ORDER BY e.extname::text COLLATE "C"))
   FROM pg_catalog.pg_extension e WHERE ${everything} AND e.extname <> 'plpgsql'
     AND pg_catalog.obj_description(e.oid, 'pg_extension') IS NULL HAVING count(*) > 0`,
  `SELECT format('options of user mappings on %s (they are secrets)', string_agg(DISTINCT u.srvname::text, ', '))
   FROM pg_catalog.pg_user_mappings u WHERE ${everything} HAVING count(*) > 0`,
  `SELECT format('subscription %s (only a dump by a superuser has it)', s.subname)
   FROM pg_catalog.pg_subscription s WHERE ${everything} AND s.subdbid = ${thisDatabase}`,
  `SELECT format('setting %s of the database%s (a dump of it has none)', split_part(c, '=', 1),
     CASE WHEN s.setrole <> 0 THEN ' for ' || pg_catalog.pg_get_userbyid(s.setrole) END)
   FROM pg_catalog.pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) c WHERE ${everything} AND s.setdatabase = ${thisDatabase}`,
  `SELECT 'privileges on the database itself (a dump of it has none)'
   FROM pg_catalog.pg_database d WHERE ${everything} AND d.oid = ${thisDatabase} AND d.datacl IS NOT NULL`,
  `SELECT 'the comment on the database itself (a dump of it has none)'
   FROM pg_catalog.pg_database d WHERE ${everything} AND d.oid = ${thisDatabase}
     AND pg_catalog.shobj_description(d.oid, 'pg_database') IS NOT NULL`,
];
const statement = `SELECT words FROM (${parts.join('\nUNION ALL ')}) AS o (words) ORDER BY words COLLATE "C"`;

export async function captureNotCovered(
  session: Session,
  scope: Scope,
): Promise<Result<readonly string[], KindProblem>> {
  const rows = await ask(session, statement, [
    scope.schemas ?? null,
    scope.relations?.map((r) => r.oid) ?? null,
  ]);
  return rows.ok ? ok(rows.value.map((row) => textOf(row, 'words'))) : rows;
}

const inInformationSchema = ({ kind, name }: CatalogEntry): boolean =>
  kind === 'privileges' && /^[a-z ]+ information_schema(?:$|\.)/.test(name);
/** As initdb leaves that schema; pg_init_privs doesn't tell. */
const isInitial = ({ acl }: CatalogEntry): boolean => /^PUBLIC=(?:USAGE|SELECT)\/$/.test(acl);

/** What somebody granted in information_schema: no dump has it. */
export const isUndumped = (entry: CatalogEntry): boolean => inInformationSchema(entry) && !isInitial(entry);
/** What every new database has there, whatever its source revoked. */
export const isOfInitdb = (entry: CatalogEntry): boolean => inInformationSchema(entry) && isInitial(entry);

/** As a line of `captureNotCovered`. */
export function undumpedWords(catalog: readonly CatalogEntry[]): readonly string[] {
  const { length } = catalog.filter(isUndumped);
  return length === 0
    ? []
    : [`privileges in information_schema (on ${counted(length, 'object')}; a dump has none)`];
}
