import { counted } from '../../base/words.js';
import { planDigest } from '../../plan/index.js';
import type { Location } from '../../text/diagnostic.js';
import type { Review } from '../schema.js';
import { actionsChanged, outputsRenamed } from './actions.js';
import { byDanger, concernsGate, type Change } from './change.js';
import { merged } from './merge.js';
import { commandConditions, commandsChanged, commandsMoved, commandsRenamed } from './commands.js';
import { authorizationChanged, compensationChanged, protectionChanged, waiversChanged } from './controls.js';
import { expectationsChanged } from './expectations.js';
import {
  gateConditions,
  gatePatience,
  gatesMoved,
  gatesRemovedAndAdded,
  gatesRenamed,
  onFailChanged,
  probesChanged,
} from './gates.js';
import { dataChanged, filesChanged, keysChanged, paramsChanged } from './inputs.js';
import { resourcesLeft } from './leftovers.js';
import { secretsChanged, secretsReach } from './secrets.js';
import { alignSides, type Side, type Sides } from './sides.js';
import { targetsChanged } from './targets.js';
import { proseChanged, reportChanged } from './words.js';

export type { Change } from './change.js';
export type { Side } from './sides.js';

/** Each finds one kind of change; together they are what it means that a runbook changed. */
const comparers: readonly ((sides: Sides) => readonly Change[])[] = [
  gatesRemovedAndAdded,
  expectationsChanged,
  probesChanged,
  onFailChanged,
  gateConditions,
  gatesMoved,
  gatePatience,
  targetsChanged,
  authorizationChanged,
  compensationChanged,
  waiversChanged,
  protectionChanged,
  secretsReach,
  resourcesLeft,
  actionsChanged,
  commandsMoved,
  commandConditions,
  commandsChanged,
  keysChanged,
  secretsChanged,
  paramsChanged,
  dataChanged,
  filesChanged,
  proseChanged,
  reportChanged,
  commandsRenamed,
  gatesRenamed,
  outputsRenamed,
];

/** What changed in meaning from one plan to another, the dangerous first. */
export function comparePlans(before: Side, after: Side): Change[] {
  const sides = alignSides(before, after);
  return byDanger(merged(comparers.flatMap((compare) => compare(sides))));
}

/** `3 changes in meaning, 1 weakens a guard`. */
export function summaryOf(changes: readonly Change[]): string {
  const real = changes.filter(({ weight }) => weight !== 'cosmetic');
  if (real.length === 0) return 'Nothing changed in meaning';
  const weaker = real.filter(({ weight }) => weight === 'weakens');
  const gates = weaker.filter(concernsGate).length;
  const others = weaker.length - gates;
  return [
    `${counted(real.length, 'change')} in meaning`,
    ...(gates > 0 ? [`${gates} ${gates === 1 ? 'weakens' : 'weaken'} a guard`] : []),
    ...(others > 0 ? [`${others} ${others === 1 ? 'weakens' : 'weaken'} another safeguard`] : []),
    ...(weaker.length === 0 ? ['none weakens anything'] : []),
  ].join(', ');
}

/** The old runbook: null where there is none at that place. */
export interface Against {
  readonly name: string;
  readonly side: Side | null;
}

/** What a review says of the changes. `locate` knows the places of the new runbook. */
export function compareFor(
  after: Side,
  { name, side }: Against,
  locate: (path: readonly (string | number)[]) => Location,
): NonNullable<Review['comparison']> {
  const changes = side === null ? [] : comparePlans(side, after);
  return {
    against: name,
    is_new: side === null,
    before_digest: side === null ? null : planDigest(side.plan),
    summary: side === null ? 'New: there is nothing to compare with' : summaryOf(changes),
    changes: changes.map((change) => ({
      kind: change.kind,
      weight: change.weight,
      guards: concernsGate(change),
      place: change.place.name,
      at: change.place.path.length === 0 ? null : positionOf(locate(change.place.path)),
      what: change.what,
      before: change.before ?? null,
      after: change.after ?? null,
    })),
  };
}

const positionOf = ({ file, range }: Location) => ({
  file,
  line: range.start.line,
  column: range.start.column,
});
