import { writableProduction } from '../../model/production.js';
import type { TargetDeclaration } from '../../model/runbook.js';
import { effectOf, isName, targetsAsWritten } from '../kinds.js';
import type { Rule, RuleContext } from '../rule.js';

/** What touches production says who allows it, and what writes there also says what follows when it goes wrong. */
export const productionIsAuthorized: Rule = {
  name: 'production-is-authorized',
  check(context) {
    for (const [name, target] of Object.entries(context.runbook.targets)) {
      if (target.production) isDeclared(name, target, context);
      else if (target.superuser !== undefined) superuserMeansNothing(name, context);
    }
    const writable = writableProduction(context.runbook.targets);
    for (const name of writable) isCompensated(name, context);
    if (writable.length === 0) compensationMeansNothing(context);
    nothingIsTakenBack(writable, context);
  },
};

function isDeclared(name: string, target: TargetDeclaration, { runbook, locate, report }: RuleContext): void {
  const at = locate(['targets', name, 'production'], 'key');
  if (runbook.authorization === undefined) {
    report({
      code: 'GB2401',
      message: `${name} is production, and the runbook doesn't say who authorizes it`,
      at,
      fix: 'add authorization: {none: REASON}, which review and report print',
    });
  }
  if (target.postgres.via !== 'url' && target.postgres.via !== 'docker') {
    report({
      code: 'GB2403',
      message: `${name} is production, but not a server of its own`,
      at,
      fix: 'production is reached by url or docker',
    });
  }
}

function superuserMeansNothing(name: string, { locate, report }: RuleContext): void {
  report({
    code: 'GB2402',
    severity: 'warning',
    message: `${name} isn't production, so superuser means nothing`,
    at: locate(['targets', name, 'superuser'], 'key'),
    fix: 'remove it',
  });
}

/** Slots and compensation, both; where they are, a reviewer is still told. */
function isCompensated(name: string, { runbook, locate, report }: RuleContext): void {
  const { authorization, compensation } = runbook;
  const slots = authorization !== undefined && 'slots' in authorization;
  const at = locate(['targets', name, 'access']);
  if (slots && compensation !== undefined) {
    const message = `${name} is production and writable: a live run can change it`;
    const reason = `approved by ${authorization.slots.join(', ')}; a failure after a change engages the kill switch, and ${compensation.escalate} releases it`;
    report({ code: 'GB2404', severity: 'warning', message, at, reason });
    return;
  }
  const lacks = [
    ...(slots ? [] : ['authorization slots']),
    ...(compensation === undefined ? ['compensation'] : []),
  ];
  report({
    code: 'GB2404',
    message: `${name} is production and writable, and the runbook has no ${lacks.join(' and no ')}`,
    at,
    reason: 'a change of production is approved by name, and nobody restores by reflex what goes wrong there',
    fix: 'read only, or add authorization: {slots: [SG_1, SG_2]} and compensation: {kill_switch: true, record: […], escalate: SG_3}',
  });
}

function compensationMeansNothing({ runbook, locate, report }: RuleContext): void {
  if (runbook.compensation === undefined) return;
  report({
    code: 'GB2405',
    severity: 'warning',
    message: 'no target is production and writable, so compensation means nothing',
    at: locate(['compensation'], 'key'),
    fix: 'remove it',
  });
}

/** Teardown runs whatever went wrong: a change of production there would be the restore that nobody decided on. */
function nothingIsTakenBack(writable: readonly string[], context: RuleContext): void {
  const { places, locate, report } = context;
  for (const place of places.actions) {
    if (place.of.phase !== 'teardown' || place.action.kind !== 'sql') continue;
    if (effectOf(place, context) === 'observe') continue;
    const named = targetsAsWritten(place, context);
    const name = writable.find((target) => named.some((one) => one === target || !isName(one)));
    if (name === undefined) continue;
    report({
      code: 'GB2406',
      message: `teardown changes ${name}, which is production`,
      at: locate([...place.path, 'sql'], 'key'),
      reason: 'it runs after every failure too, and nothing on production is restored or deleted by itself',
      fix: 'make the change a command, or leave it to whom compensation escalates to',
    });
  }
}
