import { isList, isMap, valueMap, type Value } from '../base/value.js';
import { toText } from '../expression/index.js';
import type { LoopedCommand } from '../model/runbook.js';
import { expressionsIn, isExpression, type Template } from '../model/template.js';
import type { Folder } from './fold.js';
import type { PlanProblem } from './problem.js';

/** One item of a loop. A list's items are their own keys. */
export interface Iteration {
  readonly key: string;
  readonly value: Value;
}

const MAX_ITERATIONS = 1000;
const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The items of `for_each`, in order; none where something is wrong, which the folder's problems tell. */
export function iterationsOf(
  command: LoopedCommand,
  written: Template,
  folder: Folder,
): readonly Iteration[] {
  const at = isExpression(written) ? written.at : undefined;
  const refuse = (code: string, message: string, next: string): readonly Iteration[] => {
    const problem: PlanProblem = {
      code,
      exit: 3,
      message: `for_each of ${command.id} ${message}`,
      next,
      ...(at && { at }),
    };
    folder.problems.push(problem);
    return [];
  };
  const before = folder.problems.length;
  const items = folder.template(written);
  if (folder.problems.length > before) return [];
  const [open] = expressionsIn(items);
  if (open)
    return refuse(
      'GB2602',
      `depends on \${{ ${open.source} }}, which only the run knows`,
      'the items are params, data or literals',
    );
  const entries = entriesOf(items as Value);
  if (entries === undefined)
    return refuse(
      'GB2602',
      'is not a map or a list',
      'write {S1: …} or an expression over data that yields one',
    );
  if (entries.length === 0)
    return refuse('GB2603', 'is empty', 'a loop over nothing would pass without having looked');
  if (entries.length > MAX_ITERATIONS)
    return refuse('GB2603', `has ${entries.length} items`, `at most ${MAX_ITERATIONS} are run`);
  const bad = entries.find(([key]) => !KEY.test(key));
  if (bad)
    return refuse(
      'GB2604',
      `has the key ${JSON.stringify(bad[0])}`,
      'a key has letters, digits, ., _ and -, at most 64',
    );
  const keys = new Set(entries.map(([key]) => key));
  if (keys.size < entries.length)
    return refuse('GB2604', 'has the same key twice', 'each iteration needs an id of its own');
  return entries.map(([key, value]) => ({ key, value }));
}

function entriesOf(items: Value): readonly (readonly [string, Value])[] | undefined {
  if (isMap(items)) return Object.entries(items);
  return isList(items) ? items.map((item) => [label(item), item] as const) : undefined;
}

const label = (item: Value): string => toText(item);

/** What `each` is inside an iteration. */
export const eachOf = ({ key, value }: Iteration): Value =>
  valueMap([
    ['key', key],
    ['value', value],
  ]);
