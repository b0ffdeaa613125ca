import type { Result } from '../../../base/result.js';
import { ok } from '../../../base/result.js';
import type { Session } from '../../../ports/postgres.js';
import { quoteLiteral, quoteQualified } from '../../../base/sql.js';
import type { KindProblem } from '../../executor.js';
import { ask, isTrue, textOf } from '../ask.js';
import type { Relation } from './relations.js';
import { userSchema } from './relations.js';

/** 64-bit numbers as decimal digits. A type and not an interface, so that it is a `Value`. */
export type SequenceState = {
  /** `schema.name`. */
  readonly sequence: string;
  readonly last_value: string;
  readonly is_called: boolean;
  readonly increment: string;
  /** Begins anew at its end. */
  readonly cycles: boolean;
};

/** All, those of some schemas, or those that the columns of some relations own or draw from by identity. */
export interface Scope {
  readonly relations: readonly Relation[] | null;
  readonly schemas?: readonly string[];
}

const list = `
  SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, s.seqincrement::text AS increment, s.seqcycle AS cycles
  FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relpersistence <> 't' AND ${userSchema('n.nspname')}
    AND ($1::text[] IS NULL OR n.nspname = ANY ($1::text[]))
    AND ($2::text[] IS NULL OR EXISTS (SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid::text = ANY ($2::text[])))
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

const batchSize = 100;

/** Reads the sequences themselves: pg_sequences hides last_value from a role that may not read it. */
export async function captureSequences(
  session: Session,
  scope: Scope,
): Promise<Result<readonly SequenceState[], KindProblem>> {
  const owners = scope.relations?.map((r) => r.oid) ?? null;
  const rows = await ask(session, list, [scope.schemas ?? null, owners]);
  if (!rows.ok) return rows;
  const states: SequenceState[] = [];
  for (let i = 0; i < rows.value.length; i += batchSize) {
    const selects = rows.value.slice(i, i + batchSize).map((row) => {
      const [schema, name] = [textOf(row, 'schema'), textOf(row, 'name')];
      return (
        `SELECT ${quoteLiteral(`${schema}.${name}`)}::text AS sequence, last_value::text AS last_value, is_called, ` +
        `${quoteLiteral(textOf(row, 'increment'))}::text AS increment, ${String(isTrue(row, 'cycles'))} AS cycles FROM ${quoteQualified(schema, name)}`
      );
    });
    const batch = await ask(session, selects.join('\nUNION ALL\n'));
    if (!batch.ok) return batch;
    for (const row of batch.value)
      states.push({
        sequence: textOf(row, 'sequence'),
        last_value: textOf(row, 'last_value'),
        is_called: isTrue(row, 'is_called'),
        increment: textOf(row, 'increment'),
        cycles: isTrue(row, 'cycles'),
      });
  }
  return ok(states);
}

/** The next value it gives is what counts: `(10, called)` and `(11, not called)` are the same state. */
const position = (s: SequenceState): bigint =>
  s.is_called ? BigInt(s.last_value) + BigInt(s.increment) : BigInt(s.last_value);

/**
 * A sequence isn't part of a snapshot: a restored one must lie between its source before and after the dump,
 * in the direction of its increment, and round its end where it cycles. Returns words, or null where it holds.
 */
export function sequenceDifference(
  before: SequenceState,
  restored: SequenceState,
  after: SequenceState,
): string | null {
  const name = `sequence ${before.sequence}`;
  if (before.increment !== restored.increment)
    return `${name}: increment is ${restored.increment}, expected ${before.increment}`;
  const direction = BigInt(before.increment) < 0n ? -1n : 1n;
  const [low, is, high] = [before, restored, after].map((s) => position(s) * direction) as [
    bigint,
    bigint,
    bigint,
  ];
  const begunAnew = before.cycles && high < low;
  if (begunAnew ? low <= is || is <= high : low <= is && is <= high) return null;
  const show = (s: SequenceState) => `${s.last_value}${s.is_called ? '' : ' (not called)'}`;
  const expected =
    position(before) === position(after) ? show(before) : `between ${show(before)} and ${show(after)}`;
  return `${name}: at ${show(restored)}, expected ${expected}`;
}
