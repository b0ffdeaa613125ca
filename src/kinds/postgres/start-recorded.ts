import type { Result } from '../../base/result.js';
import { err } from '../../base/result.js';
import type { Server, ServerSpec } from '../../ports/sandbox.js';
import type { Problem } from '../../text/problem.js';
import type { ActionContext } from '../executor.js';

/** Starts a throwaway server: its name is in the ledger before it is there, and what is half made is gone from both. */
export async function startRecorded(
  { sandboxes, ledger }: Pick<ActionContext, 'sandboxes' | 'ledger'>,
  as: { readonly kind: 'postgres.sandbox' | 'postgres.stand-in'; readonly name: string },
  spec: ServerSpec,
): Promise<Result<Server, Problem>> {
  const intent = sandboxes.intend(spec.container);
  const resource = await ledger.intend({ ...as, durability: 'ephemeral', handle: intent });
  const started = await sandboxes.start(intent, spec);
  if (started.ok) {
    await ledger.created(resource, started.value.handle);
    return started;
  }
  const { gone, ...problem } = started.error;
  if (gone !== null) await ledger.destroyed(resource, gone);
  return err(problem);
}
