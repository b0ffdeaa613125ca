import { parseDuration } from '../../../base/quantity.js';
import { err, ok } from '../../../base/result.js';
import { pause } from '../../../base/timer.js';
import type { ActionExecutor } from '../../executor.js';
import type { Args } from './schema.js';

export const execute: ActionExecutor<Args> = async (args, { signal }) => {
  const ms = parseDuration(args.for);
  if (ms === null) return err({ code: 'DURATION_MALFORMED', message: `${args.for} is not a duration` });
  await pause(ms, signal);
  return signal.aborted ? err({ code: 'CANCELLED', message: 'the wait was cancelled' }) : ok({ outputs: {} });
};
