import { beforeAll, describe, expect, test } from 'vitest';
import { decideMode, type Environment, type ModeOptions } from '../../src/bind/index.js';
import type { Plan } from '../../src/model/plan.js';
import { planOf } from '../support/plan.js';

const body = `
targets:
  prod:
    postgres:
      url: {env: PROD_DATABASE_URL}
      embedded: {seed: []}
    production: true
    identity: {database: directus, system_identifier: {env: PROD_SYSTEM_IDENTIFIER}}
keys:
  backup: {gpg: {fingerprint: {env: BACKUP_GPG_FPR}, embedded: {generate: true}}}
commands:
  C-01:
    title: Readiness
    expectations:
      G-01: {title: key, probe: {gpg.key: {key: backup}}, expect: {present: true}, on_fail: record}
`.replace('embedded: {seed: []}', 'embedded: {seed: [seed.sql]}');

const configured = {
  PROD_DATABASE_URL: 'postgres://u@h/directus',
  PROD_SYSTEM_IDENTIFIER: '7611578671664259111',
  BACKUP_GPG_FPR: 'A'.repeat(40),
};
const names = Object.keys(configured) as readonly (keyof typeof configured)[];
const usual: ModeOptions = {
  embedded: false,
  dryRun: false,
  approved: false,
  neverEmbedded: false,
  everLive: false,
};

const environment = (variables: Readonly<Record<string, string>>): Environment => ({
  get: (source) =>
    'env' in source && Object.hasOwn(variables, source.env) ? variables[source.env] : undefined,
  names: () => Object.keys(variables),
});
const without = (name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(configured).filter(([other]) => other !== name));

let plan: Plan;
beforeAll(async () => {
  plan = await planOf(body);
});
const decide = (variables: Readonly<Record<string, string>>, options: Partial<ModeOptions> = {}) =>
  decideMode(plan, environment(variables), { ...usual, ...options });

describe('all or nothing', () => {
  test('everything configured is live', () => {
    expect(decide(configured)).toEqual({ ok: true, value: 'live' });
  });
  test('nothing configured is a rehearsal, whatever else is set', () => {
    expect(decide({})).toEqual({ ok: true, value: 'rehearsal' });
    expect(decide({ HOME: '/root', DATABASE_URL: 'x' })).toEqual({ ok: true, value: 'rehearsal' });
  });
  test('dry-run needs what live needs', () => {
    expect(decide(configured, { dryRun: true })).toEqual({ ok: true, value: 'dry-run' });
    expect(decide({}, { dryRun: true })).toMatchObject({
      ok: false,
      error: {
        exit: 4,
        message: expect.stringMatching(/^nothing is configured: missing /) as string,
        // Unset is what everything is already.
        next: 'set what is missing, or rehearse: --embedded in place of --dry-run',
      },
    });
  });
});

describe('each variable', () => {
  test.each(names.filter((name) => name !== 'BACKUP_GPG_FPR'))('%s absent: refused by name', (name) => {
    const decided = decide(without(name));
    expect(decided).toMatchObject({ ok: false, error: { code: 'NOT_CONFIGURED', exit: 4 } });
    expect(decided.ok ? '' : decided.error.message).toContain(name);
    for (const other of names.filter((n) => n !== name))
      expect(decided.ok ? '' : decided.error.message).not.toContain(other);
  });
  test('BACKUP_GPG_FPR absent: a gate is there to observe that', () => {
    expect(decide(without('BACKUP_GPG_FPR'))).toEqual({ ok: true, value: 'live' });
  });
  test.each(names)('%s empty: refused, set but empty is configured', (name) => {
    for (const empty of ['', ' ']) {
      for (const others of [without(name), {}]) {
        const decided = decide({ ...others, [name]: empty });
        expect(decided).toMatchObject({ ok: false, error: { exit: 4 } });
        expect(decided.ok ? '' : decided.error.message).toContain(name);
      }
    }
  });
  test.each(names)('%s misspelt: refused, naming both', (name) => {
    const typo = `${name.slice(0, -2)}${name.slice(-1)}`;
    for (const others of [without(name), {}]) {
      const decided = decide({ ...others, [typo]: configured[name] });
      expect(decided).toMatchObject({ ok: false, error: { exit: 4 } });
      const message = decided.ok ? '' : decided.error.message;
      expect(message).toContain(name);
      expect(message).toContain(typo);
    }
  });
  test('where a live run is asked for, no rehearsal is offered', () => {
    for (const options of [{ asked: true }, { approved: true }, { neverEmbedded: true }])
      for (const variables of [{}, without('PROD_DATABASE_URL')])
        expect(decide(variables, options)).toMatchObject({
          error: { code: 'NOT_CONFIGURED', next: 'set what is missing' },
        });
    expect(decide({}, { everLive: true })).toMatchObject({
      error: { next: 'set what is missing, or ask for a rehearsal with --embedded' },
    });
    const asked = decide({}, { asked: true });
    expect(asked.ok ? '' : asked.error.message).toMatch(
      /^a request asks for a live run: missing PROD_DATABASE_URL/,
    );
  });
  test('nor where no target or key takes a value from outside', async () => {
    const own = await planOf(
      `params: {p: {type: string, from: {env: P_VALUE}}}\ncommands: {C-01: {title: t, guards: {G-01: {title: "\${{ params.p }}", probe: {disk: {path: /}}, expect: {free_bytes: {gt: 5}}}}}}\n`,
    );
    expect(decideMode(own, environment({}), { ...usual, everLive: true })).toMatchObject({
      error: { code: 'NOT_CONFIGURED', next: 'set what is missing' },
    });
  });
  test.each(names)('%s alone is half configured', (name) => {
    expect(decide({ [name]: configured[name] })).toMatchObject({ ok: false, error: { exit: 4 } });
  });
});

