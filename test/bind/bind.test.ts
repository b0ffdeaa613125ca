import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Sha256 } from '../../src/base/ids.js';
import { err, ok } from '../../src/base/result.js';
import { bind, type Here } from '../../src/bind/index.js';
import { secretsAsBound } from '../../src/bind/sealed.js';
import { parseParam } from '../../src/plan/index.js';
import { planOf } from '../support/plan.js';

const body = `
params: {size: {type: bytes, default: 1kB, from: {env: SIZE}}}
secrets: {token: {env: API_TOKEN}, made: {generate: {bytes: 24}}}
targets:
  prod:
    postgres: {url: {env: PROD_DATABASE_URL}, embedded: {seed: [seed.sql]}}
    production: true
    identity: {database: directus, system_identifier: {env: PROD_SYSTEM_IDENTIFIER}}
  copy: {postgres: {sandbox: {engine: auto}}, access: write, identity: {differs_from: prod}}
keys:
  backup: {gpg: {fingerprint: {env: BACKUP_GPG_FPR}, embedded: {generate: true}}}
  proof: {gpg: {generate: true}}
commands:
  C-01: {title: t, expectations: {G-01: {title: key, probe: {gpg.key: {key: backup}}, expect: {present: true}}}}
`;
const configured: Readonly<Record<string, string>> = {
  PROD_DATABASE_URL: 'postgres://reader:sesame-open@db.example:5433/directus',
  PROD_SYSTEM_IDENTIFIER: '7611578671664259111',
  BACKUP_GPG_FPR: 'ab'.repeat(20),
  SIZE: '5GiB',
  API_TOKEN: 'token-of-twelve',
};
const here = (variables: Readonly<Record<string, string>> = configured): Here => ({
  environment: {
    get: (source) =>
      'env' in source && Object.hasOwn(variables, source.env) ? variables[source.env] : undefined,
    names: () => Object.keys(variables),
  },
  parseConnection: (url) =>
    url.startsWith('postgres://')
      ? ok({ host: 'db.example', port: 5433, database: 'directus', user: 'reader', password: 'sesame-open' })
      : err({ code: 'URL_MALFORMED', message: 'not a PostgreSQL URL' }),
  parseParam,
  randomHex: (bytes) => 'f0'.repeat(bytes),
  programs: [],
  approvers: null,
  confirmations: {},
  project: '/project',
  path: '/usr/bin',
  steering: [],
  seal: (text) => createHash('sha256').update(`key of the state folder ${text}`).digest('hex'),
  sha256Of: () => null,
  state: 'state-1',
  requester: 'operator',
  containers: { sandboxes: {}, containers: {} },
  keyring: '/root/.gnupg',
});
const bound = async (mode: 'live' | 'rehearsal' | 'dry-run', variables?: Readonly<Record<string, string>>) =>
  bind(await planOf(body), mode, here(variables));
const changed = (name: string, value: string | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...configured, [name]: value }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );

