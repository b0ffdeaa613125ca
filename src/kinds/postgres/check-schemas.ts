import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Session } from '../../ports/postgres.js';
import type { KindProblem } from '../executor.js';
import { ask, textOf } from './ask.js';

/** A schema that is misspelt would make a list of its objects empty, and an empty list easy to expect. */
export async function checkSchemas(
  session: Session,
  schemas: readonly string[] | null,
): Promise<Result<null, KindProblem>> {
  if (schemas === null) return ok(null);
  const rows = await ask(
    session,
    'SELECT name FROM pg_catalog.unnest($1::text[]) AS name WHERE name NOT IN (SELECT nspname FROM pg_catalog.pg_namespace)',
    [schemas],
  );
  if (!rows.ok) return rows;
  if (rows.value.length === 0) return ok(null);
  const missing = rows.value.map((row) => textOf(row, 'name')).join(', ');
  return err({
    code: 'SCHEMA_MISSING',
    message: `no such schema: ${missing}`,
    next: 'Names are exact, unquoted.',
  });
}
