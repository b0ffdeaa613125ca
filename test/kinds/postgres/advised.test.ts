import { expect, test } from 'vitest';
import { advised } from '../../../src/kinds/actions/postgres.backup/advised.js';

test('a large object that is closed to the role is no row that pg_read_all_data opens, whoever meets it first', () => {
  const message =
    'pg_dump exited with 1: pg_dump: error: could not open large object 50001: ERROR:  permission denied for large object 50001';
  expect(advised({ code: 'PIPELINE_FAILED', message }).next).toMatch(/^GRANT SELECT ON LARGE OBJECT/);
});
