import { actions as kinds } from '../kinds/actions/index.js';
import type { Plan, PlannedAction } from '../model/plan.js';
import { showTemplate } from '../model/template.js';
import { isList } from '../base/value.js';
import type { Review } from './schema.js';
import { plain } from './words.js';

export type Resource = Review['resources'][number];

/** What a run would make, change and destroy, in the order in which it would. */
export function resourcesOf(plan: Plan, words: (command: string, action: number) => string): Resource[] {
  const whole = { plan, destroyed: destroyers(plan) };
  const made = [...plan.commands, ...plan.teardown].flatMap((command) =>
    command.actions.flatMap((action, index) =>
      ofAction(action, { command: command.id, words: plain(words(command.id, index)) }, whole),
    ),
  );
  return [...ofRun(plan), ...unique(made)];
}

/** Several changes of one throwaway server by one command are one line: what they are stands in the command table. */
const unique = (resources: readonly Resource[]): Resource[] => [
  ...new Map(resources.map((one) => [JSON.stringify(one), one])).values(),
];

/** What each run makes for itself, whatever its commands say. */
function ofRun(plan: Plan): Resource[] {
  const own = (type: string, words: string): Resource => ({
    command: null,
    does: 'create',
    type,
    name: null,
    words,
    fate: 'destroyed',
    destroyed_by: null,
  });
  const keys = Object.entries(plan.keys).filter(([, key]) => key.via === 'generate');
  return [
    own('folder', 'a private folder of the run'),
    ...keys.map(([name]) => own('gpg.home', `the key pair ${name}, in a keyring of its own`)),
  ];
}

interface Whole {
  readonly plan: Plan;
  /** The command that destroys a thing, by its `as` name. */
  readonly destroyed: ReadonlyMap<string, string>;
}

function ofAction(
  action: PlannedAction,
  { command, words }: { readonly command: string; readonly words: string },
  whole: Whole,
): Resource[] {
  // What must be refused makes nothing; the review names it among the refusals.
  if (action.expectError !== undefined || action.kind === 'destroy') return [];
  const base = { command, name: action.as ?? null };
  const by = action.as === undefined ? undefined : whole.destroyed.get(action.as);
  const created = kinds.get(action.kind)?.creates?.(showTemplate(action.args)) ?? [];
  if (created.length > 0)
    return created.map(({ type, durability, words: what }) => ({
      ...base,
      does: 'create',
      type,
      words: type === 'artifact' ? words : plain(what),
      fate: durability === 'kept' && by === undefined ? 'kept' : 'destroyed',
      destroyed_by: by ?? null,
    }));
  if (action.effect === 'observe') return [];
  const after = afterwards(action, whole);
  const [on] = targetsOf(action);
  const inside = after.fate === 'destroyed' && on !== undefined;
  return [
    {
      ...base,
      ...(inside && { name: null }),
      does: action.effect,
      type: null,
      words: inside ? `what is in ${on}` : words,
      ...after,
    },
  ];
}

/** What becomes of a change: it goes with the throwaway server that it was made on, or it stays. */
function afterwards(
  action: PlannedAction,
  { plan, destroyed }: Whole,
): Pick<Resource, 'fate' | 'destroyed_by'> {
  const targets = targetsOf(action);
  const container = action.kind === 'docker.copy' ? madeBefore(action)[0] : undefined;
  if (container !== undefined) return { fate: 'destroyed', destroyed_by: destroyed.get(container) ?? null };
  if (targets.length === 0) return { fate: 'unknown', destroyed_by: null };
  if (!targets.every((name) => isThrowaway(plan, name))) return { fate: 'stays', destroyed_by: null };
  const servers = [...plan.commands, ...plan.teardown]
    .flatMap((command) => command.actions)
    .filter((one) => one.kind === 'postgres.sandbox' && targets.includes(targetsOf(one)[0] ?? ''));
  const [by] = servers.flatMap(({ as }) => (as === undefined ? [] : (destroyed.get(as) ?? [])));
  return { fate: 'destroyed', destroyed_by: by ?? null };
}

/** What it uses of what earlier actions made, by its `as` name. */
const madeBefore = ({ kind, args }: PlannedAction): readonly string[] =>
  kinds
    .get(kind)
    ?.references?.(showTemplate(args))
    .made?.map(({ name }) => name) ?? [];

const targetsOf = ({ kind, args }: PlannedAction): readonly string[] =>
  kinds.get(kind)?.references?.(showTemplate(args)).targets ?? [];

function isThrowaway({ targets }: Pick<Plan, 'targets'>, name: string): boolean {
  const postgres = Object.hasOwn(targets, name) ? targets[name]?.postgres : undefined;
  if (postgres?.via === 'of') return isThrowaway({ targets }, postgres.of);
  return postgres?.via === 'sandbox';
}

/** The command that destroys a thing, by its `as` name. */
export function destroyers(plan: Plan): ReadonlyMap<string, string> {
  const by = new Map<string, string>();
  for (const command of [...plan.commands, ...plan.teardown])
    for (const { kind, args } of command.actions) {
      const names = kind === 'destroy' ? showTemplate(args) : [];
      if (isList(names)) for (const name of names) if (typeof name === 'string') by.set(name, command.id);
    }
  return by;
}
