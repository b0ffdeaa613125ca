import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Folders } from '../support/gatebook.js';
import { lastBundle, openFolders, options, startGatebook } from '../support/gatebook.js';
import type { Production } from '../support/production.js';
import { startProduction } from '../support/production.js';
import type { World } from '../support/server.js';
import { openWorld } from '../support/server.js';

const runbook = 'runbooks/o8-rollback-disable.yaml';
let world: World;
let production: Production;
let folders: Folders;

beforeAll(async () => {
  world = await openWorld();
  production = await startProduction(world, 'runbooks/embedded/production.sql', 'directus');
});
afterAll(async () => {
  await production.close();
  await world.close();
});
beforeEach(async () => {
  folders = await openFolders();
});
afterEach(() => folders.close());

const run = (env: Record<string, string>) => startGatebook(['run', runbook, ...options(folders)], env).ended;

test('rehearsed: every level used, the plans executed, the doctrine exercised, no gap open', async () => {
  const ended = await run({});
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  const { report, markdown } = await lastBundle(folders, 'o8-rollback-disable');
  expect(report).toMatchObject({
    verdict: 'PASS',
    run: { mode: 'rehearsal' },
    compensation: null,
    verdict_lines: {
      disable_levels_available_now: '0,1,2,3',
      fresh_backup_producible_now: 'YES (stand-in)',
      restore_proof_executable_now: expect.stringMatching(/^YES/) as string,
      per_cut_revert_tested: expect.stringMatching(/^YES/) as string,
      compensation_exercised: expect.stringMatching(/^YES.*SG_3/) as string,
      blocking: 'NONE',
    },
  });
  expect(report.gaps.map(({ id, state }) => [id, state])).toEqual([
    ['GAP-3', 'CLOSED'],
    ['GAP-6', 'CLOSED'],
    ['GAP-9', 'CLOSED'],
  ]);
  expect(report.teardown.resources.filter(({ state }) => state !== 'destroyed')).toEqual([]);
  expect(markdown).toMatch(/\| 2 \| void run \|.*\| yes \|/);
  expect(markdown).toContain('refused as expected: SQLSTATE 55000');
  // What was tried on a state folder of its own has left this one as it was.
  const status = await startGatebook(['status', '--json', '--state', folders.state], {}).ended;
  expect(JSON.parse(status.stdout)).toMatchObject({
    levels: [{ engaged: false }, {}, { engaged: false }, {}],
  });
});

test('live without a key: production is only read, and what is missing blocks by name', async () => {
  const rows = async (): Promise<unknown> => {
    const found = await production.admin.query(
      `SELECT (SELECT md5(string_agg(u::text, '' ORDER BY unit_id)) FROM public.information_unit u) AS units,
              (SELECT md5(string_agg(s::text, '' ORDER BY change_set_id)) FROM cutter_governance.cut_change_set s) AS cuts`,
    );
    return found.ok ? found.value.rows : found.error;
  };
  const before = await rows();
  const ended = await run({
    PROD_DATABASE_URL: production.url('the_reader'),
    PROD_SYSTEM_IDENTIFIER: production.server.systemIdentifier,
  });
  expect(ended, ended.stderr).toMatchObject({ code: 7 });
  const { report, markdown } = await lastBundle(folders, 'o8-rollback-disable');
  expect(report).toMatchObject({
    verdict: 'PARTIAL',
    run: { mode: 'live' },
    verdict_lines: {
      disable_levels_available_now: '0,1,2,3',
      fresh_backup_producible_now: expect.stringMatching(/^NO \(GAP-3/) as string,
      restore_proof_executable_now: 'NO',
      per_cut_revert_tested: 'NO (GAP-6)',
      production: expect.stringContaining('read-only') as string,
      blocking: 'GAP-3, GAP-6, GAP-9',
    },
  });
  // What the run didn't come to has no table, and no note that says it was done.
  expect(markdown).not.toMatch(/Restored row matrix|No rows|executed in C-06|tested on a copy/);
  expect(await rows()).toEqual(before);
});
