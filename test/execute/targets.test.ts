import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Result } from '../../src/base/result.js';
import type { Value, ValueMap } from '../../src/base/value.js';
import { evaluateTemplate } from '../../src/expression/index.js';
import { Targets } from '../../src/execute/scope/targets.js';
import { endSessionsOn } from '../../src/execute/teardown.js';
import type { TargetDeclaration } from '../../src/model/runbook.js';
import type { Template } from '../../src/model/template.js';
import { Expression } from '../../src/model/template.js';
import type { Server } from '../../src/ports/sandbox.js';
import type { World } from '../support/server.js';
import { openSession, openWorld, startServer } from '../support/server.js';

let world: World;
let server: Server;
beforeAll(async () => {
  world = await openWorld();
  server = await startServer(world, { password: 'of-the-superuser' });
  const admin = await openSession(world, server.superuser);
  await admin.script(
    `CREATE ROLE cutter_ro LOGIN PASSWORD 'of-the-reader'; CREATE ROLE owner LOGIN PASSWORD 'of-the-owner'`,
  );
  await admin.close();
});
afterAll(async () => {
  await world.sandboxes.destroy(server.handle);
  await world.close();
});

const values: ValueMap = {
  params: { reader: 'cutter_ro', none: '' },
  secrets: { reader: 'of-the-reader', superuser: 'of-the-superuser' },
};
const evaluate = (template: Template): Result<Value, { code: string; message: string }> =>
  evaluateTemplate(template, values);
const use = { applicationName: 'gatebook/r/C-01', timeoutMs: 10_000, signal: new AbortController().signal };

function targets(user: Template, password?: Template): Targets {
  const common = { access: 'read', production: false } as const;
  const declarations: Record<string, TargetDeclaration> = {
    copy: { ...common, postgres: { via: 'sandbox', engine: 'local' } },
    reader: {
      ...common,
      postgres: { via: 'of', of: 'copy', user, ...(password !== undefined && { password }) },
    },
  };
  return new Targets(declarations, {}, world.postgres, evaluate);
}
function started(user: Template, password?: Template): Targets {
  const made = targets(user, password);
  made.provide('copy', { connection: server.connection, systemIdentifier: server.systemIdentifier });
  return made;
}
async function sessionUser(made: Targets): Promise<unknown> {
  const target = made.get('reader', use);
  if (!target.ok) return target.error.code;
  const session = await target.value.open();
  if (!session.ok) return session.error.code;
  const rows = await session.value.query('SELECT session_user::text AS role');
  await session.value.close();
  return rows.ok ? rows.value.rows[0]?.['role'] : rows.error.code;
}

test('another session user has the password that is declared for it', async () => {
  expect(await sessionUser(started('cutter_ro', new Expression('secrets.reader')))).toBe('cutter_ro');
  expect(await sessionUser(started(new Expression('params.reader'), 'of-the-reader'))).toBe('cutter_ro');
});

test.each([
  [60_000, ['10s', '1min']],
  // Given up before the command's own time is over, which would not say that nothing was done.
  [6_000, ['3s', '6s']],
])(
  'only a patient session waits for a lock longer than 10 s, or half of %i ms',
  async (timeoutMs, expected) => {
    const target = started('cutter_ro', 'of-the-reader').get('reader', { ...use, timeoutMs });
    if (!target.ok) throw new Error(target.error.message);
    const waits: unknown[] = [];
    for (const patient of [false, true]) {
      const session = await target.value.open({ patient });
      if (!session.ok) throw new Error(session.error.message);
      const rows = await session.value.query('SHOW lock_timeout');
      waits.push(rows.ok && rows.value.rows[0]?.['lock_timeout']);
      await session.value.close();
    }
    expect(waits).toEqual(expected);
  },
);

test('and never that of the target it is of', async () => {
  expect(await sessionUser(started('cutter_ro'))).toBe('UNREACHABLE');
  expect(await sessionUser(started('postgres'))).toBe('UNREACHABLE');
  expect(await sessionUser(started('cutter_ro', new Expression('secrets.superuser')))).toBe('UNREACHABLE');
});

test('what is no text is no user', async () => {
  expect(await sessionUser(started(new Expression('params.none')))).toBe('TARGET_TYPE');
  expect(await sessionUser(started(7, 'of-the-reader'))).toBe('TARGET_TYPE');
  expect(await sessionUser(started(new Expression('params.absent')))).not.toBe('cutter_ro');
});

test('what is no text is no password, and opens no session without one', () => {
  for (const password of [new Expression('params.none'), new Expression('params.absent'), 7])
    expect(started('cutter_ro', password).get('reader', use)).toMatchObject({ ok: false });
});

test('before the other is started the problem names that one', () => {
  const error = { code: 'TARGET_NOT_STARTED', message: 'target copy has not been started yet' };
  expect(targets('cutter_ro').get('reader', use)).toMatchObject({ ok: false, error });
});

test('an embargo on the other holds for it too', () => {
  const made = started('cutter_ro', 'of-the-reader');
  made.embargo(['copy']);
  expect(made.get('reader', use)).toMatchObject({ ok: false, error: { code: 'EMBARGOED' } });
});

test('what another role of a live server still runs is ended as that role, before its own proves that none is left', async () => {
  const common = { access: 'write', production: false } as const;
  const made = new Targets(
    {
      prod: { ...common, postgres: { via: 'url', url: { env: 'DB_URL' } } },
      owner: { ...common, postgres: { via: 'of', of: 'prod', user: 'owner', password: 'of-the-owner' } },
    },
    { prod: { via: 'url', production: false, standIn: false, identity: {} } },
    world.postgres,
    evaluate,
  );
  const reader = { ...server.superuser, user: 'cutter_ro', password: 'of-the-reader' };
  made.provide('prod', { connection: reader });
  const target = made.get('owner', use);
  if (!target.ok) throw new Error(target.error.message);
  const session = await target.value.open();
  if (!session.ok) throw new Error(session.error.message);
  const ended = [];
  for (const [name, to, whose] of made.connections())
    ended.push([name, await endSessionsOn(world, 'r', to, { whose })]);
  expect(ended).toEqual([
    ['owner', { ok: true, value: 1 }],
    ['prod', { ok: true, value: 0 }],
  ]);
  expect((await session.value.ended).code).toBe('CONNECTION_LOST');
});
