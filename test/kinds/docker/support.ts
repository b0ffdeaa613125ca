import type {
  ActionContext,
  ActionExecutor,
  KindProblem,
  ProbeExecutor,
} from '../../../src/kinds/executor.js';
import type { Value, ValueMap } from '../../../src/base/value.js';
import type { Result } from '../../../src/base/result.js';
import { dockerHandleFrom } from '../../../src/ports/docker.js';
import { kindContext } from '../../support/kind-context.js';
import { openBench, value, type Bench } from '../../adapters/docker/support.js';

export interface Kit extends ReturnType<typeof kindContext> {
  readonly bench: Bench;
  readonly act: <Args>(
    as: string,
    execute: ActionExecutor<Args>,
    given: Args,
    changes?: Partial<ActionContext>,
  ) => Promise<Result<{ readonly outputs: ValueMap; readonly words?: string }, KindProblem>>;
  readonly look: <Args>(execute: ProbeExecutor<Args>, given: Args) => Promise<Value>;
  /** Destroys what the ledger holds, newest first, and forgets the rest. */
  readonly close: () => Promise<void>;
}

/** A context on the engine of the tests. */
export async function openKit(): Promise<Kit> {
  const bench = await openBench();
  const kit = kindContext({ docker: bench.docker, timeoutMs: 30_000 });
  const { context } = kit;
  return {
    ...kit,
    bench,
    act: (as, execute, given, changes = {}) => execute(given, { ...context, as, ...changes }),
    look: async (execute, given) => value(await execute(given, context)),
    close: async () => {
      for (const { handle } of [...kit.entries].reverse())
        if (dockerHandleFrom(handle) !== null) value(await bench.docker.destroy(handle));
      await bench.settle();
      kit.done();
    },
  };
}
