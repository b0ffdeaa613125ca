import { err, ok } from '../../../base/result.js';
import type { ProbeExecutor } from '../../executor.js';

export const execute: ProbeExecutor<unknown> = async (_args, { disableLevels }) => {
  const levels = await disableLevels();
  if (!levels.ok) return err(levels.error);
  return ok({ levels: levels.value.map((level) => ({ ...level })) });
};
