import type { ValueMap } from '../../base/value.js';
import type { Shape } from '../../model/shape.js';
import type { ContainerFacts } from '../../ports/docker.js';

const fields = {
  id: 'string',
  name: 'string',
  started_at: 'string',
  status: 'string',
  image: 'string',
  ports: { list: { fields: { port: 'string', host_ip: 'string', host_port: 'string' } } },
  mounts: { list: { fields: { type: 'string', from: 'string', to: 'string', read_only: 'bool' } } },
  networks: { list: 'string' },
  privileged: 'bool',
  restart_count: 'int',
} as const satisfies Readonly<Record<string, Shape>>;

export const containerShape = { fields } as const satisfies Shape;
/** The same of one that may be absent. */
export const presenceShape: Shape = {
  fields: {
    present: 'bool',
    ...Object.fromEntries(Object.entries(fields).map(([name, shape]) => [name, { nullable: shape }])),
  },
};

/** What `docker inspect` shows, in the order and in the words that don't change between two looks. */
export function observed(facts: ContainerFacts): ValueMap {
  const { id, name, startedAt, status, image, ports, mounts, networks, privileged, restartCount } = facts;
  return {
    ...{ id, name, started_at: startedAt, status, image },
    ports: ports.map(({ port, hostIp, hostPort }) => ({ port, host_ip: hostIp, host_port: hostPort })),
    mounts: mounts.map(({ type, from, to, readOnly }) => ({ type, from, to, read_only: readOnly })),
    networks: networks.map((network) => network.name),
    privileged,
    restart_count: restartCount,
  };
}

export const nobody: ValueMap = {
  present: false,
  ...Object.fromEntries(Object.keys(fields).map((name) => [name, null])),
};
