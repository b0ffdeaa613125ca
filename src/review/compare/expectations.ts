import { describeExpectation } from '../../kinds/matchers/index.js';
import type { Expectation } from '../../model/matcher.js';
import { showPath } from '../../model/path.js';
import type { PlannedGate } from '../../model/plan.js';
import { plain, text } from '../words.js';
import { excerpts } from './arguments.js';
import type { Change, Place } from './change.js';
import { match } from './matching.js';
import { tightness, type Tightness } from './matchers.js';
import { meaning, same } from './same.js';
import { gatePlace, type Sides } from './sides.js';

const words = (expectation: Expectation): string => plain(describeExpectation(expectation));

/** In words, or where those are the same (they are cut), the very place where the two part. */
function apart(before: Expectation, after: Expectation): readonly [string, string] {
  const [was, is] = [words(before), words(after)];
  return was === is ? excerpts(meaning(before), meaning(after)) : [was, is];
}

/** One line for each path: a map of further paths is its lines. */
const flat = (expectations: readonly Expectation[]): Expectation[] =>
  expectations.flatMap(({ path, matcher }): Expectation[] =>
    matcher.op === 'all'
      ? flat(matcher.expectations).map((inner) => ({ ...inner, path: [...path, ...inner.path] }))
      : [{ path, matcher }],
  );

const verdicts = {
  looser: { weight: 'weakens', what: 'less is asked of' },
  tighter: { weight: 'strengthens', what: 'more is asked of' },
  other: { weight: 'changes', what: 'something else is asked of' },
} as const satisfies Readonly<Record<Tightness, unknown>>;

const observed = (path: Expectation['path']): string =>
  path.length === 0 ? 'what it observes' : showPath(path);

/** What a gate compares. */
export function expectationsChanged({ gates }: Sides): Change[] {
  return gates.pairs.flatMap(({ before, after }) => {
    const place = gatePlace(after);
    const changes = [
      ...compare(before.gate, after.gate, { ...place, path: [...place.path, 'expect'] }),
      ...asserts(before.gate, after.gate, { ...place, path: [...place.path, 'assert'] }),
    ];
    return changes.map((change) => ({ ...change, what: `“${text(after.gate.title)}”: ${change.what}` }));
  });
}

function compare(before: PlannedGate, after: PlannedGate, place: Place): Change[] {
  const { pairs, removed, added } = match(flat(before.expect), flat(after.expect), [
    meaning,
    ({ path, matcher }) => `${showPath(path)} ${matcher.op}`,
    ({ path }) => showPath(path),
  ]);
  const at = ({ path }: Expectation): Place => ({ ...place, path: [...place.path, ...path] });
  return [
    ...removed.map((gone): Change => ({
      kind: 'expectation-removed',
      weight: 'weakens',
      place,
      what: `nothing is asked of ${observed(gone.path)} any more`,
      before: words(gone),
    })),
    ...pairs
      .filter((pair) => !same(pair.before, pair.after))
      .map((pair): Change => {
        const { weight, what } = verdicts[tightness(pair.before.matcher, pair.after.matcher)];
        const [was, is] = apart(pair.before, pair.after);
        return {
          kind: 'expectation-changed',
          weight,
          place: at(pair.after),
          what: `${what} ${observed(pair.after.path)}`,
          before: was,
          after: is,
        };
      }),
    ...added.map((more): Change => ({
      kind: 'expectation-added',
      weight: 'strengthens',
      place: at(more),
      what: `${observed(more.path)} is compared too`,
      after: words(more),
    })),
  ];
}

function asserts(before: PlannedGate, after: PlannedGate, place: Place): Change[] {
  const [old, now] = [before.assert?.source, after.assert?.source];
  if (old === now) return [];
  const both = {
    ...(old !== undefined && { before: `‹${old}›` }),
    ...(now !== undefined && { after: `‹${now}›` }),
  };
  if (now === undefined)
    return [
      { kind: 'expectation-removed', weight: 'weakens', place, what: 'it asserts nothing any more', ...both },
    ];
  if (old === undefined)
    return [
      { kind: 'expectation-added', weight: 'strengthens', place, what: 'it asserts something too', ...both },
    ];
  return [
    { kind: 'expectation-changed', weight: 'changes', place, what: 'it asserts something else', ...both },
  ];
}
