import { beforeEach, describe, expect, test } from 'vitest';
import { Targets } from '../../src/execute/scope/targets.js';
import type { BoundTarget } from '../../src/model/binding.js';
import type { TargetDeclaration } from '../../src/model/runbook.js';
import type { Postgres, SessionSpec } from '../../src/ports/postgres.js';

const connection = { host: 'h', port: 5432, database: 'shop', user: 'u' };
const declared = (more: Partial<TargetDeclaration> = {}): TargetDeclaration => ({
  ...{ postgres: { via: 'url', url: { env: 'DB_URL' } }, access: 'write', production: false, ...more },
});
const bound = (more: Partial<BoundTarget> = {}): BoundTarget => ({
  ...{ via: 'url', production: false, standIn: false, identity: {}, ...more },
});
type Named<T> = Readonly<Record<string, T>>;
function targetsOf(declarations: Named<TargetDeclaration>, bindings: Named<BoundTarget> = {}) {
  const specs: SessionSpec[] = [];
  const postgres = {
    open: (spec: SessionSpec) => {
      specs.push(spec);
      return Promise.resolve({ ok: false, error: { code: 'UNREACHABLE', message: '' } });
    },
  } as unknown as Postgres;
  const targets = new Targets(declarations, bindings, postgres, () => null as never);
  return { targets, specs };
}
test('a session of a command that only observes is read-only, whatever the target allows', async () => {
  const { targets, specs } = targetsOf({ db: declared() });
  targets.provide('db', { connection });
  const use = { applicationName: 'gatebook/r/C-01', timeoutMs: 1, signal: new AbortController().signal };
  const target = targets.get('db', { ...use, observes: true });
  await (target.ok && target.value.open({ write: true }));
  expect(specs).toMatchObject([{ readOnly: true }]);
});

type Purpose = { readonly write?: true; readonly patient?: true };
async function specOf(
  declarations: Named<TargetDeclaration>,
  bindings?: Named<BoundTarget>,
  purpose?: Purpose,
  timeoutMs = 60_000,
): Promise<SessionSpec | undefined> {
  const { targets, specs } = targetsOf(declarations, bindings);
  for (const name of Object.keys(declarations)) targets.provide(name, { connection });
  targets.provide('other', { connection, systemIdentifier: '2' });
  const target = targets.get('db', {
    ...{ applicationName: 'gatebook/r/C-01', timeoutMs, signal: new AbortController().signal },
  });
  if (target.ok) await target.value.open(purpose as never);
  return specs[0];
}

test.each<[string, Partial<TargetDeclaration>, Purpose | undefined, boolean]>([
  ['is declared for reading', { access: 'read' }, undefined, true],
  ['is declared for reading, and an action would write', { access: 'read' }, { write: true }, true],
  ['is no production', {}, undefined, false],
  ['is production', { production: true }, undefined, true],
  ['is production, for a query that waits', { production: true }, { patient: true }, true],
  ['is production, for an action that changes it', { production: true }, { write: true }, false],
])('a session where the target %s', async (_, more, purpose, readOnly) => {
  expect(await specOf({ db: declared(more) }, {}, purpose)).toMatchObject({ readOnly });
});

test('a superuser is refused on production, unless the runbook says why', async () => {
  const refuses = async (more: Partial<TargetDeclaration>) =>
    (await specOf({ db: declared(more) }))?.refuseSuperuser;
  expect(await refuses({ production: true })).toBe(true);
  expect(await refuses({ production: true, superuser: 'reads every schema' } as never)).toBe(false);
  expect(await refuses({})).toBe(false);
});

test('nobody waits for a lock longer than half of what a statement may take', async () => {
  expect(await specOf({ db: declared() }, {}, undefined, 4_000)).toMatchObject({ lockTimeoutMs: 2_000 });
});

test('a session is for that cluster and database alone, and not for what it must differ from', async () => {
  const all = { db: declared(), other: declared() };
  const identity = { database: 'shop', system_identifier: '1', differs_from: 'other' };
  expect((await specOf(all, { db: bound({ identity }) }))?.expected).toEqual({
    ...{ database: 'shop', systemIdentifier: '1', notSystemIdentifier: '2' },
  });
});

test('a target that must differ from one of which nobody knows which it is gives no session', () => {
  const { targets } = targetsOf(
    { db: declared(), other: declared() },
    { db: bound({ identity: { differs_from: 'other' } }) },
  );
  const use = { applicationName: 'gatebook/r/C-01', timeoutMs: 1, signal: new AbortController().signal };
  for (const name of ['db', 'other']) targets.provide(name, { connection });
  expect(targets.get('db', use)).toMatchObject({ error: { code: 'IDENTITY_UNKNOWN' } });
  targets.provide('other', { connection, systemIdentifier: '2' });
  expect(targets.get('db', use)).toMatchObject({ ok: true });
});

describe('what is looked for when a run is stopped', () => {
  const all = { db: declared(), gone: declared(), rehearsed: declared(), copy: declared() };
  let targets: Targets;
  beforeEach(() => {
    ({ targets } = targetsOf(all, {
      ...{ db: bound(), gone: bound({ via: 'docker' }), rehearsed: bound({ standIn: true }) },
      copy: bound({ via: 'sandbox' }),
    }));
    for (const name of ['db', 'rehearsed', 'copy']) targets.provide(name, { connection });
  });
  const names = (list: readonly (readonly [string, ...unknown[]])[]) => list.map(([name]) => name);

  test('is every server that was reached, and of those that outlast it also what was not', () => {
    expect(names(targets.connections())).toEqual(['db', 'rehearsed', 'copy']);
    expect(targets.outlasting()).toEqual([
      ['db', { connection }],
      ['gone', null],
    ]);
  });

  test('is nothing that is under embargo', () => {
    targets.embargo(['db', 'gone']);
    expect([names(targets.connections()), targets.outlasting()]).toEqual([['rehearsed', 'copy'], []]);
  });
});
