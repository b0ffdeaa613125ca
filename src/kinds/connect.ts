import { join } from 'node:path';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { TargetDeclaration } from '../model/runbook.js';
import type { ConnectionParts } from '../ports/postgres.js';
import type { KindProblem, ProbeContext } from './executor.js';
import { libpqVariables, passField } from './postgres/libpq.js';

/**
 * Of a password file, for one server and user (PostgreSQL docs, 34.16), valid for each of its databases; empty without a
 * password. The folder of a socket is `localhost` to a libpq that was compiled with it, and which that is we don't know.
 */
function passwordLines({ host, port, user, password }: ConnectionParts): string {
  if (password === undefined) return '';
  const hosts = host.startsWith('/') ? [host, 'localhost'] : [host];
  return hosts
    .map((one) => `${passField(one)}:${port}:*:${passField(user)}:${passField(password)}\n`)
    .join('');
}

/** What a program does there nobody can hold back, so it is never handed production or a server by its URL. */
export const isConnectable = (via: TargetDeclaration['postgres']['via'], production: boolean): boolean =>
  via !== 'url' && via !== 'docker' && !production;

export interface ConnectionEnv {
  readonly env: Readonly<Record<string, string>>;
  /** Destroys the password file. */
  readonly forget: () => Promise<Result<unknown, KindProblem>>;
}

/** libpq's variables for a target; the password stands in a private file of the run, never in the environment. */
export async function connectionEnv(
  name: string,
  context: ProbeContext,
): Promise<Result<ConnectionEnv, KindProblem>> {
  const target = context.target(name);
  if (!target.ok) return target;
  const { declaration, connection } = target.value;
  if (!isConnectable(declaration.postgres.via, declaration.production))
    return err({
      code: 'CONNECT_REFUSED',
      message: `a program may be connected to a sandbox, or to an \`of:\` target that isn't on production, and ${name} is neither`,
    });
  const nonce = context.files.nonce();
  const path = join(context.run.work, `pgpass-${nonce}`);
  const staged = await context.files.stageFile(path, nonce, passwordLines(connection));
  if (!staged.ok) return staged;
  const published = await context.files.publish(staged.value);
  if (!published.ok) return published;
  return ok({
    env: { ...libpqVariables(connection), PGPASSFILE: path },
    forget: () => context.files.remove(staged.value),
  });
}
