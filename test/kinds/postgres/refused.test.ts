import { expect, test } from 'vitest';
import { advised } from '../../../src/kinds/actions/postgres.backup/advised.js';
import { refused, roomAdvised } from '../../../src/kinds/actions/postgres.restore/refused.js';
import { withoutOptions } from '../../../src/kinds/actions/postgres.restore/server-log.js';
import type { ActionContext } from '../../../src/kinds/executor.js';

const context = { redact: (text: string) => text } as unknown as ActionContext;

test.each([
  `CREATE USER MAPPING FOR gone SERVER far OPTIONS (\n    "user" 'u',\n    password 'not-for-reports'\n);`,
  `CREATE SUBSCRIPTION s CONNECTION 'host=h password=not-for-reports' PUBLICATION p`,
])('what a refused statement connects by is not shown: %s', (statement) => {
  const { message } = refused(
    context,
    [{ sqlstate: '42704', message: 'role "gone" does not exist', statement }],
    1,
    false,
  );
  expect(message).toContain(statement.slice(0, 20));
  expect(message).not.toContain('not-for-reports');
});

test('what pg_restore says behind it is', () => {
  const said = withoutOptions(
    "Command was: CREATE USER MAPPING FOR a SERVER b OPTIONS (\n    password 'x'\n);\n\npg_restore: error: lost",
  );
  expect(said).toBe('Command was: CREATE USER MAPPING FOR a SERVER b OPTIONS (…\npg_restore: error: lost');
});

test('a row that no restore can bring back is told so, and beside anything else it is not', () => {
  const check = {
    sqlstate: '23514',
    message: 'violates check',
    statement: 'COPY public.t FROM stdin;',
    at: 'line 3',
  };
  const other = { sqlstate: '42883', message: 'function', statement: 'CREATE INDEX' };
  expect(refused(context, [check], 1, false)).toMatchObject({
    message: expect.stringContaining('[COPY public.t FROM stdin; line 3]') as string,
    next: expect.stringContaining('NOT VALID') as string,
  });
  const money = {
    sqlstate: '22P02',
    message: 'invalid input syntax for type money: "1 ₫"',
    statement: 'COPY public.t FROM stdin;',
  };
  expect(refused(context, [money], 1, false).next).toContain('lc_monetary');
  expect(refused(context, [check, other], 2, false).next).toContain('allow_errors');
  expect(refused(context, [check, other], 2, true).next).toContain('dump of named tables has none');
  expect(refused(context, [check], 1, true).next).toContain('NOT VALID');
});

test.each([
  ['permission denied for table t (SQLSTATE 42501)', 'BYPASSRLS'],
  [
    'pg_dump: error: query failed: ERROR:  out of shared memory\nHINT:  You might need to increase max_locks_per_transaction.',
    'schemas',
  ],
  ['function f(integer) does not exist (SQLSTATE 42883)', 'search_path'],
  ['canceling statement due to lock timeout (SQLSTATE 55P03)', 'pg_locks'],
  ['cannot access temporary or unlogged relations during recovery (SQLSTATE 0A000)', 'primary'],
  ['canceling statement due to conflict with recovery (SQLSTATE 40001)', 'hot_standby_feedback'],
])('of production that can not be read it is said what to do: %s', (message, step) => {
  expect(advised({ code: 'SQL_ERROR', message }).next).toContain(step);
  expect(advised({ code: 'SQL_ERROR', message, next: 'said' }).next).toBe('said');
});

test('a full disk is told as that, whatever else it made go wrong', () => {
  const message =
    'pg_restore exited with 1: No space left on device; the restored database is still there: FATAL';
  const full = { code: 'DISK_FULL', next: expect.stringContaining('disk of the throwaway server') as string };
  expect(roomAdvised({ code: 'RESTORE_NOT_DISCARDED', message })).toMatchObject({ ...full, message });
  expect(roomAdvised({ code: 'NOT_INTACT', message: 'BADMDC' }).code).toBe('NOT_INTACT');
  const extend = {
    sqlstate: '53100',
    message: 'could not extend file',
    statement: 'COPY public.t FROM stdin;',
  };
  expect(refused(context, [extend], 1, false).next).toEqual(full.next);
});
