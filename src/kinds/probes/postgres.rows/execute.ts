import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import type { Session } from '../../../ports/postgres.js';
import type { KindProblem, ProbeContext, ProbeExecutor } from '../../executor.js';
import { ask, textOf } from '../../postgres/ask.js';
import { compareContent } from '../../postgres/content/compare.js';
import type { Content } from '../../postgres/content/capture.js';
import { captureContent } from '../../postgres/content/capture.js';
import { readRecord } from '../../postgres/record.js';
import { withOwnSession } from '../../postgres/with-session.js';
import type { Observation } from './observe.js';
import { observeLike, observePlain, observeTables } from './observe.js';
import type { Args } from './schema.js';

export const execute: ProbeExecutor<Args> = ({ target, tables, like }, context) => {
  return withOwnSession(context, target, async (session): Promise<Result<Observation, KindProblem>> => {
    // One snapshot for all tables: counts that were taken at different moments can't be compared.
    const begun = await ask(session, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    if (!begun.ok) return begun;
    if (like === undefined) {
      const content = await captureContent(session, { tables: tables ?? [] }, { parts: 'rows' });
      return content.ok ? ok(observeTables(content.value)) : content;
    }
    const artifact = like[0]?.of;
    if (artifact !== undefined && like.every((row) => row.of === artifact))
      return compareWithBackup(context, session, like, artifact);
    const names = [...new Set(like.map((row) => row.table))];
    const options = { parts: 'rows', missing: 'leave' } as const;
    const content = await captureContent(session, { tables: names }, options);
    return content.ok ? ok(observePlain(like, content.value)) : content;
  });
};

/** Against a backup of this run: what its record knows, wholly if no table of it is left out. */
async function compareWithBackup(
  context: ProbeContext,
  session: Session,
  like: NonNullable<Args['like']>,
  artifact: string,
): Promise<Result<Observation, KindProblem>> {
  const record = await readRecord(context, artifact);
  if (!record.ok) return record;
  const { content: source, selection, sequencesAfter } = record.value;
  const listed = new Set(like.map((row) => row.table));
  const whole = source.tables.every((t) => listed.has(t.table));
  const tables = whole ? source.relations.map((r) => r.table) : [...listed];
  const restored = await captureContent(
    session,
    whole && selection.tables === null ? selection : { tables },
    { parts: whole ? 'all' : 'rows', missing: 'leave' },
  );
  if (!restored.ok) return restored;
  if (restored.value.hashTrial !== source.hashTrial) return err(hashesDiffer(source, restored.value));
  const absent = await rolesMissing(session, source);
  if (!absent.ok) return absent;
  const missingRoles = absent.value;
  const expected = whole
    ? { ...source, sequencesAfter }
    : {
        ...source,
        tables: source.tables.filter((t) => listed.has(t.table)),
        sequences: [],
        catalog: [],
        largeObjects: null,
      };
  const differences = compareContent(expected, restored.value, { missingRoles });
  const found = { differences, rolesMissing: missingRoles, notCovered: source.notCovered };
  return ok(observeLike(like, restored.value, found));
}

const hashesDiffer = (source: Content, restored: Content): KindProblem => ({
  code: 'HASHES_DIFFER',
  message:
    `the source (PostgreSQL ${source.major}) and this server (${restored.major}) make different hashes of the same ` +
    'values, so that rows can not be compared',
  next: 'Restore on a machine whose processor has the byte order of the source’s.',
});

async function rolesMissing(
  session: Session,
  source: Content,
): Promise<Result<readonly string[], KindProblem>> {
  const rows = await ask(
    session,
    `SELECT name FROM pg_catalog.unnest($1::text[]) AS name
     WHERE name NOT IN (SELECT rolname FROM pg_catalog.pg_roles) ORDER BY name`,
    [source.roles],
  );
  return rows.ok ? ok(rows.value.map((row) => textOf(row, 'name'))) : rows;
}
