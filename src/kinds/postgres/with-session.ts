import type { Result } from '../../base/result.js';
import { err } from '../../base/result.js';
import type { Session } from '../../ports/postgres.js';
import type { KindProblem, LiveTarget, ProbeContext } from '../executor.js';
import { asKindProblem } from './ask.js';

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
