import { checkExpression, namesIn, type Checked, type Scope } from '../expression/index.js';
import { operandsIn } from '../model/matcher.js';
import type { Runbook } from '../model/runbook.js';
import { expressionsIn, isExpression, type Expression, type Template } from '../model/template.js';
import type { Places, Step, CommandPlace, GatePlace, ActionPlace } from './places.js';
import { shapesOf, type Shapes } from './shapes.js';
import type { Kinds } from './rule.js';

/** What an expression is for: decides which names it has, and what it may yield. */
export type Role =
  | { readonly is: 'title' | 'why' | 'reason' }
  | { readonly is: 'condition' }
  | { readonly is: 'assert' }
  | { readonly is: 'for_each' }
  | { readonly is: 'probe'; readonly kind: string; readonly argument: Path }
  | { readonly is: 'action'; readonly kind: string; readonly argument: Path }
  | { readonly is: 'operand' }
  | { readonly is: 'declaration'; readonly field: Path }
  | { readonly is: 'report'; readonly part: string };

type Path = readonly (string | number)[];

export interface Site {
  readonly expression: Expression;
  readonly role: Role;
  /** When it is evaluated; report parts and declarations stand outside time. */
  readonly step?: Step;
  readonly of?: CommandPlace;
  readonly gate?: GatePlace;
  readonly action?: ActionPlace;
}
export interface CheckedSite extends Site {
  readonly checked: Checked;
}

/** Every expression of a runbook, checked against what is known where it stands. */
export function checkedSites(runbook: Runbook, places: Places, kinds: Kinds): readonly CheckedSite[] {
  const sites = sitesOf(runbook, places);
  const shapes = shapesOf(runbook, places, kinds, () => iterationsNamed(sites));
  const cache = new Map<Scope, Map<string, Checked>>();
  return sites.map((site) => {
    const scope = scopeFor(site, shapes, kinds);
    const known = cache.get(scope) ?? new Map<string, Checked>();
    cache.set(scope, known);
    const checked = known.get(site.expression.source) ?? checkExpression(site.expression.source, scope);
    known.set(site.expression.source, checked);
    return { ...site, checked };
  });
}

/** `C-10[a]`, `G-13[a]`: as expressions name them. */
const iterationsNamed = (sites: readonly Site[]): readonly string[] => [
  ...new Set(
    sites.flatMap(({ expression }) =>
      namesIn(expression.source).flatMap(({ root, path: [id] }) =>
        (root === 'commands' || root === 'gates') && typeof id === 'string' && id.endsWith(']') ? [id] : [],
      ),
    ),
  ),
];

function scopeFor(site: Site, shapes: Shapes, kinds: Kinds): Scope {
  if (site.role.is === 'for_each') return shapes.planned;
  if (site.role.is === 'declaration') {
    return site.role.field[0] === 'targets' ? shapes.declared : shapes.planned;
  }
  // They are printed as the plan has them.
  if (site.role.is === 'report' && site.role.part === 'conventions') return shapes.planned;
  // What is recorded of a change is recorded before the teardown: there is no verdict yet.
  if (site.role.is === 'report') return site.role.part === 'compensation' ? shapes.run : shapes.report;
  const base = site.of === undefined ? shapes.run : shapes.inCommand(site.of);
  if (isName(site.role))
    return { ...shapes.planned, ...(base['each'] !== undefined && { each: base['each'] }) };
  if (site.role.is !== 'assert' || site.gate === undefined) return base;
  return { ...base, value: kinds.probes.get(site.gate.gate.probe.kind)?.observation ?? 'any' };
}

/** Arguments that name a target, a container or a key: which one, the review says, so it is known before the run. */
const names: ReadonlySet<string> = new Set(['target', 'connect', 'in', 'key', 'encrypt.key']);
const isName = (role: Role): boolean =>
  (role.is === 'probe' || role.is === 'action') && names.has(role.argument.join('.'));

function sitesOf(runbook: Runbook, places: Places): readonly Site[] {
  return [
    ...declarationSites(runbook),
    ...places.commands.flatMap(commandSites),
    ...places.gates.flatMap(gateSites),
    ...places.actions.flatMap(actionSites),
    ...reportSites(runbook),
  ];
}

const each = (template: Template | undefined, site: Omit<Site, 'expression'>): readonly Site[] =>
  template === undefined ? [] : expressionsIn(template).map((expression) => ({ ...site, expression }));

