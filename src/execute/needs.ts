import { namesIn, type UsedName } from '../expression/index.js';
import { matchersIn, operandsIn } from '../model/matcher.js';
import type { PlannedGate } from '../model/plan.js';
import { expressionsIn } from '../model/template.js';

/** What a gate needs of the run to be evaluated: every name in what it asks, and the gates that it compares with. */
export interface Needs {
  readonly names: readonly UsedName[];
  readonly baselines: readonly string[];
}

export function needsOf({ probe, assert, when, expect }: PlannedGate): Needs {
  const asked = [
    probe.args,
    assert ?? null,
    when?.if ?? null,
    ...expect.flatMap((e) => operandsIn(e.matcher)),
  ];
  return {
    names: asked.flatMap(expressionsIn).flatMap(({ source }) => namesIn(source)),
    baselines: expect
      .flatMap(({ matcher }) => matchersIn(matcher))
      .flatMap((matcher) => (matcher.op === 'unchanged_since' ? [matcher.gate] : [])),
  };
}
