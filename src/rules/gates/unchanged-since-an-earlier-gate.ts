import { baseOf } from '../../base/ids.js';
import { by } from '../../base/order.js';
import { expectationPlace } from '../../document/expect.js';
import { matchersIn } from '../../model/matcher.js';
import type { Matcher } from '../../model/matcher.js';
import { showTemplate } from '../../model/template.js';
import { toJson } from '../../base/value.js';
import { didYouMean } from '../../text/suggest.js';
import type { GatePlace } from '../places.js';
import { idsOf } from '../shapes.js';
import type { Rule, RuleContext } from '../rule.js';

/** `unchanged_since` compares with an earlier look of the same probe at the same thing. */
export const unchangedSinceAnEarlierGate: Rule = {
  name: 'unchanged-since-an-earlier-gate',
  check(context) {
    for (const place of context.places.gates) {
      for (const matcher of place.gate.expect.flatMap((e) => matchersIn(e.matcher))) {
        if (matcher.op === 'unchanged_since') check(matcher, place, context);
      }
      errorStandsAlone(place, context);
    }
  },
};

const fingerprint = ({ gate }: GatePlace): string =>
  JSON.stringify([gate.probe.kind, toJson(showTemplate(gate.probe.args))], sortedKeys);

/** Arguments are the same in any order. */
const sortedKeys = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(by(([key]) => key)))
    : value;

function check(matcher: Matcher & { op: 'unchanged_since' }, place: GatePlace, context: RuleContext): void {
  const at = expectationPlace(matcher) ?? context.locate([...place.path, 'expect']);
  const { gateById } = context.places;
  const before = gateById.get(baseOf(matcher.gate));
  const ids = before === undefined ? [...gateById.keys()] : idsOf(before, context.runbook);
  if (before === undefined || ids?.includes(matcher.gate) === false) {
    context.report({
      code: 'GB2110',
      message: `there is no gate ${matcher.gate}`,
      at,
      fix: didYouMean(matcher.gate, ids ?? []),
    });
    return;
  }
  const { command } = before.of;
  if (command.forEach !== undefined && matcher.gate === before.gate.id && command !== place.of.command) {
    context.report({
      code: 'GB2211',
      message: `${matcher.gate} runs once an item`,
      at,
      reason: 'outside its loop one iteration is named',
      fix: `write ${matcher.gate}[KEY]`,
    });
    return;
  }
  const related = [
    { message: `${before.gate.id} stands here`, location: context.locate(before.path, 'key') },
  ];
  if (before.step >= place.step) {
    context.report({
      code: 'GB2110',
      message: `${matcher.gate} has observed nothing here yet`,
      at,
      related,
      fix: 'name an earlier gate',
    });
  } else if (fingerprint(before) !== fingerprint(place)) {
    context.report({
      code: 'GB2110',
      message: `${matcher.gate} looked at something else`,
      at,
      reason: 'the same probe with the same arguments',
      related,
      fix: `probe it as ${matcher.gate} does`,
    });
  }
}

/** Where the probe's failure is the proof there is no observation that anything else could be said of. */
function errorStandsAlone({ gate, path }: GatePlace, { locate, report }: RuleContext): void {
  const error = gate.expect.find((e) => e.matcher.op === 'error');
  if (
    error === undefined ||
    (gate.expect.length === 1 && gate.assert === undefined && error.path.length === 0)
  )
    return;
  report({
    code: 'GB2111',
    message: 'error stands beside other expectations',
    at: expectationPlace(error.matcher) ?? locate([...path, 'expect']),
    reason: 'where the probe fails nothing else is observed',
    fix: 'make it a gate of its own',
  });
}
