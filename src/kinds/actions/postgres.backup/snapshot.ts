import type { Result } from '../../../base/result.js';
import { ok } from '../../../base/result.js';
import type { Session } from '../../../ports/postgres.js';
import type { ActionContext, KindProblem } from '../../executor.js';
import { ask, textOf } from '../../postgres/ask.js';
import type { Selection } from '../../postgres/content/capture.js';
import { lockRelations, resolveRelations } from '../../postgres/content/relations.js';

export interface Snapshot {
  readonly session: Session;
  readonly id: string;
  readonly takenAtMs: number;
}
/** The server may end transactions that last (`transaction_timeout`, since version 17); this one has to. */
const lastingStatement = `
  SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name OPERATOR(pg_catalog.=) 'transaction_timeout'`;

/**
 * Binds pg_dump to this session: an exported snapshot works on the same cluster and database only. The locks come
 * first (LOCK TABLE takes no snapshot, PostgreSQL docs, LOCK): what a TRUNCATE or an ALTER takes away after it, a
 * snapshot doesn't see.
 */
export async function takeSnapshot(
  context: ActionContext,
  session: Session,
  selection: Selection,
): Promise<Result<Snapshot, KindProblem>> {
  const lasting = await ask(session, lastingStatement);
  if (!lasting.ok) return lasting;
  const found = await resolveRelations(session, selection);
  if (!found.ok) return found;
  const begun = await ask(session, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  if (!begun.ok) return begun;
  const locked = await lockRelations(session, found.value.relations);
  if (!locked.ok) return locked;
  const exported = await ask(session, 'SELECT pg_catalog.pg_export_snapshot() AS id');
  const id = exported.ok ? textOf(exported.value[0] ?? {}, 'id') : '';
  if (!exported.ok) return exported;
  return ok({ session, id, takenAtMs: context.clock.monotonicMs() });
}
