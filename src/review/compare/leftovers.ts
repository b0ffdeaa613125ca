import { baseOf } from '../../base/ids.js';
import { outline } from '../../plan/index.js';
import type { Plan } from '../../model/plan.js';
import { resourcesOf, type Resource } from '../resources.js';
import type { Change } from './change.js';
import type { Sides } from './sides.js';

const fateWords = ({ fate, destroyed_by: by }: Resource): string =>
  fate === 'destroyed' && by !== null ? `destroyed in ${by}` : fate;

/** Things that a run makes and that nothing destroys by name any more. */
export function resourcesLeft({ before, after }: Sides): Change[] {
  const old = new Map(named(before.plan).map((resource) => [resource.name, resource]));
  return named(after.plan).flatMap((now): Change[] => {
    const was = old.get(now.name);
    if (was === undefined || was.destroyed_by === null || now.destroyed_by !== null) return [];
    return [
      {
        kind: 'resource-left',
        weight: 'weakens',
        place: {
          name: now.command ?? 'run',
          path: now.command === null ? [] : ['commands', baseOf(now.command)],
        },
        what: `nothing destroys ${now.name ?? now.words} any more`,
        before: fateWords(was),
        after: fateWords(now),
      },
    ];
  });
}

function named(plan: Plan): readonly Resource[] {
  const words = outline(plan).commands;
  return resourcesOf(
    plan,
    (id, index) => words.find((command) => command.id === id)?.actions[index]?.words ?? '',
  ).filter(({ name, does }) => name !== null && does === 'create');
}
