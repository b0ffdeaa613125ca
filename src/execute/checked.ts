import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import type { Value } from '../base/value.js';
import { checkArgs } from '../document/args.js';
import type { KindProblem } from '../kinds/executor.js';

/** Any kind's executor: what it takes only its own schema says. */
type Loader<Context, Outcome> = () => Promise<{
  readonly execute: (args: never, context: Context) => Promise<Outcome>;
}>;

/**
 * A kind's executor with its arguments, in which the kind's own schema found nothing wrong. The only place where
 * evaluated values become the arguments of a kind: the validator is compiled from the schema whose static type the
 * executor takes, and the index lets no kind have the executor of another.
 */
export async function withCheckedArgs<Context, Outcome>(
  executors: Readonly<Record<string, Loader<Context, Outcome>>>,
  of: 'probe' | 'action',
  kind: string,
  args: Value,
): Promise<Result<(context: Context) => Promise<Outcome>, KindProblem>> {
  const malformed = await checkArgs(of, kind, args);
  if (malformed !== null) return err({ ...malformed, unchanged: true });
  const load = Object.hasOwn(executors, kind) ? executors[kind] : undefined;
  if (load === undefined) return err({ code: 'KIND_UNKNOWN', message: `no ${of} is called ${kind}` });
  const { execute } = await load();
  return ok((context) => execute(args as never, context));
}
