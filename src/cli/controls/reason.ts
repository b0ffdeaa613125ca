import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { visible } from '../../base/visible.js';

const longest = 500;

/** Why a person uses a control, or what they did: one line that the next one reads. */
export function readReason(given: string, option = '--reason'): Result<string, string> {
  const reason = given.trim();
  if (reason === '') return err(`${option} needs some words: who comes after you reads them`);
  if (reason.length > longest) return err(`${option} takes at most ${longest} characters`);
  return ok(visible(reason));
}