describe('live', () => {
  test('holds how a connection is protected: mode, and certificates by path and content', async () => {
    const ssl = {
      mode: 'verify-full',
      rootCert: '/ca.pem',
      client: { cert: '/c.pem', key: '/k.pem' },
    } as const;
    const parts = { host: 'db.example', port: 5432, database: 'directus', user: 'reader', ssl };
    const contents: Readonly<Record<string, Sha256>> = {
      '/ca.pem': 'aa'.repeat(32) as Sha256,
      '/c.pem': 'cc'.repeat(32) as Sha256,
    };
    const result = bind(await planOf(body), 'live', {
      ...here(),
      parseConnection: () => ok(parts),
      sha256Of: (path) => contents[path] ?? null,
    });
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value.binding.targets['prod']?.ssl).toEqual({
      mode: 'verify-full',
      root_cert: '/ca.pem',
      root_cert_sha256: contents['/ca.pem'],
      client_cert: '/c.pem',
      client_cert_sha256: contents['/c.pem'],
      client_key: '/k.pem',
    });
  });

  test('a secret too short to be hidden is refused by its name, with what to do', async () => {
    expect(await bound('live', changed('API_TOKEN', 'sesame7'))).toMatchObject({
      error: {
        code: 'SECRET_TOO_SHORT',
        message: 'secrets.token has fewer than 8 characters; it could not be hidden in the report',
        next: 'give it a longer value, or write generate: {bytes: 24}',
      },
    });
  });
  test('seals what steers the runner, and passwords where there is no secret; nobody sees two that are equal', async () => {
    const sealed = async (text: string, steering: Here['steering']) => {
      const result = bind(await planOf(text), 'live', { ...here(), steering });
      if (!result.ok) throw new Error(result.error.message);
      return new Map(result.value.binding.sealed.map(({ name, digest }) => [name, digest]));
    };
    const without = body.replace(/^secrets: .*\n/m, '');
    const one = await sealed(without, [['GNUPGHOME', 'sesame-open']]);
    expect([...one.keys()]).toEqual(['targets.prod.password', 'environment.GNUPGHOME']);
    expect(new Set(one.values()).size).toBe(2);
    const other = await sealed(without, [['GNUPGHOME', '/elsewhere']]);
    expect(other.get('environment.GNUPGHOME')).not.toBe(one.get('environment.GNUPGHOME'));
    expect(other.get('targets.prod.password')).toBe(one.get('targets.prod.password'));
  });
  test('resolves targets, keys, params and secrets', async () => {
    const result = await bound('live');
    if (!result.ok) throw new Error(result.error.message);
    const { binding, connections, params, secrets } = result.value;
    expect(binding.targets).toMatchObject({
      prod: {
        via: 'url',
        production: true,
        standIn: false,
        host: 'db.example',
        port: 5433,
        database: 'directus',
        user: 'reader',
        identity: { database: 'directus', system_identifier: '7611578671664259111' },
      },
      copy: { via: 'sandbox', standIn: false, identity: { differs_from: 'prod' } },
    });
    expect(binding.keys).toMatchObject({
      backup: { fingerprint: 'AB'.repeat(20), home: '/root/.gnupg' },
      proof: { fingerprint: null },
    });
    expect(params).toMatchObject({ size: 5368709120 });
    expect(secrets.get('token')).toBe('token-of-twelve');
    expect(secrets.get('made')).toHaveLength(48);
    expect(connections.get('prod')?.password).toBe('sesame-open');
  });
  test('no secret and no outside value but those of targets and keys is in the binding', async () => {
    const result = await bound('live');
    const text = JSON.stringify(result.ok && result.value.binding);
    for (const value of ['sesame-open', 'token-of-twelve', 'f0f0', '5GiB', '5368709120'])
      expect(text).not.toContain(value);
    expect(text).toContain('params.size');
    // A generated one is another in each run: an approval that held it would hold for none.
    expect(result.ok && result.value.binding.sealed.map(({ name }) => name)).toEqual([
      'secrets.token',
      'targets.prod.password',
    ]);
  });
  test('a recovery takes the secrets that are what they were, and no other', async () => {
    const plan = await planOf(body);
    const result = bind(plan, 'live', here());
    if (!result.ok) throw new Error(result.error.message);
    const again = (token: string | undefined) =>
      secretsAsBound(plan, result.value.binding, here(changed('API_TOKEN', token)));
    expect(again('token-of-twelve')).toEqual([['token', 'token-of-twelve']]);
    expect([again('another-token'), again(undefined)]).toEqual([[], []]);
  });
  test('an absent key that a gate observes is bound as absent', async () => {
    const result = await bound('live', changed('BACKUP_GPG_FPR', undefined));
    expect(result.ok && result.value.binding.keys['backup']).toMatchObject({
      fingerprint: null,
      standIn: false,
    });
  });
  test.each([
    ['BACKUP_GPG_FPR', 'backup@example.org'],
    ['BACKUP_GPG_FPR', 'A'.repeat(16)],
    ['BACKUP_GPG_FPR', `0x${'A'.repeat(40)}`],
    ['BACKUP_GPG_FPR', 'G'.repeat(40)],
    ['PROD_SYSTEM_IDENTIFIER', '7611578671664259111x'],
    ['PROD_SYSTEM_IDENTIFIER', '7.6e18'],
    ['PROD_SYSTEM_IDENTIFIER', undefined],
    ['PROD_DATABASE_URL', 'mysql://x'],
    ['PROD_DATABASE_URL', undefined],
    ['SIZE', 'five'],
    ['SIZE', undefined],
    ['API_TOKEN', 'short'],
    ['API_TOKEN', undefined],
  ])('%s = %s is refused, and the value of a secret is not told', async (name, value) => {
    const result = await bound('live', changed(name, value));
    expect(result).toMatchObject({ ok: false, error: { exit: 4 } });
    if (!result.ok) expect(JSON.stringify(result.error)).not.toContain('token-of-twelve');
    if (!result.ok && name === 'API_TOKEN' && value !== undefined)
      expect(result.error.message).not.toContain(value);
  });
});

test('a rehearsal takes no key from outside either, where one is set', async () => {
  const result = await bound('rehearsal');
  expect(result.ok && result.value.binding.keys['backup']).toEqual({ fingerprint: null, standIn: true });
  expect(result.ok && result.value.binding.sealed).toEqual([]);
});
test('a rehearsal resolves no outside value', async () => {
  const result = await bound('rehearsal', {});
  if (!result.ok) throw new Error(result.error.message);
  const { binding, connections, params, secrets } = result.value;
  expect(binding.targets['prod']).toEqual({
    via: 'url',
    production: true,
    standIn: true,
    identity: { database: 'directus' },
  });
  expect(binding.keys['backup']).toEqual({ fingerprint: null, standIn: true });
  expect(binding.outside).toEqual({});
  expect(params).toMatchObject({ size: 1000 });
  expect(connections.size).toBe(0);
  expect(secrets.get('token')?.length).toBeGreaterThanOrEqual(8);
});

test('a database that only the run would know is refused: its name would go unchecked', async () => {
  const changedBody = body
    .replace('database: directus', 'database: "${{ params.name }}"')
    .replace('params: {', 'params: {name: {type: string, default: directus, from: {env: NAME}}, ');
  const result = bind(await planOf(changedBody), 'live', here({ ...configured, NAME: 'directus' }));
  expect(result).toMatchObject({ ok: false, error: { code: 'IDENTITY_MALFORMED', exit: 4 } });
});
