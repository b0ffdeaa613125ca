import { err, ok } from '../../../base/result.js';
import type { Result } from '../../../base/result.js';
import { cutBefore } from '../../../base/visible.js';
import { listed } from '../../../base/words.js';
import type { ContainerFacts, ContainerSpec, DockerHandle } from '../../../ports/docker.js';
import { limitsOf } from '../../docker/limits.js';
import { makeOnEngine } from '../../docker/make.js';
import { mountsOf } from '../../docker/mounts.js';
import { ofThisRun } from '../../docker/of-this-run.js';
import type { ActionContext, ActionExecutor, KindProblem } from '../../executor.js';
import type { Args } from './schema.js';

const lastLines = 5;
const pinned = /^([a-z0-9][a-z0-9._/:-]{0,254}@)?sha256:[0-9a-f]{64}$/;

async function specOf(args: Args, context: ActionContext): Promise<Result<ContainerSpec, KindProblem>> {
  const { image, network, argv, env, user, cwd, mounts = [], publish = [] } = args;
  if (!pinned.test(image))
    return err({
      code: 'IMAGE_UNPINNED',
      message: `the image ${image} is named by something else than its content`,
      next: 'NAME@sha256:… or sha256:…, as docker images --digests --no-trunc shows it',
    });
  const joined = network === undefined ? null : ofThisRun('network', network, context.ledger);
  if (joined !== null && !joined.ok) return joined;
  const checked = await mountsOf(mounts, context);
  if (!checked.ok) return checked;
  return ok({
    image,
    network: joined?.value.id ?? 'none',
    ...(argv !== undefined && { argv }),
    ...(env !== undefined && { env }),
    ...(user !== undefined && { user }),
    ...(cwd !== undefined && { cwd }),
    mounts: checked.value,
    publish: publish.map(({ port, protocol = 'tcp', host_port = 0, host_ip = '127.0.0.1' }) => ({
      ...{ port, protocol },
      hostIp: host_ip,
      hostPort: host_port,
    })),
  });
}

export const execute: ActionExecutor<Args> = async (args, context) => {
  const spec = await specOf(args, context);
  if (!spec.ok) return spec;
  const made = await makeOnEngine('container', args.name, context, (intent) =>
    context.docker.createContainer(intent, spec.value, limitsOf(context)),
  );
  if (!made.ok) return made;
  const facts = await context.docker.start(made.value, limitsOf(context));
  if (!facts.ok) return facts;
  const { id, name, startedAt, running, exitCode } = facts.value;
  if (!running && exitCode !== 0) return err(await failedAtOnce(made.value, facts.value, context));
  return ok({ outputs: { id, name, started_at: startedAt }, words: words(facts.value, args) });
};

/** What a reader of the report should know of it, also what could not be hidden. */
function words({ id, name, ports, networks }: ContainerFacts, { env = {} }: Args): string {
  const variables = Object.keys(env).sort();
  return [
    `${name} (${id.slice(0, 12)})`,
    networks.every((network) => network.name === 'none') ? 'no network' : listed(networks.map((n) => n.name)),
    ports.length === 0
      ? 'no published port'
      : listed(ports.map((p) => `${p.port} at ${p.hostIp}:${p.hostPort}`)),
    ...(variables.length === 0
      ? []
      : [`docker inspect shows its environment (${listed(variables)}) as long as it is there`]),
  ].join('; ');
}

async function failedAtOnce(
  handle: DockerHandle,
  { name, exitCode }: ContainerFacts,
  context: ActionContext,
): Promise<KindProblem> {
  const said = await context.docker.lastLines(handle, lastLines, limitsOf(context));
  const last = said.ok ? cutBefore(context.redact(said.value.trim()), 500) : '';
  return {
    code: 'CONTAINER_FAILED',
    message: `the container ${name} ended at once with code ${exitCode}${last === '' ? '' : `: ${last}`}`,
    exitCode,
    next: 'see what its program needs: its argv, its env, its mounts',
  };
}
