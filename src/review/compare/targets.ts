import { asTaken } from '../../model/production.js';
import { isOutside } from '../../model/runbook.js';
import type { IdentityDeclaration, Outside, TargetDeclaration } from '../../model/runbook.js';
import type { Template } from '../../model/template.js';
import { from, identityWords, reached, standIn as embeddedOf } from '../touches.js';
import { text } from '../words.js';
import type { Change, Place } from './change.js';
import { byName } from './named.js';
import { same } from './same.js';
import type { Sides } from './sides.js';

const placeOf = (name: string, ...path: readonly string[]): Place => ({
  name: `target ${name}`,
  path: ['targets', name, ...path],
});

const whole = (target: TargetDeclaration): string =>
  [
    ...(target.production ? ['PRODUCTION'] : []),
    reached(target.postgres),
    `access ${target.access}`,
    ...identityWords(target.identity),
  ].join('; ');

const isThrowaway = ({ postgres }: TargetDeclaration): boolean => postgres.via === 'sandbox';

/** Servers that a run may talk to, what it may do there, and how it makes sure of them. */
export function targetsChanged({ before, after }: Sides): Change[] {
  const { removed, added, changed } = byName(asTaken(before.plan.targets), asTaken(after.plan.targets));
  return [
    ...removed.map(([name, target]): Change => ({
      kind: 'target-removed',
      weight: 'neutral',
      place: placeOf(name),
      what: 'this target is gone',
      before: whole(target),
    })),
    ...added.map(([name, target]): Change => ({
      kind: 'target-added',
      weight:
        target.production || (target.access === 'write' && !isThrowaway(target)) ? 'weakens' : 'changes',
      place: placeOf(name),
      what: target.production ? 'a further production target' : 'a further target',
      after: whole(target),
    })),
    ...changed.flatMap((one) => [
      ...powers(one.name, one.before, one.after),
      ...address(one.name, one.before, one.after),
      ...identity(one.name, one.before.identity, one.after.identity),
    ]),
  ];
}

function powers(name: string, before: TargetDeclaration, after: TargetDeclaration): Change[] {
  const changes: Change[] = [];
  if (before.production !== after.production)
    changes.push({
      kind: 'target-changed',
      weight: 'weakens',
      place: placeOf(name, 'production'),
      what: after.production
        ? 'it is production now: the run reaches production where it did not'
        : 'it is no longer treated as production: its sessions need not be read-only, nothing needs authorization',
      before: before.production ? 'production' : 'no production',
      after: after.production ? 'production' : 'no production',
    });
  if (before.access !== after.access)
    changes.push({
      kind: 'target-changed',
      weight: after.access === 'write' ? 'weakens' : 'strengthens',
      place: placeOf(name, 'access'),
      what: after.access === 'write' ? 'its sessions may write now' : 'its sessions may no longer write',
      before: before.access,
      after: after.access,
    });
  if (before.superuser !== after.superuser)
    changes.push({
      kind: 'target-changed',
      weight:
        before.superuser === undefined
          ? 'weakens'
          : after.superuser === undefined
            ? 'strengthens'
            : 'neutral',
      place: placeOf(name, 'superuser'),
      what: after.superuser === undefined ? 'a superuser is no longer accepted' : 'a superuser is accepted',
      ...(before.superuser !== undefined && { before: before.superuser }),
      ...(after.superuser !== undefined && { after: after.superuser }),
    });
  return changes;
}

function address(name: string, before: TargetDeclaration, after: TargetDeclaration): Change[] {
  if (same(before.postgres, after.postgres)) return [];
  const place = placeOf(name, 'postgres');
  const [old, now] = [before.postgres, after.postgres];
  const [oldSeed, newSeed] = [embeddedOf(old), embeddedOf(now)];
  if (same({ ...old, embedded: undefined }, { ...now, embedded: undefined }))
    return [
      {
        kind: 'target-changed',
        weight: 'neutral',
        place,
        what: 'another stand-in takes its place in a rehearsal',
        ...(oldSeed !== null && { before: oldSeed }),
        ...(newSeed !== null && { after: newSeed }),
      },
    ];
  return [
    {
      kind: 'target-changed',
      weight: old.via === 'sandbox' && now.via !== 'sandbox' ? 'weakens' : 'changes',
      place,
      what:
        old.via === 'sandbox' && now.via !== 'sandbox'
          ? 'it is no throwaway server any more'
          : 'it is reached in another way',
      before: reached(old),
      after: reached(now),
    },
  ];
}

const labels = {
  database: 'its database',
  system_identifier: 'its system identifier',
  differs_from: 'that it is another cluster',
} as const;

function identity(
  name: string,
  before: IdentityDeclaration | undefined,
  after: IdentityDeclaration | undefined,
): Change[] {
  return (['database', 'system_identifier', 'differs_from'] as const).flatMap((field): Change[] => {
    const [old, now] = [before?.[field], after?.[field]];
    if (same(old, now)) return [];
    const said = (value: Template | Outside): string => (isOutside(value) ? from(value) : text(value));
    return [
      {
        kind: 'identity-changed',
        weight: now === undefined ? 'weakens' : old === undefined ? 'strengthens' : 'changes',
        place: placeOf(name, 'identity', field),
        what:
          now === undefined
            ? `sessions are no longer asked for ${labels[field]}`
            : old === undefined
              ? `sessions are asked for ${labels[field]}, too`
              : `${labels[field].replace('that it is', 'from which it is')} is declared otherwise`,
        ...(old !== undefined && { before: said(old) }),
        ...(now !== undefined && { after: said(now) }),
      },
    ];
  });
}
