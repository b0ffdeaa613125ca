import type { Value } from '../base/value.js';
import { isList, isMap, toJson } from '../base/value.js';
import { describeExpectation } from '../kinds/matchers/index.js';
import type { CommandOutline } from '../model/outline.js';
import type { Expectation } from '../model/matcher.js';
import { showPath } from '../model/path.js';
import type { PlannedAction, PlannedCommand, PlannedGate } from '../model/plan.js';
import { showTemplate, type Template } from '../model/template.js';
import type { Review } from './schema.js';
import { condition, plain, text } from './words.js';

type ReviewCommand = Review['commands'][number];
export type ReviewGate = ReviewCommand['guards'][number];
export type ReviewAction = ReviewCommand['actions'][number];
export type Detail = ReviewAction['details'][number];

/** A command as it would run, with its outline's words and what they leave out. */
export function reviewCommand(command: PlannedCommand, outline: CommandOutline): ReviewCommand {
  const words = new Map(outline.gates.map((gate) => [gate.id, gate]));
  const gates = (list: readonly PlannedGate[], phase: ReviewGate['phase']): ReviewGate[] =>
    list.map((gate) =>
      reviewGate(
        gate,
        outline.teardown ? 'teardown' : phase,
        words.get(gate.id)?.probe_words ?? gate.probe.kind,
      ),
    );
  return {
    id: command.id,
    title: text(command.title),
    why: command.why === undefined ? null : text(command.why),
    effect: command.effect,
    teardown: outline.teardown,
    condition: command.when === undefined ? null : condition(command.when.source),
    timeout_ms: command.timeoutMs,
    rehearse: command.rehearse,
    guards: gates(command.guards, 'guard'),
    actions: command.actions.map((action, index) =>
      reviewAction(action, outline.actions[index]?.words ?? action.kind),
    ),
    expectations: gates(command.expectations, 'expectation'),
  };
}

function reviewGate(gate: PlannedGate, phase: ReviewGate['phase'], words: string): ReviewGate {
  return {
    id: gate.id,
    title: text(gate.title),
    phase,
    probe: gate.probe.kind,
    looks_at: plain(words),
    expects: expectedWords(gate),
    on_fail: gate.onFail,
    condition: gate.when === undefined ? null : condition(gate.when.if.source),
    attempts: gate.retry?.attempts ?? 1,
    timeout_ms: gate.timeoutMs,
    why: gate.why === undefined ? null : text(gate.why),
    uses: gate.uses ?? null,
    details: [...detailsOf(gate.probe.args), ...gate.expect.flatMap(operandDetails)],
  };
}

/** A comparison that names no path is of what was observed as a whole. */
const wholeObservation = /^([=\u2260\u2265\u2264<>]|(?:is|matches|contains|length) )/;

/** Every comparison of a gate in words; all of them must hold. */
export const expectedWords = (gate: PlannedGate): string[] => [
  ...gate.expect.map((expectation) =>
    plain(describeExpectation(expectation)).replace(wholeObservation, 'it $1'),
  ),
  ...(gate.assert === undefined ? [] : [`‹${gate.assert.source}›`]),
];

function reviewAction(action: PlannedAction, words: string): ReviewAction {
  const refusal = action.expectError === undefined ? null : refusalWords(showTemplate(action.expectError));
  return {
    kind: action.kind,
    words: plain(words),
    effect: action.effect,
    as: action.as ?? null,
    condition: action.when === undefined ? null : condition(action.when.source),
    refusal,
    details: detailsOf(action.args),
  };
}

/** `code KEY_UNSET`, `sqlstate 42501`. */
export const refusalWords = (pattern: Value): string =>
  isMap(pattern)
    ? Object.entries(pattern)
        .map(([name, value]) => `${name.replace('_', ' ')} ${plain(oneLine(value))}`)
        .join(', ')
    : 'an error';

/** The arguments one by one, whole: what one sentence has no room for. */
function detailsOf(args: Template): Detail[] {
  const shown = showTemplate(args);
  if (!isMap(shown)) return [];
  return Object.entries(shown).map(([name, value]) => ({ name, ...linesOf(value) }));
}

function linesOf(value: Value): Omit<Detail, 'name'> {
  if (typeof value === 'string') return { lines: value.replace(/\n+$/, '').split('\n'), one_text: true };
  if (isList(value)) {
    const [only] = value;
    const items = value.length === 1 && isList(only) ? only : value;
    return { lines: items.map(oneLine), one_text: false };
  }
  if (isMap(value))
    return {
      lines: Object.entries(value).map(([name, entry]) => `${name}: ${oneLine(entry)}`),
      one_text: false,
    };
  return { lines: [oneLine(value)], one_text: false };
}

/** Maps and lists read better without braces and quotes: `only (role: a, b; statement: GRANT); sqlstate: 42704`. */
function oneLine(value: Value): string {
  if (typeof value === 'string') return value === '' ? 'an empty text' : value;
  if (isList(value)) return value.length === 0 ? 'none' : value.map(inBrackets).join(', ');
  if (!isMap(value)) return JSON.stringify(toJson(value));
  const entries = Object.entries(value);
  const isPlain = entries.every(([, entry]) => typeof entry !== 'object' || entry === null);
  return entries
    .map(([name, entry]) => (isMap(entry) ? `${name} ${inBrackets(entry)}` : `${name}: ${oneLine(entry)}`))
    .join(isPlain ? ', ' : '; ');
}

const inBrackets = (value: Value): string => (isMap(value) ? `(${oneLine(value)})` : oneLine(value));

const toldItems = 5;

/** Lists that a comparison only counts or cuts: a reviewer sees every row that is expected. */
function operandDetails({ path, matcher }: Expectation): Detail[] {
  if (matcher.op === 'all')
    return matcher.expectations.flatMap((inner) =>
      operandDetails({ ...inner, path: [...path, ...inner.path] }),
    );
  if ('matcher' in matcher) return operandDetails({ path, matcher: matcher.matcher });
  const operand = 'operand' in matcher ? showTemplate(matcher.operand) : null;
  if (!isList(operand)) return [];
  const isShort =
    operand.length <= toldItems && operand.every((item) => typeof item !== 'object' || item === null);
  if (isShort) return [];
  return [{ name: `expected ${showPath(path) || 'value'}`, lines: operand.map(oneLine), one_text: false }];
}
