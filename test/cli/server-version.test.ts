import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ok } from '../../src/base/result.js';
import { checkServerVersion } from '../../src/cli/targets/server-version.js';
import type { Binding } from '../../src/model/binding.js';
import type { Plan } from '../../src/model/plan.js';
import type { Session } from '../../src/ports/postgres.js';
import { installedMajor } from '../support/installed.js';
import { planOf } from '../support/plan.js';
import type { World } from '../support/server.js';
import { openWorld } from '../support/server.js';

let world: World;
let here: number;
beforeAll(async () => {
  world = await openWorld();
  here = await installedMajor(world);
});
afterAll(() => world.close());

const targets = (copy: string) => `
targets:
  prod:
    postgres: {url: {env: URL}}
    production: true
    identity: {database: app, system_identifier: {env: ID}}
  copy:
    postgres: {sandbox: ${copy}}
    access: write
    identity: {differs_from: prod}
`;
const look = `
commands:
  C-01:
    title: Look
    guards:
      G-01: {title: there, probe: {postgres.identity: {target: prod}}, expect: {database: app}}
`;
const copies = `${look}  C-02:
    title: Copy
    do: [{postgres.sandbox: {target: copy}, as: copy}]
teardown:
  C-03: {title: Gone, do: [{destroy: [copy]}]}
`;
const backup = `
keys:
  backup: {gpg: {generate: true}}
${look}  C-02:
    title: Back up
    do: [{postgres.backup: {target: prod, all: true, encrypt: {key: backup}}, as: backup}]
`;

/** What the server says of itself; the pg_dump that it is held against is the one that is installed here. */
const check = (plan: Plan, text: string, number: number, engine: 'local' | 'docker' = 'local') => {
  const rows = [{ text, major: Math.trunc(number / 10_000) }];
  const session = { query: () => Promise.resolve(ok({ rows, rowCount: 1, command: 'SELECT' })) };
  const binding = { targets: { copy: { engine } } } as unknown as Binding;
  const { processes } = world;
  return checkServerVersion({ plan, binding, processes }, 'prod', session as unknown as Session);
};

describe('a server', () => {
  test.each([
    [
      '13.23 (Debian 13.23-1.pgdg12+1)',
      130023,
      /is PostgreSQL 13\.23 .*works with 14 to 18/,
      /upgrade the server/,
    ],
    ['12.22', 120022, /is PostgreSQL 12\.22;/, /upgrade the server to 14 or newer/],
    ['19beta1', 190000, /is PostgreSQL 19beta1;/, /newer Gatebook that knows PostgreSQL 19/],
  ])('of %s is refused, whatever the plan does with it', async (text, number, message, next) => {
    expect(await check(await planOf(targets('{engine: auto}') + look), text, number)).toMatchObject({
      error: {
        code: 'SERVER_VERSION',
        message: expect.stringMatching(message) as string,
        next: expect.stringMatching(next) as string,
      },
    });
  });

  test.each([
    ['14.23', 140023],
    ['18.4', 180004],
  ])('of %s that is only looked at needs no programs', async (text, number) => {
    const plan = await planOf(targets('{engine: docker}') + look);
    expect(await check(plan, text, number, 'docker')).toEqual(ok(null));
  });

  test('that is newer than pg_dump is refused where it is backed up, and only there', async ({ skip }) => {
    skip(here >= 18, 'no server that Gatebook knows is newer than the pg_dump here');
    const plan = await planOf(targets('{engine: docker}') + backup);
    expect(await check(plan, '14.23', 140023, 'docker')).toEqual(ok(null));
    expect(await check(plan, '18.4', 180004, 'docker')).toMatchObject({
      error: {
        code: 'DUMP_VERSION',
        message: expect.stringMatching(
          new RegExp(`server is PostgreSQL 18\\.4, and the pg_dump here is ${here}\\.\\d+`),
        ) as string,
        next: expect.stringContaining('apt-get install -y postgresql-18') as string,
      },
    });
  });

  test.for([
    ['auto', -1, null, 'the source is PostgreSQL BEFORE, .*installed here: HERE'],
    ['auto', 1, null, 'the source is PostgreSQL AFTER, .*installed here: HERE'],
    ['auto, of this version', -1, 0, null],
    ['auto, of one before its source', 0, -1, 'PostgreSQL BEFORE is older than its source, HERE'],
    ['auto, of the next version', 0, 1, 'PostgreSQL AFTER is wanted; installed here: HERE'],
  ] as const)('whose copy is %s, and that is of %i from the version here', async (given, { skip }) => {
    const [, source, wanted, message] = given;
    skip(here + source > 18, 'a server that Gatebook does not know');
    const version = wanted === null ? '' : `, version: ${here + wanted}`;
    const plan = await planOf(targets(`{engine: auto${version}}`) + copies);
    const checked = await check(plan, `${here + source}.4`, (here + source) * 10_000 + 4);
    const words = message?.replace('BEFORE', `${here - 1}`).replace('AFTER', `${here + 1}`);
    if (words === undefined) expect(checked).toEqual(ok(null));
    else
      expect(checked).toMatchObject({
        error: {
          code: 'ENGINE_VERSION',
          message: expect.stringMatching(words.replace('HERE', `${here}`)) as string,
        },
      });
  });
});
