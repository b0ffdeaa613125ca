import { actions, command, free, gate, guards, ruleTable, runbook } from '../support/table.js';

const image = `sha256:${'4a'.repeat(32)}`;
const box = (more = ''): string =>
  `{docker.container: {name: box, image: ${image}, argv: [sleep, infinity]${more}}, as: box}`;
const net = '{docker.network: {name: net}, as: net}';
const data = '{docker.volume: {name: data}, as: data}';
const destroy = (...names: readonly string[]): string =>
  `teardown:\n${command('C-09', actions(`destroy: [${names.join(', ')}]`))}`;
const doing = (names: readonly string[], ...items: readonly string[]): string =>
  runbook(command('C-01', `    effect: create\n${guards(free('G-01'))}${actions(...items)}`)) +
  destroy(...names);

ruleTable('resources-are-made-before-use', ['GB2312'], {
  valid: {
    'network, volume, copy, program': doing(
      ['box', 'data', 'net'],
      ...[net, data, box(', network: net, mounts: [{volume: data, to: /data}]')],
      'exec: {argv: [ls], in: box}',
    ),
    'a program in teardown':
      runbook(command('C-01', `${guards(free('G-01'))}${actions(box())}`)) +
      `teardown:\n${command('C-09', `    effect: destroy\n${actions('exec: {argv: [ls], in: box}', 'destroy: [box]')}`)}`,
  },
  invalid: {
    'a container that nothing makes': [doing(['box'], box(), 'exec: {argv: [ls], in: bax}'), 'GB2312 bax'],
    'a container that is made later': [doing(['box'], 'exec: {argv: [ls], in: box}', box()), 'GB2312 box'],
    'something else of that name': [doing(['net'], net, 'exec: {argv: [ls], in: net}'), 'GB2312 net'],
    'a network': [doing(['box'], box(', network: nat')), 'GB2312 nat'],
    'a volume': [doing(['box'], box(', mounts: [{volume: dota, to: /data}]')), 'GB2312 dota'],
    'a probe': [
      runbook(
        command(
          'C-01',
          guards(gate('G-01', 'probe: {exec: {argv: [ls], in: box}}, expect: {stdout: x}')) + actions(box()),
        ),
      ) + destroy('box'),
      'GB2312 box',
    ],
  },
});

ruleTable('resources-are-destroyed, on an engine', ['GB2304'], {
  valid: { 'each by its name': doing(['box', 'data', 'net'], net, data, box()) },
  invalid: {
    'each that is left': [
      doing(['box'], net, data, box()),
      ...['GB2304 docker.network', 'GB2304 docker.volume'],
    ],
  },
});

ruleTable('no-expression-in-code, in a container', ['GB2210'], {
  valid: { 'in env': doing(['box'], box(', env: {RUN: "${{ run.id }}"}')) },
  invalid: {
    "in its program's text": [
      doing(['box'], box().replace('[sleep, infinity]', '[sh, -c, "echo ${{ run.id }}"]')),
      'GB2210 "echo ${{ run.id }}"',
    ],
  },
});

ruleTable('images-are-pinned, of a container', ['GB2710'], {
  valid: { 'by id': doing(['box'], box()) },
  invalid: { 'by a tag': [doing(['box'], box().replace(image, 'postgres:16')), 'GB2710 postgres:16'] },
});
