import { isMap, type Value } from '../base/value.js';
import { period, listed } from '../base/words.js';
import { toText } from '../expression/index.js';
import { actions as actionKinds } from '../kinds/actions/index.js';
import { describeExpectation } from '../kinds/matchers/index.js';
import { probes as probeKinds } from '../kinds/probes/index.js';
import type { ActionDeclaration, ProbeDeclaration } from '../kinds/declaration.js';
import type { ActionOutline, CommandOutline, GateOutline, Outline } from '../model/outline.js';
import { isProduction } from '../model/production.js';
import type { Plan, PlannedAction, PlannedCommand, PlannedGate } from '../model/plan.js';
import type { Phase } from '../model/runbook.js';
import { showTemplate, type Template } from '../model/template.js';
import { sayExpressions } from '../text/braces.js';

export interface Kinds {
  readonly probes: ReadonlyMap<string, ProbeDeclaration>;
  readonly actions: ReadonlyMap<string, ActionDeclaration>;
}

/** The plan in words, for review and report: what a reader sees before anything ran. */
export function outline(plan: Plan, kinds: Kinds = { probes: probeKinds, actions: actionKinds }): Outline {
  const { id, title, revision, tags, summary, boundaries, path, sha256 } = plan.runbook;
  return {
    id,
    title,
    revision,
    path,
    sha256,
    tags,
    ...(summary !== undefined && { summary }),
    ...(plan.report.kb !== undefined && { kb: plan.report.kb }),
    boundaries,
    conventions: plan.report.conventions.map(text),
    authorization: authorizationWords(plan),
    commands: [
      ...plan.commands.map((command) => commandOutline(command, false, kinds)),
      ...plan.teardown.map((command) => commandOutline(command, true, kinds)),
    ],
    production: productionOf(plan),
    files: plan.files,
  };
}

const productionOf = ({ targets }: Plan): NonNullable<Outline['production']> =>
  Object.entries(targets)
    .filter(([name]) => isProduction(targets, name))
    .map(([target, { access }]) => ({ target, access }));

const text = (template: Template): string => {
  const shown = showTemplate(template);
  return sayExpressions(typeof shown === 'string' ? shown : JSON.stringify(shown), bare);
};

function authorizationWords({ authorization }: Plan): string {
  if ('none' in authorization) return `none required — ${authorization.none}`;
  return `${listed(authorization.slots)}, valid for ${period(authorization.validForMs)}`;
}

function commandOutline(command: PlannedCommand, teardown: boolean, kinds: Kinds): CommandOutline {
  const gates = (list: readonly PlannedGate[], phase: Phase): readonly GateOutline[] =>
    list.map((gate) => gateOutline(gate, teardown ? 'teardown' : phase, kinds));
  return {
    id: command.id,
    title: text(command.title),
    ...(command.why !== undefined && { why: text(command.why) }),
    effect: command.effect,
    teardown,
    gates: [...gates(command.guards, 'guard'), ...gates(command.expectations, 'expectation')],
    actions: command.actions.map((action) => actionOutline(action, kinds)),
  };
}

/** What a gate asks for, before anything is evaluated. */
export const askedWords = ({ expect, assert }: PlannedGate): string[] => [
  ...expect.map((expectation) => sayExpressions(describeExpectation(expectation), bare)),
  ...(assert === undefined ? [] : [assert.source]),
];

function gateOutline(gate: PlannedGate, phase: Phase, { probes }: Kinds): GateOutline {
  return {
    id: gate.id,
    title: text(gate.title),
    phase,
    on_fail: gate.onFail,
    probe: gate.probe.kind,
    probe_words: words(probes.get(gate.probe.kind), gate.probe.kind, gate.probe.args),
    expected_words: askedWords(gate),
    ...(gate.why !== undefined && { why: text(gate.why) }),
  };
}

function actionOutline(action: PlannedAction, { actions }: Kinds): ActionOutline {
  const said = words(actions.get(action.kind), action.kind, action.args);
  return {
    kind: action.kind,
    words: action.expectError
      ? `${said}; must be refused with ${refusal(showTemplate(action.expectError))}`
      : said,
    effect: action.effect,
    ...(action.as !== undefined && { as: action.as }),
  };
}

const refusal = (pattern: Value): string =>
  isMap(pattern)
    ? listed(Object.entries(pattern).map(([name, value]) => `${name} ${toText(value)}`))
    : 'an error';

/** A kind says what it does with these args; one that isn't known is at least named. */
const words = (
  kind: { readonly words: (args: Value) => string } | undefined,
  name: string,
  args: Template,
): string => sayExpressions(kind?.words(showTemplate(args)) ?? name, bare);

const output = /^commands\['(C-[^']+)'\]\.(\w+)$/;

/**
 * In a sentence an expression stands as its source alone: its marks are the language's, not the reader's. An output
 * is named as a review names it, `C-02's backup`.
 */
function bare(source: string): string {
  const [, command, name] = output.exec(source) ?? [];
  return command === undefined || name === undefined ? `‹${source}›` : `${command}'s ${name}`;
}
