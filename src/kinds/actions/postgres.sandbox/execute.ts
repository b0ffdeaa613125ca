import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import type { ContainerPlan, Server, ServerSpec } from '../../../ports/sandbox.js';
import type { ActionContext, ActionExecutor, KindProblem, SandboxRequest } from '../../executor.js';
import { asKindProblem } from '../../postgres/ask.js';
import { startRecorded } from '../../postgres/start-recorded.js';
import { withOwnSession } from '../../postgres/with-session.js';
import type { Args } from './schema.js';
import type { Source } from './source.js';
import { checkExtensions, readSource } from './source.js';

export const execute: ActionExecutor<Args> = async ({ target }, context) => {
  const request = context.sandboxRequest(target);
  if (!request.ok) return request;
  const source = await sourceOf(context, request.value);
  if (!source.ok) return source;
  const spec = serverSpec(context, request.value, source.value);
  if (!spec.ok) return spec;
  const server = await startRecorded(
    context,
    { kind: 'postgres.sandbox', name: context.as ?? target },
    spec.value,
  );
  if (!server.ok) return server;
  const checked = await checkServer(context, server.value, source.value);
  if (!checked.ok) return checked;
  const { connection, systemIdentifier, version, handle, isolation } = server.value;
  context.provide(target, { connection, systemIdentifier });
  return ok({
    outputs: {
      id: handle.nonce,
      system_identifier: systemIdentifier,
      version: version.text,
      engine: handle.engine,
      container: handle.engine === 'docker' ? handle.name : null,
    },
    words: `PostgreSQL ${version.text}${newerThan(source.value, version.major)}, sysid ${systemIdentifier}, ${isolation.split(',').map(isolationWords).join(', ')}`,
  });
};

/** A restore into another version is told from one into the same. */
const newerThan = (source: Source | null, major: number): string =>
  source === null || source.major === major ? '' : ` (its source is ${source.major})`;

/** What keeps the server apart, as the machine names it, in words. */
const isolationWords = (part: string): string =>
  ({
    'own-user': 'a user of its own',
    'user-nobody': 'user nobody',
    'own-network': 'no network',
    'own-container': 'a container of its own',
    'no-published-port': 'no published port',
  })[part] ?? part;

const sourceOf = async (
  context: ActionContext,
  { like }: SandboxRequest,
): Promise<Result<Source | null, KindProblem>> =>
  like === undefined ? ok(null) : withOwnSession(context, like, readSource);

function serverSpec(
  context: ActionContext,
  request: SandboxRequest,
  source: Source | null,
): Result<ServerSpec, KindProblem> {
  const { version, password, database } = request;
  const asked = version === undefined ? undefined : Number(/^\d+/.exec(version)?.[0]);
  if (asked !== undefined && !Number.isInteger(asked))
    return err({ code: 'SANDBOX_TYPE', message: `${JSON.stringify(version)} is not a PostgreSQL version` });
  const container = containerPlan(context, request);
  if (!container.ok) return container;
  return ok({
    ...(container.value && { container: container.value }),
    database: database ?? source?.database ?? 'postgres',
    ...(asked !== undefined && { major: asked }),
    ...(source && { source: source.major, locale: source.locale }),
    ...(password !== undefined && { password }),
    timeoutMs: context.timeoutMs,
    signal: context.signal,
  });
}

/** Where it is to be a container: named, of the bound image, in no network but one of this run's. */
function containerPlan(
  context: ActionContext,
  { engine, image, container, network }: SandboxRequest,
): Result<ContainerPlan | null, KindProblem> {
  if (engine === 'local') return ok(null);
  if (image === undefined) return err({ code: 'IMAGE_UNNAMED', message: 'no image was bound for it' });
  const ours = context.ledger
    .entries()
    .some(
      ({ kind, state, handle }) =>
        kind === 'docker.network' && state === 'created' && handle['name'] === network,
    );
  if (network !== undefined && !ours)
    return err({
      code: 'NETWORK_NOT_OURS',
      message: `${network} is no network of this run; a throwaway server goes into no other`,
      next: `make it before: docker.network: {name: ${network}}`,
    });
  return ok({
    ...{ run: context.run.id, image },
    ...(container !== undefined && { name: container }),
    ...(network !== undefined && { network }),
  });
}

/** Isolation is shown, not assumed: another cluster, and everything a restore needs. */
async function checkServer(
  context: ActionContext,
  server: Server,
  source: Source | null,
): Promise<Result<null, KindProblem>> {
  if (source === null) return ok(null);
  const session = await context.postgres.open({
    connection: server.superuser,
    expected: { notSystemIdentifier: source.systemIdentifier },
    applicationName: `gatebook/${context.run.id}/${context.label}`,
    readOnly: true,
    refuseSuperuser: false,
    statementTimeoutMs: context.timeoutMs,
    lockTimeoutMs: context.timeoutMs,
    signal: context.signal,
  });
  if (!session.ok) return err(asKindProblem(session.error));
  try {
    return await checkExtensions(session.value, source.extensions);
  } finally {
    await session.value.close();
  }
}
