import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';

/** `--param name=value`, each once. */
export function readParams(given: readonly string[]): Result<Readonly<Record<string, string>>, string> {
  const params: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) return err(`--param takes name=value, not ${JSON.stringify(text)}`);
    const name = text.slice(0, at);
    if (name in params) return err(`--param ${name} is given twice`);
    params[name] = text.slice(at + 1);
  }
  return ok(params);
}
