import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunId } from '../../src/base/ids.js';
import { digestOf } from '../../src/base/sha256.js';
import { reachAgain, readBound } from '../../src/cli/finishing/reach-again.js';
import type { World } from '../../src/execute/context.js';
import { createRedactor } from '../../src/journal/redact.js';
import type { BoundTarget } from '../../src/model/binding.js';
import type { Binding } from '../../src/model/binding.js';
import { canonicalPlan, planDigest } from '../../src/plan/index.js';
import type { RunEntry } from '../../src/ports/state.js';
import { planOf } from '../support/plan.js';

const password = 'correct-horse-battery';
const url = `postgresql://reader:${password}@db.example:6432/shop?sslmode=require`;
const bound: BoundTarget = {
  ...{ via: 'url', production: true, standIn: false, host: 'db.example', port: 6432, database: 'shop' },
  ...{ user: 'reader', ssl: { mode: 'require' }, identity: { system_identifier: '7611578671664259111' } },
};
const body = (title: string): string =>
  `targets:\n  db: {postgres: {url: {env: GATEBOOK_TEST_URL}}, production: true, identity: {database: shop}}
commands:\n  C-01: {title: ${title}, do: [{sql: {target: db, query: 'select 1'}}]}\n`;

let folder: string;
let entry: RunEntry;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbr-'));
  entry = {
    ...{ id: 'dead' as RunId, runbook: 'example', path: 'example.yaml', project: folder, admitted: true },
    ...{ mode: 'live', bundle: folder, startedAt: '2026-11-21T08:15:02.000Z', process: null },
  };
});
afterEach(async () => {
  delete process.env['GATEBOOK_TEST_URL'];
  await rm(folder, { recursive: true, force: true });
});

describe('a target of a run of the past', () => {
  const reached = async (value: string | undefined, more: Partial<BoundTarget> = {}) => {
    if (value !== undefined) process.env['GATEBOOK_TEST_URL'] = value;
    const redactor = createRedactor();
    const past = {
      plan: await planOf(body('t')),
      binding: { targets: { db: { ...bound, ...more } } } as unknown as Binding,
    };
    const world = { postgres: {}, bridges: {} } as World;
    const targets = await reachAgain(entry, past, { world, redactor, evaluate: () => null as never });
    const use = { applicationName: 'a', timeoutMs: 1, signal: new AbortController().signal };
    const target = targets.get('db', use);
    return { redactor, outlasting: targets.outlasting(), target: target.ok ? target.value : null };
  };

  test('is reached where the shell says what the binding does, and only that very cluster', async () => {
    const { outlasting, target, redactor } = await reached(url);
    expect(outlasting).toMatchObject([
      ['db', { connection: { host: 'db.example', port: 6432, user: 'reader' } }],
    ]);
    expect(target).toMatchObject({ systemIdentifier: '7611578671664259111' });
    expect(redactor.redact(`it is ${password}`)).not.toContain(password);
  });

  test.each([
    ['another host', url.replace('db.', 'other.')],
    ['another port', url.replace('6432', '5432')],
    ['another database', url.replace('/shop', '/bank')],
    ['another user', url.replace('reader', 'writer')],
    ['no protection', url.replace('require', 'disable')],
    ['another root certificate', `${url}&sslrootcert=/other.pem`],
    ['nothing', undefined],
    ['no URL', 'x'],
  ])('is not where the shell says %s, and stands among what may go on there', async (_, value) => {
    const { outlasting, target } = await reached(value);
    expect([outlasting, target]).toEqual([[['db', null]], null]);
  });

  test('is not where the run had a stand-in for it', async () => {
    expect(await reached(url, { standIn: true })).toMatchObject({ outlasting: [], target: null });
  });
});

test('a server in a container is reached in that very one, and only that very cluster', async () => {
  const plan = await planOf(`targets:
  db: {postgres: {docker: {container: db, user: reader, database: shop}}, production: true}
commands:\n  C-01: {title: t, do: [{sql: {target: db, query: 'select 1'}}]}\n`);
  const container = { name: 'db', id: 'f'.repeat(64) };
  const identity = { system_identifier: '7611578671664259111' };
  const db = { via: 'docker', production: true, standIn: false, container, identity };
  const places: unknown[] = [];
  const open = (place: unknown) => {
    places.push(place);
    return Promise.resolve({ ok: true, value: { folder: '/bridge' } });
  };
  const binding = { targets: { db }, docker: { host: 'unix:///e.sock' } } as unknown as Binding;
  const world = { postgres: {}, bridges: { open } } as unknown as World;
  const evaluate = () => null as never;
  const targets = await reachAgain(entry, { plan, binding }, { world, redactor: createRedactor(), evaluate });
  const use = { applicationName: 'a', timeoutMs: 1, signal: new AbortController().signal };
  expect(places).toMatchObject([{ container: { ...container, host: 'unix:///e.sock' } }]);
  expect(targets.get('db', use)).toMatchObject({
    value: { systemIdentifier: identity.system_identifier, connection: { host: '/bridge', user: 'reader' } },
  });
});

describe('the plan and the binding of a run of the past', () => {
  const read = async (plan: string, binding = '{}') => {
    await writeFile(join(folder, 'plan.json'), plan);
    await writeFile(join(folder, 'binding.json'), binding);
    return readBound(entry, { plan: planDigest(await planOf(body('t'))), binding: digestOf('{}') });
  };
  test('are the ones that its journal names', async () => {
    expect(await read(canonicalPlan(await planOf(body('t'))))).toMatchObject({ ok: true });
  });
  test.each([
    [
      'another',
      async () => read(canonicalPlan(await planOf(body('other')))),
      'not the plan that its journal',
    ],
    ['damaged', () => read('{'), 'can’t be read'],
    ['of a damaged binding', async () => read(canonicalPlan(await planOf(body('t'))), '{'), 'can’t be read'],
    [
      'of another binding',
      async () => read(canonicalPlan(await planOf(body('t'))), '{"targets":{}}'),
      'not the binding that its journal',
    ],
    [
      'a pipe',
      async () => {
        execFileSync('mkfifo', [join(folder, 'plan.json')]);
        return readBound(entry, { plan: '', binding: '' });
      },
      'can’t be read',
    ],
    ['absent', () => readBound(entry, { plan: '', binding: '' }), 'can’t be read'],
  ])('a plan that is %s is not gone on with', async (_, reading, says) => {
    expect(await reading()).toMatchObject({
      ok: false,
      error: {
        code: 'PLAN_MALFORMED',
        message: expect.stringContaining(says.replace('’', "'")) as string,
      },
    });
  });
});
