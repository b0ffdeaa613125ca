import { chooseFolder } from '../../adapters/sandbox/engine.js';
import {
  installServer,
  isSupportedServer,
  supportedServers,
  unsupportedServerAdvice,
} from '../../base/postgres-versions.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { field } from '../../base/value.js';
import { textOf } from '../../kinds/postgres/ask.js';
import type { Binding } from '../../model/binding.js';
import type { Plan } from '../../model/plan.js';
import { isTemplateMap } from '../../model/template.js';
import type { Session } from '../../ports/postgres.js';
import type { Processes } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';

const versionMs = 5_000;

interface Server {
  readonly text: string;
  readonly major: number;
}

/**
 * Whether the server that this session is on is one that the plan can be carried out with here: a version that we
 * know, a pg_dump that isn't older, and programs for the throwaway servers that are made like it. Asked before
 * anything has run: a backup that can't be taken or tried is found out now.
 */
export async function checkServerVersion(
  {
    plan,
    binding,
    processes,
  }: { readonly plan: Plan; readonly binding: Binding; readonly processes: Processes },
  name: string,
  session: Session,
): Promise<Result<null, Problem>> {
  const asked = await session.query(
    `SELECT pg_catalog.current_setting('server_version') AS text,
       pg_catalog.current_setting('server_version_num')::int OPERATOR(pg_catalog./) 10000 AS major`,
  );
  if (!asked.ok) return asked;
  const row = asked.value.rows[0] ?? {};
  const server = { text: textOf(row, 'text'), major: Number(field(row, 'major')) };
  if (!isSupportedServer(server.major))
    return err({
      code: 'SERVER_VERSION',
      message: `target ${name}: the server is PostgreSQL ${server.text}; Gatebook works with ${supportedServers}`,
      next: unsupportedServerAdvice(server.major),
    });
  const dump = backsUp(plan, name) ? await checkDump(processes, name, server) : ok(null);
  return dump.ok ? checkSandboxes(plan, binding, name, server) : dump;
}

/** The target whose server it is: another user's sessions are on the same one. */
function serverOf(plan: Plan, name: string): string {
  const postgres = plan.targets[name]?.postgres;
  return postgres?.via === 'of' ? postgres.of : name;
}

const backsUp = (plan: Plan, name: string): boolean =>
  [...plan.commands, ...plan.teardown].some(({ actions }) =>
    actions.some(
      ({ kind, args }) =>
        kind === 'postgres.backup' &&
        isTemplateMap(args) &&
        typeof args['target'] === 'string' &&
        serverOf(plan, args['target']) === name,
    ),
  );

/** pg_dump refuses a server that is newer than itself, but only once it is asked. */
async function checkDump(processes: Processes, name: string, server: Server): Promise<Result<null, Problem>> {
  const limits = { timeoutMs: versionMs, signal: AbortSignal.timeout(versionMs) };
  const asked = await processes.forServer(server.major).run({ argv: ['pg_dump', '--version'] }, limits);
  if (!asked.ok) return asked;
  const [, version = '', major = ''] = /\s((\d+)[.\w]*)/.exec(asked.value.stdout) ?? [];
  if (Number(major) >= server.major) return ok(null);
  const { program } = asked.value;
  return err({
    code: 'DUMP_VERSION',
    message:
      `target ${name}: the server is PostgreSQL ${server.text}, and the pg_dump here is ` +
      `${version || 'of an unknown version'} (${program}); it reads no newer server than itself`,
    next: installServer(server.major),
  });
}

/** Those in containers say their version when they are started. */
async function checkSandboxes(
  plan: Plan,
  binding: Binding,
  name: string,
  server: Server,
): Promise<Result<null, Problem>> {
  for (const [sandbox, { postgres, identity }] of Object.entries(plan.targets)) {
    const like = identity?.differs_from;
    if (postgres.via !== 'sandbox' || like === undefined || serverOf(plan, like) !== name) continue;
    if (binding.targets[sandbox]?.engine !== 'local') continue;
    const { version } = postgres;
    // An expression over the run is looked at when the server is started.
    const major =
      typeof version === 'string' || typeof version === 'number' ? parseInt(`${version}`, 10) : NaN;
    const chosen = await chooseFolder({ source: server.major, ...(!Number.isNaN(major) && { major }) });
    if (!chosen.ok) return err({ ...chosen.error, message: `target ${sandbox}: ${chosen.error.message}` });
  }
  return ok(null);
}
