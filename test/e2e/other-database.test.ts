import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Folders } from '../support/gatebook.js';
import { lastBundle, openFolders, options, projectRoot, startGatebook } from '../support/gatebook.js';
import type { Production } from '../support/production.js';
import { password, publicKeyring, startProduction } from '../support/production.js';
import type { World } from '../support/server.js';
import { openWorld } from '../support/server.js';

const fixture = 'test/fixtures/other-database';
let world: World;
let shop: Production;
let keyring: Awaited<ReturnType<typeof publicKeyring>>;
let folders: Folders;

beforeAll(async () => {
  world = await openWorld();
  shop = await startProduction(world, `${fixture}/schema.sql`, 'shop');
  const made = await shop.admin.script(`
    ALTER ROLE shop_backup PASSWORD 'of-the-archivist';
    CREATE ROLE the_clerk LOGIN BYPASSRLS PASSWORD '${password}' IN ROLE pg_read_all_data;`);
  if (!made.ok) throw new Error(made.error.message);
  keyring = await publicKeyring();
});
afterAll(async () => {
  await keyring.close();
  await shop.close();
  await world.close();
});
beforeEach(async () => {
  folders = await openFolders();
});
afterEach(() => folders.close());

/** A project of its own with these files of this one. */
async function project(...paths: readonly string[]): Promise<string> {
  const root = join(folders.root, 'project');
  for (const path of ['gatebook.yaml', 'gates', ...paths])
    await cp(join(projectRoot, path), join(root, path), { recursive: true });
  return root;
}
async function edit(path: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(path, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  await writeFile(path, after);
}
type Observed = Readonly<Record<string, unknown>> & { readonly differences: readonly string[] };
async function outcome(runbook: string) {
  const { report } = await lastBundle(folders, runbook);
  const observed = (id: string) => report.gates.find((gate) => gate.id === id)?.observed as Observed;
  const failed = report.gates
    .filter(({ state }) => state !== 'passed')
    .map(({ id, state }) => `${id} ${state}`);
  return { report, observed, failed };
}

describe('all of a database that the runner knows nothing of', () => {
  const environment = () => ({
    OTHER_DATABASE_URL: shop.url('shop_backup', 'of-the-archivist'),
    OTHER_SYSTEM_IDENTIFIER: shop.server.systemIdentifier,
    OTHER_BACKUP_FPR: keyring.fingerprint,
    GNUPGHOME: keyring.home,
  });
  const run = (root: string) =>
    startGatebook(['run', `${fixture}/backup.yaml`, ...options(folders)], environment(), root).ended;

  test('comes back as it was', async () => {
    const ended = await run(projectRoot);
    const { failed, observed } = await outcome('other-database');
    expect(failed, ended.stderr).toEqual([]);
    expect(observed('G-07')).toMatchObject({ differences: [], roles_missing: [] });
    expect(observed('G-07')['not_covered']).toEqual([
      'foreign table shop.head_office_stock',
      'rows of materialized view shop.never_filled (made anew by a restore)',
      'rows of materialized view shop.takings (made anew by a restore)',
      'options of user mappings on head_office (they are secrets)',
      'versions and objects of extensions: citext, pg_trgm, postgres_fdw',
    ]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
  });

  test.each([
    ['a row hidden from it', 'the_reader', /row-level security|row security/],
    ['a large object closed to it', 'the_clerk', /GRANT SELECT ON LARGE OBJECT/],
  ])('a role with %s makes no backup, and no empty one', async (_, role, message) => {
    const reader = { ...environment(), OTHER_DATABASE_URL: shop.url(role) };
    const ended = await startGatebook(['run', `${fixture}/backup.yaml`, ...options(folders)], reader).ended;
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    expect(ended.stderr).toMatch(message);
    expect((await outcome('other-database')).report).toMatchObject({
      verdict: 'FAIL',
      cause: { command: 'C-02' },
    });
  });

  test('what is altered in the copy is found, and nothing else', async () => {
    const root = await project(fixture);
    await edit(join(root, fixture, 'backup.yaml'), (text) =>
      text
        .replace('    title: Restore and compare\n', '    title: Restore and compare\n    effect: change\n')
        .replace(
          '        as: restore\n',
          `        as: restore
      - sql: {target: copy, query: "UPDATE shop.t SET x = 'altered' WHERE id = 100"}
      - sql: {target: copy, query: "UPDATE shop.every_type SET double = 0 WHERE double = 0"}
      - sql: {target: copy, query: "SELECT setval('shop.receipt_number', 5020)"}
      - sql: {target: copy, query: "DROP INDEX shop.film_lower"}
      - sql: {target: copy, query: "SELECT lo_put(50001, 0, 'x')"}
`,
        ),
    );
    const ended = await run(root);
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    const { observed, report } = await outcome('other-database');
    expect(report).toMatchObject({ verdict: 'FAIL', cause: { gate: 'G-07' } });
    expect(observed('G-07').differences).toEqual([
      expect.stringMatching(/^table shop\.every_type: \d+ rows as expected, but not the same/),
      expect.stringMatching(/^table shop\.t: 20 rows as expected, but not the same/),
      expect.stringMatching(/^sequence shop\.receipt_number: at 5020, expected 5010/),
      expect.stringMatching(/^index shop\.film_lower: missing/),
      expect.stringMatching(/^large objects: 3 as expected, but not the same/),
    ]);
  });
});

describe('o9-backup, but for another database', () => {
  test('changes in one place and passes', async () => {
    const root = await project('runbooks');
    const runbook = join(root, 'runbooks/o9-backup.yaml');
    const data = [
      '  database: shop',
      '  scope:',
      ...['t', 'payment', 'no_rows', 'vehicle', 'f*lm?'].map((t) => `    - shop.${t}`),
      // As they stand in the catalog, here as in a backup: no quotes, and nothing is made lower case.
      ...['-t', 'Till Roll.v2'].map((t) => `    - Back Office.2026.${t}`),
    ];
    await edit(runbook, (text) =>
      text.replace(/(?<=^data:\n)(?: {2}database: .*\n {2}scope:\n(?: {4}- .*\n)+)/m, `${data.join('\n')}\n`),
    );
    const ended = await startGatebook(
      ['run', 'runbooks/o9-backup.yaml', ...options(folders)],
      {
        PROD_DATABASE_URL: shop.url('the_reader'),
        PROD_SYSTEM_IDENTIFIER: shop.server.systemIdentifier,
        BACKUP_GPG_FPR: keyring.fingerprint,
        GNUPGHOME: keyring.home,
      },
      root,
    ).ended;
    const { failed, report, observed } = await outcome('o9-backup');
    expect(failed.map((id) => [id, observed(id.split(' ')[0] ?? '')])).toEqual([]);
    expect(report).toMatchObject({ run: { mode: 'live' }, verdict: 'PASS' });
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
  });
});
