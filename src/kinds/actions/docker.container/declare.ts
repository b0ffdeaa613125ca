import type { Value } from '../../../base/value.js';
import { isList } from '../../../base/value.js';
import type { ActionDeclaration } from '../../declaration.js';
import { madeBy } from '../../docker/references.js';
import { argument, shown } from '../../words.js';

const items = (args: Value, name: string): readonly Value[] => {
  const value = argument(args, name);
  return isList(value) ? value : [];
};
const has = (args: Value, name: string): boolean => argument(args, name) !== undefined;

function mountWords(mount: Value): string {
  const source = has(mount, 'volume') ? `the volume ${shown(mount, 'volume')}` : shown(mount, 'from');
  const readOnly = argument(mount, 'read_only');
  return `${source} at ${shown(mount, 'to')}${readOnly === undefined || readOnly === true ? ' read-only' : ' WRITABLE'}`;
}

function words(args: Value): string {
  const network = has(args, 'network') ? `on the network ${shown(args, 'network')}` : 'without a network';
  const mounts = items(args, 'mounts').map((mount) => `, mounts ${mountWords(mount)}`);
  const ports = items(args, 'publish').map((one) => `, publishes port ${shown(one, 'port')}`);
  const image = shown(args, 'image').replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/, '$1…');
  return `starts the container ${shown(args, 'name')} of ${image} ${network}${mounts.join('')}${ports.join('')}`;
}

export const declaration: ActionDeclaration = {
  name: 'docker.container',
  summary: 'Makes and starts a container of this run.',
  programs: ['docker'],
  words,
  effect: 'create',
  references: (args) => ({
    made: [
      ...madeBy(args, 'docker.network', 'network'),
      ...items(args, 'mounts').flatMap((mount, index) =>
        madeBy(mount, 'docker.volume', 'volume', ['mounts', index]),
      ),
    ],
  }),
  outputs: { fields: { id: 'string', name: 'string', started_at: 'string' } },
  creates: (args) => [
    { type: 'docker.container', durability: 'ephemeral', words: `the container ${shown(args, 'name')}` },
  ],
};