/** Each expression with the path of the argument in which it stands. */
function inArguments(
  template: Template,
  path: Path,
  make: (argument: Path) => Omit<Site, 'expression'>,
): readonly Site[] {
  if (isExpression(template)) return [{ ...make(path), expression: template }];
  if (Array.isArray(template)) {
    return (template as readonly Template[]).flatMap((t, i) => inArguments(t, [...path, i], make));
  }
  const found = expressionsIn(template);
  if (found.length === 0) return [];
  if (typeof template === 'object' && template !== null && !('parts' in template)) {
    return Object.entries(template as Readonly<Record<string, Template>>).flatMap(([key, t]) =>
      inArguments(t, [...path, key], make),
    );
  }
  return found.map((expression) => ({ ...make(path), expression }));
}

function declarationSites(runbook: Runbook): readonly Site[] {
  const at = (template: Template | undefined, ...field: string[]): readonly Site[] =>
    template === undefined
      ? []
      : inArguments(template, field, (path) => ({ role: { is: 'declaration', field: path } }));
  const targets = Object.entries(runbook.targets).flatMap(([name, { postgres, identity }]) => {
    const server = Object.entries(postgres).flatMap(([key, value]) =>
      key === 'via' || key === 'of' || key === 'url' || key === 'container' || key === 'embedded'
        ? []
        : at(value, 'targets', name, 'postgres', key),
    );
    const identifier = identity?.system_identifier;
    const outside =
      typeof identifier === 'object' && identifier !== null && ('env' in identifier || 'file' in identifier);
    return [
      ...server,
      ...at(identity?.database, 'targets', name, 'identity', 'database'),
      ...(outside ? [] : at(identifier, 'targets', name, 'identity', 'system_identifier')),
    ];
  });
  const params = Object.entries(runbook.params).flatMap(([name, p]) =>
    at(p.default, 'params', name, 'default'),
  );
  const data = Object.entries(runbook.data).flatMap(([name, value]) => at(value, 'data', name));
  const protectedThings = [
    ...(runbook.protected?.containers ?? []).flatMap((t) => at(t, 'protected', 'containers')),
    ...(runbook.protected?.files ?? []).flatMap((t) => at(t, 'protected', 'files')),
  ];
  return [...targets, ...params, ...data, ...protectedThings];
}

function commandSites(of: CommandPlace): readonly Site[] {
  const { command } = of;
  return [
    ...each(command.title, { role: { is: 'title' }, of }),
    ...each(command.why, { role: { is: 'why' }, of }),
    ...each(command.when, { role: { is: 'condition' }, of, step: 0 }),
    ...each(command.forEach, { role: { is: 'for_each' }, of }),
  ];
}

function gateSites(place: GatePlace): readonly Site[] {
  const { gate, of, step } = place;
  const site = { of, step, gate: place };
  return [
    ...each(gate.title, { ...site, role: { is: 'title' } }),
    ...each(gate.why, { ...site, role: { is: 'why' } }),
    ...each(gate.when?.if, { ...site, role: { is: 'condition' } }),
    ...each(gate.when?.reason, { ...site, role: { is: 'reason' } }),
    ...inArguments(gate.probe.args, [], (argument) => ({
      ...site,
      role: { is: 'probe', kind: gate.probe.kind, argument },
    })),
    ...gate.expect
      .flatMap((e) => operandsIn(e.matcher))
      .flatMap((operand) => each(operand, { ...site, role: { is: 'operand' } })),
    ...each(gate.assert, { ...site, role: { is: 'assert' } }),
  ];
}

function actionSites(place: ActionPlace): readonly Site[] {
  const { action, of, step } = place;
  const site = { of, step, action: place };
  return [
    ...inArguments(action.args, [], (argument) => ({
      ...site,
      role: { is: 'action', kind: action.kind, argument },
    })),
    ...each(action.when, { ...site, role: { is: 'condition' } }),
    ...each(action.expectError, { ...site, role: { is: 'operand' } }),
  ];
}

function reportSites({ facts, report, compensation }: Runbook): readonly Site[] {
  const at = (part: string, ...templates: (Template | undefined)[]): readonly Site[] =>
    templates.flatMap((template) => each(template, { role: { is: 'report', part } }));
  return [
    ...at('facts', ...facts.map(([, value]) => value)),
    ...at('conventions', ...report.conventions),
    ...at('compensation', ...(compensation?.record ?? [])),
    ...report.checks.flatMap((c) => at('checks', c.title, c.evidence)),
    ...report.readiness.flatMap((r) => at('readiness', r.component, r.evidence)),
    ...report.tables.flatMap((t) => at('tables', t.title)),
    ...report.notes.flatMap((n) => at('notes', n.title, n.text, n.disposition)),
    ...report.gaps.flatMap((g) => at('gaps', g.title)),
    ...at('operator_package', report.operatorPackage?.when, report.operatorPackage?.text),
    ...report.verdict.flatMap((line) => at('verdict', line.value)),
  ];
}
