import type { Rule, RuleContext } from '../rule.js';

/** `G-13a` → comparable parts: the number, then the letter. */
function order(id: string): readonly [number, string] {
  const match = /^[A-Z]-([0-9]+)([a-z]?)/.exec(id);
  return [Number(match?.[1] ?? 0), match?.[2] ?? ''];
}

function isAfter(a: string, b: string): boolean {
  const [n, letter] = order(a);
  const [m, other] = order(b);
  return n > m || (n === m && letter > other);
}

interface Seen {
  readonly id: string;
  readonly path: readonly (string | number)[];
}

/** Ids are unique and ascend in the order in which things happen, so that a report reads like the runbook. */
export const idsAscend: Rule = {
  name: 'ids-ascend',
  check(context) {
    const { commands, gates } = context.places;
    check(
      context,
      commands.map((p) => ({ id: p.command.id, path: p.path })),
      'command',
    );
    check(
      context,
      gates.map((p) => ({ id: p.gate.id, path: p.path })),
      'gate',
    );
  },
};

function check({ locate, report }: RuleContext, items: readonly Seen[], what: string): void {
  const first = new Map<string, Seen>();
  let last: Seen | undefined;
  for (const item of items) {
    const before = first.get(item.id);
    const at = locate(item.path, 'key');
    if (before !== undefined) {
      const related = [{ message: `${item.id} stands here first`, location: locate(before.path, 'key') }];
      report({
        code: 'GB2002',
        message: `the ${what} id ${item.id} stands twice`,
        at,
        related,
        fix: 'give it a number of its own',
      });
      continue;
    }
    first.set(item.id, item);
    if (last !== undefined && !isAfter(item.id, last.id)) {
      const message = `${item.id} comes after ${last.id}`;
      const reason = 'ids ascend in the order in which things happen';
      report({
        code: 'GB2001',
        message,
        at,
        reason,
        fix: 'number them anew, or add a letter to the one before (G-13a)',
      });
    }
    if (last === undefined || isAfter(item.id, last.id)) last = item;
  }
}
