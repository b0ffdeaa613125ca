import { ok } from '../../../base/result.js';
import { endWords } from '../../exec-words.js';
import type { ActionExecutor } from '../../executor.js';
import { runExec } from '../../run-program.js';
import type { Args } from './schema.js';

/** The same run as the probe's; what differs is that it may change something. */
export const execute: ActionExecutor<Args> = async (args, context) => {
  const ended = await runExec(args, context);
  return ended.ok ? ok({ outputs: ended.value, words: endWords(ended.value) }) : ended;
};
