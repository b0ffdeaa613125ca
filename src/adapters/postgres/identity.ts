import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { quoteIdentifier } from '../../base/sql.js';
import type { Rows, PgProblem, SessionSpec } from '../../ports/postgres.js';
import { field } from '../../base/value.js';
import { place, pooled } from './problem.js';

// Roles that can become one that runs programs or writes files on the server (PostgreSQL docs, 22.5). A role's own
// search_path may put others' functions, types and operators before the built-in ones: each is named with its schema.
const identityStatement = `
  SELECT pg_catalog.current_database()::pg_catalog.text AS database,
    (SELECT system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system()) AS system_identifier,
    pg_catalog.pg_backend_pid() AS pid, session_user::pg_catalog.text AS role,
    pg_catalog.current_setting('transaction_read_only') AS read_only,
    (SELECT pg_catalog.string_agg(r.rolname::pg_catalog.text, ', ' ORDER BY r.rolname) FROM pg_catalog.pg_roles r
      WHERE (r.rolsuper OR r.rolname OPERATOR(pg_catalog.=) ANY ('{pg_execute_server_program,pg_write_server_files}'::pg_catalog.name[]))
        AND pg_catalog.pg_has_role(session_user, r.oid, 'MEMBER')) AS powers`;

type Query = (text: string) => Promise<Result<Rows, PgProblem>>;

/**
 * The session's first statement. Nothing else runs where it doesn't find what was declared. A server announces the
 * process that it gives to a connection (`BackendKeyData`, docs, 55.2.1); whoever shares out sessions announces another.
 */
export async function assertIdentity(
  query: Query,
  spec: SessionSpec,
  announcedPid: number | null,
): Promise<Result<number, PgProblem>> {
  const result = await query(identityStatement);
  if (!result.ok) return err(unreadable(result.error, spec));
  const row = result.value.rows[0] ?? {};
  const text = (name: string): string => {
    const value = field(row, name);
    return typeof value === 'string' ? value : '';
  };
  const { expected } = spec;
  const pid = Number(field(row, 'pid'));
  const problem =
    shared(spec, announcedPid, pid) ??
    mismatch('database', expected.database, text('database')) ??
    mismatch('system_identifier', expected.systemIdentifier, text('system_identifier')) ??
    same(expected.notSystemIdentifier, text('system_identifier')) ??
    tooPowerful(spec, text('role'), text('powers')) ??
    writable(spec, text('read_only'));
  return problem ? err(problem) : ok(pid);
}

function shared({ connection }: SessionSpec, announced: number | null, pid: number): PgProblem | undefined {
  if (announced === pid) return undefined;
  return pooled(
    `what answers at ${place(connection)} is a pooler: the session is served by process ${pid} of PostgreSQL, and ${announced ?? 'none'} was announced`,
  );
}

function unreadable(problem: PgProblem, spec: SessionSpec): PgProblem {
  if (problem.sqlstate !== '42501') return problem;
  return {
    ...problem,
    code: 'IDENTITY_UNREADABLE',
    message: `the role ${spec.connection.user} may not read the cluster's identity: ${problem.message}`,
    next: `A superuser grants it: GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system() TO ${quoteIdentifier(spec.connection.user)};`,
  };
}

export function mismatch(what: string, expected: string | undefined, found: string): PgProblem | undefined {
  if (expected === undefined || expected === found) return undefined;
  return {
    code: 'IDENTITY_MISMATCH',
    message: `${what} is ${found}, expected ${expected}; nothing was executed there`,
    next: 'Find out which server this is before you run again.',
  };
}

function same(forbidden: string | undefined, found: string): PgProblem | undefined {
  if (forbidden === undefined || forbidden !== found) return undefined;
  return {
    code: 'IDENTITY_MISMATCH',
    message: `system_identifier is ${found}, the one it must differ from; nothing was executed there`,
    next: 'This is the same cluster, or a physical clone of it.',
  };
}

function tooPowerful(spec: SessionSpec, role: string, powers: string): PgProblem | undefined {
  if (!spec.refuseSuperuser || powers === '') return undefined;
  return {
    code: 'SUPERUSER_REFUSED',
    message: `the role ${role} can act as ${powers}: a read-only session can't hold it back`,
    next: 'Connect as a role with SELECT only (pg_read_all_data), or declare `superuser: "reason"` on the target.',
  };
}

function writable(spec: SessionSpec, readOnly: string): PgProblem | undefined {
  if (!spec.readOnly || readOnly === 'on') return undefined;
  return {
    code: 'NOT_READ_ONLY',
    message: 'the session did not become read-only, although it was asked for',
    next: 'Something between us and PostgreSQL drops startup options: connect to the server itself.',
  };
}
