import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { visible } from '../base/visible.js';

const longest = 500;

/** Why a person uses a control: one line that the next one reads. */
export function readReason(given: string): Result<string, string> {
  const reason = given.trim();
  if (reason === '') return err('--reason needs a reason: who comes after you reads it');
  if (reason.length > longest) return err(`--reason takes at most ${longest} characters`);
  return ok(visible(reason));
}
