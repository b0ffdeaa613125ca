import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { cut } from '../../base/visible.js';
import type { KindProblem } from '../executor.js';

/**
 * A name that goes into a libpq program's argument. libpq reads `=` and `://` there as a connection string,
 * and a leading `-` is an option.
 */
export function checkIdentifier(name: string, what: string): Result<string, KindProblem> {
  const unsafe =
    name === '' || name.startsWith('-') || /[\0\r\n]|=|:\/\//.test(name) || Buffer.byteLength(name) > 63;
  if (!unsafe) return ok(name);
  return err({
    code: 'UNSAFE_NAME',
    message: `${what} ${JSON.stringify(cut(name, 80))} can't be used as a name here`,
    next: 'Use a name of at most 63 bytes without "=", "://", line ends or a leading "-".',
  });
}
