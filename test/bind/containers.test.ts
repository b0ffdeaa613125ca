import { describe, expect, test } from 'vitest';
import { usesDocker } from '../../src/bind/engine.js';
import { err, ok } from '../../src/base/result.js';
import type { ContainersHere, Here } from '../../src/bind/index.js';
import { bind, decideMode } from '../../src/bind/index.js';
import { parseParam } from '../../src/plan/index.js';
import { planOf } from '../support/plan.js';

const runbook = (embedded = ''): string => `
targets:
  prod:
    postgres:
      docker: {container: {env: PROD_CONTAINER}, user: reader, database: directus}
${embedded}
    production: true
    identity: {database: directus}
  copy:
    postgres: {sandbox: {engine: auto}}
    access: write
    identity: {differs_from: prod}
commands:
  C-01: {title: t, expectations: {G-01: {title: t, probe: {value: 1}, expect: {equals: 1}}}}
`;
const withStandIn = runbook('      embedded: {seed: [seed.sql]}');
const environment = (variables: Readonly<Record<string, string>>) => ({
  get: (source: { readonly env: string } | { readonly file: string }) =>
    'env' in source ? variables[source.env] : undefined,
  names: () => Object.keys(variables),
});
const configured = { PROD_CONTAINER: 'postgres' };
const usual = { embedded: false, dryRun: false, approved: false, neverEmbedded: false, everLive: false };
const image = `sha256:${'a'.repeat(64)}`;
const asked: ContainersHere = {
  sandboxes: { copy: { engine: 'docker', image } },
  containers: { prod: { name: 'postgres', id: 'c'.repeat(64) } },
};
const here = (containers: ContainersHere): Here => ({
  environment: environment(configured),
  parseConnection: () => err({ code: 'URL_MALFORMED', message: 'none here' }),
  parseParam,
  randomHex: (bytes) => 'f0'.repeat(bytes),
  ...{ programs: [], approvers: null, confirmations: {}, project: '/p', path: '/usr/bin', steering: [] },
  ...{ state: 's', requester: 'o', keyring: '/k', containers },
  seal: (text) => text,
  sha256Of: () => null,
});
const bound = async (mode: 'live' | 'rehearsal', containers = asked) =>
  bind(await planOf(withStandIn), mode, here(containers));

describe('a server in a container', () => {
  test('its name from outside decides the mode as a URL does', async () => {
    const plan = await planOf(withStandIn);
    expect(decideMode(plan, environment(configured), usual)).toEqual(ok('live'));
    expect(decideMode(plan, environment({}), usual)).toEqual(ok('rehearsal'));
    expect(decideMode(plan, environment({ PROD_CONTAINER: ' ' }), usual)).toMatchObject({
      error: { code: 'VALUE_EMPTY' },
    });
  });

  test('without a stand-in there is no rehearsal, and the refusal names the variable', async () => {
    const refused = decideMode(await planOf(runbook()), environment({}), usual);
    expect(refused).toMatchObject({ ok: false, error: { code: 'NO_STAND_IN', exit: 4 } });
    expect(refused.ok ? '' : refused.error.message).toContain('targets.prod (PROD_CONTAINER)');
  });

  test('is bound by the full id that the name meant, with the engine that was asked', async () => {
    const result = await bound('live');
    expect(result).toMatchObject({
      value: {
        binding: {
          docker: { host: 'unix:///var/run/docker.sock' },
          targets: {
            prod: {
              via: 'docker',
              user: 'reader',
              database: 'directus',
              container: asked.containers['prod'],
            },
          },
        },
      },
    });
  });

  test('is bound to an engine of this machine only', async () => {
    const plan = await planOf(withStandIn);
    for (const dockerHost of [
      'tcp://10.0.0.7:2375',
      'ssh://there',
      'http://localhost',
      'unix://relative',
      '',
    ])
      expect(bind(plan, 'live', { ...here(asked), dockerHost }), dockerHost).toMatchObject({
        error: { code: 'ENGINE_ADDRESS', exit: 4 },
      });
  });

  test('in a rehearsal it is a stand-in, and no container is bound', async () => {
    const result = await bound('rehearsal', { sandboxes: { copy: { engine: 'local' } }, containers: {} });
    if (!result.ok) throw new Error(result.error.message);
    const { targets, docker, sandbox } = result.value.binding;
    expect(targets['prod']).toMatchObject({ via: 'docker', standIn: true });
    expect(targets['prod']).not.toHaveProperty('container');
    expect(docker).toBeUndefined();
    expect(sandbox).toEqual({ engine: 'local' });
  });
});

test('a throwaway server is bound to its engine and the id of its image', async () => {
  expect(await bound('live')).toMatchObject({
    value: { binding: { sandbox: { engine: 'docker' }, targets: { copy: { engine: 'docker', image } } } },
  });
});

describe('the address of the engine is bound wherever a run may speak to one:', () => {
  const uses = async (text: string) => usesDocker(await planOf(text), { sandboxes: {}, containers: {} });
  const probe = (probed: string): string =>
    `commands:\n  C-01: {title: t, expectations: {G-01: {title: t, probe: {${probed}}, expect: {exit_code: 0}}}}\n`;
  const pinned = "file: seed.sql, sha256: '354b7196c9ba5fb4b21cf615bb6ec4cd5c07503c34229feef033fc081a8c03f4'";
  test.each([
    ['a container that is protected', `protected: {containers: [db]}\n${probe('exec: {argv: [x]}')}`, true],
    ['a program in a container, after the command', probe('exec: {argv: [x], in: box}'), true],
    ['a script in one', probe(`script: {${pinned}, in: box}`), true],
    ['a script on this machine', probe(`script: {${pinned}}`), false],
    ['a program on this machine', probe('exec: {argv: [x]}'), false],
  ])('%s', async (_, text, expected) => {
    expect(await uses(text)).toBe(expected);
  });
});
