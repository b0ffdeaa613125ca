import type { Value } from '../base/value.js';
import type { Problem } from '../text/problem.js';

/**
 * Checks a kind's arguments once every expression in them has been evaluated. Null where they are what the kind
 * asks for; else a problem that names the first field that isn't.
 */
export async function checkArgs(of: 'probe' | 'action', kind: string, args: Value): Promise<Problem | null> {
  const { validators } = await import('./args.generated.js');
  const validate = validators[`${of}:${kind}`];
  if (validate === undefined) return { code: 'UNKNOWN_KIND', message: `there is no ${of} ${kind}` };
  if (validate(args)) return null;
  const [error] = (validate.errors ?? []).filter((e) => e.keyword !== 'anyOf');
  const where = error?.instancePath.slice(1).replaceAll('/', '.') ?? '';
  const params = (error?.params ?? {}) as Record<string, unknown>;
  const detail = [
    params['missingProperty'],
    params['additionalProperty'],
    params['type'],
    params['allowedValues'],
    params['limit'],
  ]
    .filter((p) => p !== undefined)
    .map((p) => (typeof p === 'string' ? p : JSON.stringify(p)))
    .join(' ');
  return {
    code: 'ARGUMENT_INVALID',
    message: `${kind}: ${where === '' ? 'its arguments' : where} must satisfy ${error?.keyword ?? 'its schema'}${detail === '' ? '' : ` (${detail})`}`,
    next: 'an expression yielded a value that this field does not take',
  };
}
