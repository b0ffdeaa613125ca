import type { Result } from '../../base/result.js';
import { err } from '../../base/result.js';
import type { Session } from '../../ports/postgres.js';
import type { KindProblem, LiveTarget, ProbeContext } from '../executor.js';
import { ask, asKindProblem } from './ask.js';

/** One session on a target for as long as the work takes. The problem names the target where it was refused. */
export async function withSession<T>(
  context: Pick<ProbeContext, 'target'>,
  name: string,
  work: (session: Session, target: LiveTarget) => Promise<Result<T, KindProblem>>,
  purpose?: Parameters<LiveTarget['open']>[0],
): Promise<Result<T, KindProblem>> {
  const target = context.target(name);
  if (!target.ok) return target;
  const session = await target.value.open(purpose);
  if (!session.ok) return err({ ...asKindProblem(session.error), target: name });
  try {
    return await work(session.value, target.value);
  } finally {
    await session.value.close();
  }
}

const builtInFirst = `
  SELECT pg_catalog.set_config('search_path',
    pg_catalog.rtrim(pg_catalog.concat('pg_catalog, ', pg_catalog.current_setting('search_path')), ', '), false)`;

/**
 * A session that we alone ask: the search_path of a role or database may put others' functions, types and operators
 * before the built-in ones, and they must not answer in their place.
 */
export const withOwnSession: typeof withSession = (context, name, work, purpose) =>
  withSession(
    context,
    name,
    async (session, target) => {
      const done = await ask(session, builtInFirst);
      return done.ok ? work(session, target) : done;
    },
    purpose,
  );
