import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import type { Value } from '../../../base/value.js';
import { limitsOf } from '../../docker/limits.js';
import type { KindProblem, ProbeContext, ProbeExecutor, ProtectedNames } from '../../executor.js';
import { ask, textOf } from '../../postgres/ask.js';
import { withOwnSession } from '../../postgres/with-session.js';
import type { Args } from './schema.js';

/** Looks at one thing after the other; what isn't there, or can't be looked at, is an error and no observation. */
export const execute: ProbeExecutor<Args> = async ({ only }, context) => {
  const names = context.protectedNames();
  if (!names.ok) return names;
  const asked = <T>(part: NonNullable<Args['only']>[number], list: readonly T[]): readonly T[] =>
    only === undefined || only.includes(part) ? list : [];
  const containers = await each(asked('containers', names.value.containers), (one) =>
    container(one, context),
  );
  if (!containers.ok) return containers;
  const clusters = await each(asked('clusters', names.value.clusters), (name) => cluster(name, context));
  if (!clusters.ok) return clusters;
  const files = await each(asked('files', names.value.files), (file) => fileState(file, context));
  if (!files.ok) return files;
  if (containers.value.length + clusters.value.length + files.value.length === 0)
    return err({
      code: 'PROTECTED_EMPTY',
      message: 'nothing that was asked for is declared as protected',
      next: 'Name it under `protected`, or leave the gate out.',
    });
  return ok({ containers: containers.value, clusters: clusters.value, files: files.value });
};

async function each<T>(
  items: readonly T[],
  look: (item: T) => Promise<Result<Value, KindProblem>>,
): Promise<Result<readonly Value[], KindProblem>> {
  const seen: Value[] = [];
  for (const item of items) {
    const state = await look(item);
    if (!state.ok) return state;
    seen.push(state.value);
  }
  return ok(seen);
}

/** The three facts that tell whether somebody touched it. A container that isn't there is no observation. */
async function container(
  { name, at }: ProtectedNames['containers'][number],
  context: ProbeContext,
): Promise<Result<Value, KindProblem>> {
  const facts = await context.docker.container(at, limitsOf(context));
  if (!facts.ok) return facts;
  if (facts.value === null)
    return err({
      code: 'CONTAINER_GONE',
      message: `the protected container ${name} is not there`,
      next: 'Names are exact. Where no container engine runs, skip the gate with `when` and a reason.',
    });
  const { id, startedAt, status } = facts.value;
  return ok({ name, id, started_at: startedAt, status });
}

const statement = `
  SELECT (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) AS system_identifier,
    pg_catalog.to_char(pg_catalog.pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS started_at`;

const cluster = (target: string, context: ProbeContext): Promise<Result<Value, KindProblem>> =>
  withOwnSession(context, target, async (session) => {
    const rows = await ask(session, statement);
    if (!rows.ok) return rows;
    const [row = {}] = rows.value;
    return ok({
      target,
      system_identifier: textOf(row, 'system_identifier'),
      started_at: textOf(row, 'started_at'),
    });
  });

async function fileState(
  { path, at }: { readonly path: string; readonly at: string },
  { files, signal }: ProbeContext,
): Promise<Result<Value, KindProblem>> {
  const sha256 = await files.sha256(at, signal);
  return sha256.ok ? ok({ path, sha256: sha256.value }) : sha256;
}
