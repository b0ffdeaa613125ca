import { randomBytes } from 'node:crypto';
import { err, ok } from '../../base/result.js';
import type { Docker } from '../../ports/docker.js';
import type { Processes } from '../../ports/process.js';
import { ask, order, orderMs } from './client.js';
import { copyIn, fileIn } from './copy.js';
import { createContainer, createNetwork, createVolume } from './create.js';
import { destroy } from './destroy.js';
import { endExec } from './end-exec.js';
import { exec, execProgram } from './exec.js';
import { findContainer, findImage, findLabelled } from './inspect.js';
import { fail, refusal } from './problems.js';

/** The engine at this address, through the docker program. Handles of a past run name their own. */
export function createDocker({
  processes,
  host,
}: {
  readonly processes: Processes;
  readonly host: string;
}): Docker {
  const client = { processes, host };
  const container: Docker['container'] = (name, limits) => findContainer(client, name, limits);
  return {
    host,
    engine: async (limits) => {
      const answer = await order(client, ['version', '--format', '{{json .Server}}'], limits);
      if (!answer.ok) return answer;
      const found = /"Version":"([^"]{1,64})","ApiVersion":"([^"]{1,16})"/.exec(answer.value);
      const [, version, apiVersion] = found ?? [];
      return version === undefined || apiVersion === undefined
        ? fail('DOCKER_FAILED', 'docker version answered without a version')
        : ok({ version, apiVersion });
    },
    image: (reference, limits) => findImage(client, reference, limits),
    container,
    containers: async (filter, limits) => {
      if ('label' in filter) return findLabelled(client, filter.label, limits);
      const one = await container(filter.name, limits);
      if (!one.ok) return one;
      return ok(one.value === null ? [] : [one.value]);
    },
    intend: (type, name, run) => ({
      ...{ type, host, name, run },
      nonce: randomBytes(16).toString('hex'),
      id: null,
      volumes: null,
    }),
    createNetwork: (intent, spec, limits) => createNetwork(processes, intent, spec, limits),
    createVolume: (intent, limits) => createVolume(processes, intent, limits),
    createContainer: (intent, spec, limits) => createContainer(processes, intent, spec, limits),
    start: async (handle, limits) => {
      if (handle.id === null) return fail('CONTAINER_GONE', `the container ${handle.name} was never made`);
      const args = ['container', 'start', '--', handle.id];
      const started = await order({ processes, host: handle.host }, args, limits, { patienceMs: orderMs });
      if (!started.ok) return started;
      const facts = await findContainer({ processes, host: handle.host }, handle.id, limits);
      if (!facts.ok) return facts;
      return facts.value === null
        ? fail('CONTAINER_GONE', `the container ${handle.name} is gone: something else removed it`)
        : ok(facts.value);
    },
    exec: (handle, spec, limits) => exec(processes, handle, spec, limits),
    program: execProgram,
    endExec: (handle, mark, user) => endExec(processes, handle, mark, user),
    copyIn: (handle, file, limits) => copyIn(processes, handle, file, limits),
    fileIn: (handle, path, limits) => fileIn(processes, handle, path, limits),
    lastLines: async (handle, lines, limits) => {
      const args = ['container', 'logs', '--tail', String(lines), '--', handle.id ?? handle.name];
      const said = await ask({ processes, host: handle.host }, args, limits);
      if (!said.ok) return said;
      const { exitCode, stdout, stderr } = said.value;
      if (exitCode !== 0) return err(refusal(handle.host, 'docker logs', stderr));
      return ok(`${stdout}${stderr}`);
    },
    destroy: (handle) => destroy(processes, handle),
  };
}
