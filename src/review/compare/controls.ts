import { period, listed } from '../../base/words.js';
import type { Plan } from '../../model/plan.js';
import type { Waiver } from '../../model/runbook.js';
import { text } from '../words.js';
import type { Change, Place, Weight } from './change.js';
import { onlyIn } from './named.js';
import { same } from './same.js';
import type { Sides } from './sides.js';

const at = (name: string): Place => ({ name, path: [name] });

type Authorization = Plan['authorization'];
const slotsOf = (authorization: Authorization): readonly string[] =>
  'none' in authorization ? [] : authorization.slots;
const authorizationWords = (authorization: Authorization): string =>
  'none' in authorization
    ? `none: ${authorization.none}`
    : `${listed(authorization.slots)}, valid for ${period(authorization.validForMs)}`;

/** Who has to approve, and how long an approval holds. */
export function authorizationChanged({ before, after }: Sides): Change[] {
  const [old, now] = [before.plan.authorization, after.plan.authorization];
  if (same(old, now)) return [];
  const fewer = onlyIn(slotsOf(old), slotsOf(now));
  const more = onlyIn(slotsOf(now), slotsOf(old));
  const longer = 'validForMs' in old && 'validForMs' in now && now.validForMs > old.validForMs;
  const weight: Weight =
    fewer.length > 0 || longer ? 'weakens' : slotsOf(now).length > 0 ? 'strengthens' : 'cosmetic';
  const words = [
    ...(fewer.length > 0
      ? [`${listed(fewer)} no longer ${fewer.length === 1 ? 'has' : 'have'} to approve`]
      : []),
    ...(more.length > 0 ? [`${listed(more)} ${more.length === 1 ? 'has' : 'have'} to approve, too`] : []),
    ...(longer ? ['an approval holds longer'] : []),
  ];
  return [
    {
      kind: 'authorization-changed',
      weight,
      place: at('authorization'),
      what: words.length === 0 ? 'declared otherwise' : words.join('; '),
      before: authorizationWords(old),
      after: authorizationWords(now),
    },
  ];
}

const compensationWords = ({ compensation }: Plan): string | undefined =>
  compensation &&
  `kill switch; records ${listed(compensation.record.map(text))}; only ${compensation.escalate} releases it`;

/** What happens after a failure that follows a change on production. */
export function compensationChanged({ before, after }: Sides): Change[] {
  if (same(before.plan.compensation, after.plan.compensation)) return [];
  const [old, now] = [compensationWords(before.plan), compensationWords(after.plan)];
  return [
    {
      kind: 'compensation-changed',
      weight: now === undefined ? 'weakens' : old === undefined ? 'strengthens' : 'changes',
      place: at('compensation'),
      what:
        now === undefined
          ? 'nothing is said any more of what happens after a wrong write'
          : 'what happens after a wrong write',
      ...(old !== undefined && { before: old }),
      ...(now !== undefined && { after: now }),
    },
  ];
}

const waiverWords = ({ code, at: where, reason, approver, until }: Waiver): string =>
  `${code} ${where === undefined ? 'everywhere' : `at ${where}`} until ${until}, by ${approver}: ${reason}`;

/** Findings that somebody accepts. */
export function waiversChanged({ before, after, renamed }: Sides): Change[] {
  const old = (before.plan.waivers ?? []).map((waiver) =>
    waiver.at === undefined ? waiver : { ...waiver, at: renamed.get(waiver.at) ?? waiver.at },
  );
  const now = after.plan.waivers ?? [];
  return [
    ...onlyIn(now, old).map((waiver): Change => ({
      kind: 'waiver-changed',
      weight: 'weakens',
      place: { name: `waiver of ${waiver.code}`, path: ['waivers', now.indexOf(waiver)] },
      what: 'a finding is accepted that was not, or was otherwise',
      after: waiverWords(waiver),
    })),
    ...onlyIn(old, now).map((waiver): Change => ({
      kind: 'waiver-changed',
      weight: 'strengthens',
      place: { name: `waiver of ${waiver.code}`, path: ['waivers'] },
      what: 'a finding is no longer accepted so',
      before: waiverWords(waiver),
    })),
  ];
}

/** What must be the same before and after. */
export function protectionChanged({ before, after }: Sides): Change[] {
  return (['containers', 'clusters', 'files'] as const).flatMap((kind) => {
    const [old, now] = [before.plan.protected?.[kind] ?? [], after.plan.protected?.[kind] ?? []];
    const place: Place = { name: `protected ${kind}`, path: ['protected', kind] };
    return [
      ...onlyIn<(typeof old)[number]>(old, now).map((gone): Change => ({
        kind: 'protection-changed',
        weight: 'weakens',
        place,
        what: 'no longer protected',
        before: text(gone),
      })),
      ...onlyIn<(typeof old)[number]>(now, old).map((come): Change => ({
        kind: 'protection-changed',
        weight: 'strengthens',
        place,
        what: 'protected, too',
        after: text(come),
      })),
    ];
  });
}
