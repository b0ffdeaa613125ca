import type { Value } from '../base/value.js';
import type { Problem } from '../text/problem.js';
import { patternForms } from './schema-errors/words.js';

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
  if (error?.keyword === 'minItems' && looked.test(where))
    return {
      code: 'ARGUMENT_INVALID',
      message: `${where} is empty: there is nothing to look at, and nothing compared is nothing proved`,
      next: 'see what yields it: a backup of no table is most often one of the wrong database; if there really is none, take this out',
    };
  return {
    code: 'ARGUMENT_INVALID',
    message: `${where === '' ? `what ${kind} is given` : where} ${asked(error?.keyword ?? '', error?.params ?? {})}`,
    next: 'mend the expression: what it yields is not what the field takes, see docs/reference.md',
  };
}

/** What is looked at or compared, item by item. */
const looked = /^(?:tables|like|schemas|roles|paths)$/;

/** What the schema asks for, in words. */
function asked(keyword: string, params: Readonly<Record<string, unknown>>): string {
  const said = (name: string): string => {
    const value = params[name];
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  switch (keyword) {
    case 'pattern': {
      const form = patternForms[said('pattern')];
      return `has not the form it needs${form === undefined ? '' : `: ${form}`}`;
    }
    case 'type':
      return `must be of the type ${said('type')}`;
    case 'required':
      return `needs ${said('missingProperty')}`;
    case 'additionalProperties':
      return `doesn't take ${said('additionalProperty')}`;
    case 'enum':
      return `must be one of ${said('allowedValues')}`;
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return params['limit'] === 1 ? 'is empty' : `is too short (at least ${said('limit')})`;
    case 'maxItems':
    case 'maxLength':
    case 'maxProperties':
      return `is too long (at most ${said('limit')})`;
    default:
      return params['limit'] === undefined
        ? `isn't what is asked for (${keyword})`
        : `isn't what is asked for (${keyword} ${said('limit')})`;
  }
}
