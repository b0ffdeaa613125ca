import pg from 'pg';
import { expect, test } from 'vitest';
import { queryProblem } from '../../../src/adapters/postgres/problem.js';

test.each([
  ['53400', 'temporary file size exceeds temp_file_limit (64kB)', 'SET temp_file_limit'],
  ['0A000', 'cannot use serializable mode in a hot standby', 'default_transaction_isolation'],
  ['0A000', 'cannot accumulate arrays', undefined],
])('a setting that ends what only reads has a next step: %s %s', (code, message, step) => {
  const error = Object.assign(new pg.DatabaseError(message, 0, 'error'), { code });
  const { next } = queryProblem(error, false);
  if (step === undefined) expect(next).toBeUndefined();
  else expect(next).toContain(step);
});
