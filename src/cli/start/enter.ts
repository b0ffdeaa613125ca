import { withoutAuthorities } from '../../adapters/process/authorities.js';
import { mayEnter } from '../../adapters/process/containment.js';
import { enterNamespace, isInner, killed, promiseLastWord } from '../../adapters/process/outer.js';
import { outerEnvironment } from '../../adapters/process/own.js';
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Problem } from '../../text/problem.js';
import { tell } from '../io.js';

const wasKilled =
  'gatebook: the runner was killed, by the system for want of memory perhaps; what it made may still be there\n' +
  'next     gatebook runs   lists what is unfinished, and how to finish it\n';

/**
 * Runs this very call once more as the inner process of a namespace; null where the machine gives none. Its start
 * (start.ts) does so for a run before it has loaded the program, which the outer process never needs.
 */
export async function enter(): Promise<Result<number | null, Problem>> {
  if (isInner()) promiseLastWord();
  if (!mayEnter()) return ok(null);
  const entered = await enterNamespace(
    process.argv.slice(1),
    withoutAuthorities({ ...process.env, ...outerEnvironment() }),
  );
  if (entered.ok && entered.value === killed) await tell(wasKilled, killed);
  return entered;
}