describe('no rehearsal where', () => {
  test.each(['approved', 'neverEmbedded', 'everLive'] as const)('%s', (option) => {
    expect(decide({}, { [option]: true })).toMatchObject({ ok: false, error: { exit: 4 } });
  });
});

describe('--embedded', () => {
  test('rehearses even where everything is configured, or was live before', () => {
    expect(decide(configured, { embedded: true, everLive: true })).toEqual({ ok: true, value: 'rehearsal' });
  });
  test('is refused where the project says never', () => {
    expect(decide({}, { embedded: true, neverEmbedded: true })).toMatchObject({
      ok: false,
      error: { exit: 4 },
    });
  });
  test('and --dry-run are wrong usage', () => {
    expect(decide({}, { embedded: true, dryRun: true })).toMatchObject({ ok: false, error: { exit: 2 } });
  });
  test('on a runbook without outside values is wrong usage; that runbook is always live', async () => {
    const own = await planOf(`targets: {copy: {postgres: {sandbox: {engine: auto}}}}
commands: {C-01: {title: t, expectations: {G-01: {title: t, probe: {value: 1}, expect: {equals: 1}}}}}
`);
    expect(decideMode(own, environment({}), usual)).toEqual({ ok: true, value: 'live' });
    expect(decideMode(own, environment({}), { ...usual, everLive: true })).toEqual({
      ok: true,
      value: 'live',
    });
    expect(decideMode(own, environment({}), { ...usual, embedded: true })).toMatchObject({
      ok: false,
      error: { exit: 2 },
    });
  });
  test('needs a stand-in for whatever comes from outside', async () => {
    const bare = await planOf(body.replace(/\n *embedded: \{seed.*/, ''));
    expect(decideMode(bare, environment({}), usual)).toMatchObject({
      ok: false,
      error: { code: 'NO_STAND_IN', exit: 4 },
    });
    expect(decideMode(bare, environment(configured), usual)).toEqual({ ok: true, value: 'live' });
  });
  test('names each that has none, key and server, with where it comes from', async () => {
    const bare = await planOf(
      body.replace(/\n *embedded: \{seed.*/, '').replace(', embedded: {generate: true}', ''),
    );
    expect(decideMode(bare, environment({}), { ...usual, embedded: true })).toMatchObject({
      error: {
        code: 'NO_STAND_IN',
        message: expect.stringContaining(
          'targets.prod (PROD_DATABASE_URL) and keys.backup (BACKUP_GPG_FPR) declare none',
        ) as string,
      },
    });
  });
  test('and an approval are wrong usage: an approval is for a live run', () => {
    expect(decide(configured, { embedded: true, approved: true })).toMatchObject({
      error: { code: 'USAGE', exit: 2 },
    });
  });
});

describe('a runbook that takes only a param or a secret from outside', () => {
  const only = (declared: string) =>
    planOf(`${declared}
commands: {C-01: {title: t, expectations: {G-01: {title: t, probe: {value: 1}, expect: {equals: 1}}}}}
`);
  test.each(['params: {site: {type: string, from: {env: SITE_NAME}}}', 'secrets: {token: {env: API_TOKEN}}'])(
    '%s: is live or refused, never a rehearsal',
    async (declared) => {
      const own = await only(declared);
      const set = { SITE_NAME: 'a', API_TOKEN: 'b'.repeat(12) };
      expect(decideMode(own, environment(set), usual)).toEqual({ ok: true, value: 'live' });
      expect(decideMode(own, environment({}), usual)).toMatchObject({
        error: { code: 'NOT_CONFIGURED', exit: 4 },
      });
      expect(decideMode(own, environment({}), { ...usual, embedded: true })).toMatchObject({
        error: { code: 'USAGE' },
      });
    },
  );
});

test('what a gate looks for in the environment may be absent, and only that', async () => {
  const looking = await planOf(
    body.replace(
      'probe: {gpg.key: {key: backup}}, expect: {present: true}',
      'probe: {env: {name: PROD_SYSTEM_IDENTIFIER}}, expect: {set: true}',
    ),
  );
  const live = (name: string) => decideMode(looking, environment(without(name)), usual);
  expect(live('PROD_SYSTEM_IDENTIFIER')).toEqual({ ok: true, value: 'live' });
  for (const name of ['BACKUP_GPG_FPR', 'PROD_DATABASE_URL'])
    expect(live(name)).toMatchObject({ error: { code: 'NOT_CONFIGURED' } });
});

test('a short name is no misspelling of another', async () => {
  const short = await planOf(body.replace('PROD_DATABASE_URL', 'DB_URL'));
  expect(decideMode(short, environment({ DB_URI: 'x' }), usual)).toEqual({ ok: true, value: 'rehearsal' });
});

test('outside params and secrets belong to what must be absent for a rehearsal', async () => {
  const more = await planOf(`params: {site: {type: string, default: here, from: {env: SITE_NAME}}}
secrets: {token: {env: API_TOKEN}}
${body}`);
  expect(decideMode(more, environment({}), usual)).toEqual({ ok: true, value: 'rehearsal' });
  expect(decideMode(more, environment({ API_TOKEN: 'x'.repeat(12) }), usual)).toMatchObject({
    ok: false,
    error: { exit: 4 },
  });
  expect(decideMode(more, environment({ ...configured, SITE_NAME: 'a' }), usual)).toMatchObject({
    ok: false,
    error: { exit: 4 },
  });
  expect(
    decideMode(more, environment({ ...configured, SITE_NAME: 'a', API_TOKEN: 'b'.repeat(12) }), usual),
  ).toEqual({ ok: true, value: 'live' });
});
