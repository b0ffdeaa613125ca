import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { intendServer } from '../../src/adapters/sandbox/folder.js';
import type { RunId } from '../../src/base/ids.js';
import { digestOf } from '../../src/base/sha256.js';
import { destroyLeft, endLeft } from '../../src/cli/finishing/left-behind.js';
import type { RunState } from '../../src/execute/state/state.js';
import type { LedgerEntry } from '../../src/kinds/executor.js';
import type { ResourceHandle } from '../../src/model/event.js';
import { canonicalPlan, planDigest } from '../../src/plan/index.js';
import type { RunEntry, StateFolder } from '../../src/ports/state.js';
import { planOf } from '../support/plan.js';

const body = `targets:\n  db: {postgres: {url: {env: GATEBOOK_TEST_URL}}, production: true, identity: {database: shop}}
commands:\n  C-01: {title: t, do: [{sql: {target: db, query: 'select 1'}}]}\n`;
const bound = {
  via: 'url',
  production: true,
  standIn: false,
  host: 'h',
  port: 1,
  database: 'shop',
  identity: {},
};

const binding = JSON.stringify({ targets: { db: bound } });

let folder: string;
let entry: RunEntry;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbl-'));
  entry = {
    ...{ id: 'dead' as RunId, runbook: 'example', path: 'example.yaml', project: folder, admitted: true },
    ...{ mode: 'live', bundle: folder, startedAt: '2026-11-21T08:15:02.000Z', process: null },
  };
  await writeFile(join(folder, 'plan.json'), canonicalPlan(await planOf(body)));
  await writeFile(join(folder, 'binding.json'), binding);
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const sealed = async (state: object, digest?: string) => ({
  state: { laterCauses: [{ code: 'SESSIONS_LEFT' }], embargoed: [], ...state } as unknown as RunState,
  digests: { plan: digest ?? planDigest(await planOf(body)), binding: digestOf(binding) },
  containment: { mode: 'process-group' } as never,
  folder: { seal: (text: string) => text } as StateFolder,
  waited: false,
});

describe('sessions that a sealed run may have left', () => {
  test('are not proved gone where their server can not be reached as it was', async () => {
    const [one, ...others] = await endLeft(entry, await sealed({}));
    expect(one).toEqual({
      words: expect.stringMatching(/^sessions on db: not proved gone: it can't be reached/) as string,
      gone: false,
    });
    expect(others).toEqual([]);
  });
  test('are not waited for again by the teardown that has just done so', async () => {
    const here = JSON.stringify({ targets: { db: { ...bound, host: '127.0.0.1', user: 'u' } } });
    await writeFile(join(folder, 'binding.json'), here);
    vi.stubEnv('GATEBOOK_TEST_URL', 'postgresql://u@127.0.0.1:1/shop');
    const { digests, ...rest } = await sealed({});
    const begun = performance.now();
    const left = await endLeft(entry, {
      ...rest,
      ...{ digests: { ...digests, binding: digestOf(here) }, waited: true },
    });
    vi.unstubAllEnvs();
    expect(left).toMatchObject([{ gone: false, words: expect.stringContaining('127.0.0.1') as string }]);
    expect(performance.now() - begun).toBeLessThan(8_000);
  });
  test('are not proved gone where its plan is not the one of its journal', async () => {
    expect(await endLeft(entry, await sealed({}, 'sha256:other'))).toMatchObject([{ gone: false }]);
  });
  test('are looked for on no target that a hard abort closed, and where all were proved gone on none', async () => {
    expect(await endLeft(entry, await sealed({ embargoed: ['db'] }))).toEqual([]);
    expect(await endLeft(entry, await sealed({ laterCauses: [{ code: 'LEAK' }] }))).toEqual([]);
  });
});

test('what the ledger still holds is destroyed, and what can not be is said to be there', async () => {
  const of = (name: string, state: string, handle: ResourceHandle): LedgerEntry =>
    ({
      resource: name,
      kind: 'postgres.sandbox',
      name,
      durability: 'ephemeral',
      state,
      handle,
    }) as LedgerEntry;
  const resources = [
    of('done', 'destroyed', {}),
    of('absent', 'leaked', { ...intendServer() }),
    of('strange', 'leaked', { engine: 'local', folder: '/', nonce: 'x' }),
  ];
  const state = { resources: new Map(resources.map((one) => [one.resource, one])) };
  expect(await destroyLeft(entry, await sealed(state))).toEqual([
    { words: expect.stringMatching(/^strange: still there: /) as string, gone: false },
    { words: expect.stringMatching(/^absent: no process of the server/) as string, gone: true },
  ]);
});
