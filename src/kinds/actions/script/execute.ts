import { ok } from '../../../base/result.js';
import type { ActionExecutor } from '../../executor.js';
import { endWords } from '../../exec-words.js';
import { execute as observe } from '../../probes/script/execute.js';
import type { ValueMap } from '../../../base/value.js';

/** The same run as the probe's; what differs is that it may change something. */
export const execute: ActionExecutor = async (args, context) => {
  const ended = await observe(args, context);
  if (!ended.ok) return ended;
  const outputs = ended.value as ValueMap;
  return ok({ outputs, words: endWords(outputs) });
};
