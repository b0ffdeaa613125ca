import { ok } from '../../../base/result.js';
import type { ActionExecutor } from '../../executor.js';
import type { Args } from './schema.js';

export const execute: ActionExecutor<Args> = async ({ instructions, confirm }, context) => {
  const confirmed = await context.confirm(instructions, confirm);
  if (!confirmed.ok) return confirmed;
  const words = confirmed.value;
  return ok({ outputs: { confirmed: true }, ...(words !== null && { words }) });
};
