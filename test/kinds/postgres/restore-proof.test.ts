import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handedOn } from '../../support/kind-context.js';
import type { CatalogEntry } from '../../../src/kinds/postgres/catalog/capture.js';
import { captureCatalog } from '../../../src/kinds/postgres/catalog/capture.js';
import { pinOutput } from '../../../src/kinds/postgres/content/capture.js';
import { compareContent } from '../../../src/kinds/postgres/content/compare.js';
import { captureNotCovered } from '../../../src/kinds/postgres/catalog/not-covered.js';
import { execute as rows } from '../../../src/kinds/probes/postgres.rows/execute.js';
import type { Session } from '../../../src/ports/postgres.js';
import { projectRoot } from '../../support/gatebook.js';
import type { World } from '../../support/server.js';
import { openSession, openWorld } from '../../support/server.js';
import type { Bench } from './backup-fixture.js';
import { bring, openBench, take, value } from './backup-fixture.js';
import { changes } from './every-kind-changes.js';

const nothing = { tables: [], sequences: [], catalog: [], largeObjects: null, major: 15 };

const notCovered = [
  'foreign table k.far',
  'rows of materialized view k.filled (made anew by a restore)',
  'rows of materialized view k.unfilled (made anew by a restore)',
  'disabled foreign key k.pointing.points (in a restored database it is enabled)',
  'index k.broken (invalid: a dump leaves it out)',
  'options of user mappings on k_server (they are secrets)',
  'privileges on the database itself (a dump of it has none)',
  'setting search_path of the database (a dump of it has none)',
  'setting work_mem of the database for k_reader (a dump of it has none)',
  'subscription k_subscription (only a dump by a superuser has it)',
  'tablespace elsewhere (a throwaway server has only its own)',
  'the comment on the database itself (a dump of it has none)',
  'versions and objects of extensions: citext, hstore, postgres_fdw',
];
const fixture = join(projectRoot, 'test/fixtures/every-kind');

let world: World;
let bench: Bench;
beforeAll(async () => {
  world = await openWorld();
  const parts = ['schema.sql', 'not-covered.sql'].map((name) => readFile(join(fixture, name), 'utf8'));
  bench = await openBench(world, (await Promise.all(parts)).join('\n'));
}, 60_000);
afterAll(async () => {
  await bench.close();
  await world.close();
});

test('one of every kind comes back without a difference; what is not compared is said', async () => {
  const run = await bench.run();
  const { outputs } = value(await take(run.context, { all: true }));
  await bench.sandbox(run);
  const restored = value(await bring(run.context, outputs));
  expect(restored.outputs).toMatchObject({ errors: 0 });
  const observed = value(await rows({ target: 'copy', like: handedOn(outputs['tables']) }, run.context));
  expect(observed).toMatchObject({ differences: [], not_covered: notCovered });
  expect(restored.words).toMatch(/; 13 things not compared, such as foreign table k\.far$/);
  await run.close();
});

describe('one property that is changed', () => {
  let session: Session;
  let before: readonly CatalogEntry[];
  const catalog = async () => value(await captureCatalog(session, { relations: null }));
  beforeAll(async () => {
    session = await openSession(world, bench.source.superuser);
    value(await pinOutput(session));
    before = await catalog();
  });
  afterAll(() => session.close());

  test('is described alike for a role that may do nothing', async () => {
    const own = value(await captureNotCovered(session, { relations: null }));
    await session.query('SET ROLE k_other');
    expect(await catalog()).toEqual(before);
    expect(value(await captureNotCovered(session, { relations: null }))).toEqual(own);
    await session.query('RESET ROLE');
  });
  test.each(changes)('names %s: %s', async (object, sql) => {
    for (const one of ['BEGIN', 'SET LOCAL client_min_messages = error']) await session.query(one);
    const changed = await session.script(sql);
    const after = changed.ok ? await catalog() : [];
    await session.query('ROLLBACK');
    if (!changed.ok) throw new Error(changed.error.message);
    const named = compareContent({ ...nothing, catalog: before }, { ...nothing, catalog: after });
    expect(named.map(({ name }) => name)).toContain(object);
  });
});
