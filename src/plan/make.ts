import { baseOf } from '../base/ids.js';
import type { Result } from '../base/result.js';
import { err } from '../base/result.js';
import type { Value } from '../base/value.js';
import { checkArgs } from '../document/args.js';
import type { ActionDeclaration } from '../kinds/declaration.js';
import { actions as actionKinds } from '../kinds/actions/index.js';
import { probes } from '../kinds/probes/index.js';
import { matchersIn, operandsIn } from '../model/matcher.js';
import type { Plan, PlannedCommand, PlannedGate } from '../model/plan.js';
import type { Runbook } from '../model/runbook.js';
import { expressionsIn, showTemplate, type Template } from '../model/template.js';
import type { Location } from '../text/diagnostic.js';
import { compilePattern } from '../text/pattern.js';
import { buildPlan, type Loaded, type PlanOptions } from './build.js';
import type { PlanProblem } from './problem.js';

/**
 * The plan, where what params and constants give to probes, actions and patterns is what these take: the run would
 * find it too, after its approvals have been used up. All problems come at once.
 */
export async function makePlan(
  loaded: Loaded,
  options: PlanOptions,
): Promise<Result<Plan, readonly PlanProblem[]>> {
  const plan = buildPlan(loaded, options);
  if (!plan.ok) return plan;
  const open = openIn(loaded.runbook);
  const commands = [...plan.value.commands, ...plan.value.teardown];
  const misnamed = commands.flatMap((command) => misnamedIn(command, plan.value, loaded.runbook));
  const problems = [
    ...misnamed,
    ...(await Promise.all(commands.map((command) => problemsOf(command, open)))).flat(),
  ];
  return problems.length > 0 ? err(problems) : plan;
}

/** Gates, and commands with actions, in which expressions are written: the rest was checked as it stands. */
function openIn({ commands, teardown }: Runbook): ReadonlySet<string> {
  const holdsSome = (...templates: readonly Template[]): boolean =>
    templates.some((template) => expressionsIn(template).length > 0);
  return new Set(
    [...commands, ...teardown].flatMap(({ id, guards, actions, expectations }) => [
      ...(holdsSome(...actions.map(({ args }) => args)) ? [id] : []),
      ...[...guards, ...expectations].flatMap(({ id: gate, probe, expect }) =>
        holdsSome(probe.args, ...expect.flatMap(({ matcher }) => operandsIn(matcher))) ? [gate] : [],
      ),
    ]),
  );
}

type KindReferences = ReturnType<NonNullable<ActionDeclaration['references']>> | undefined;

/** Targets and keys by names that no expression is left in: what is touched stands in the review. */
function misnamedIn(
  command: PlannedCommand,
  { targets, keys }: Plan,
  runbook: Runbook,
): readonly PlanProblem[] {
  const { id, guards, actions, expectations } = command;
  const wrong = (where: string, kind: string, names: KindReferences): readonly PlanProblem[] =>
    [
      ...(names?.targets ?? []).filter((name) => !Object.hasOwn(targets, name)),
      ...(names?.keys ?? []).filter((name) => !Object.hasOwn(keys, name)),
    ].map((name) => {
      const at = placeOf(name, where, runbook);
      return {
        code: 'GB2605',
        exit: 3,
        message: `${where}, ${kind}: ${name.includes('${{') ? `what ${name} names only the run knows` : `there is no ${name}`}`,
        next: 'a target or key is named as it is declared, or by data, the loop, or a param given on the command line',
        ...(at && { at }),
      };
    });
  return [
    ...[...guards, ...expectations].flatMap((gate) =>
      wrong(
        gate.id,
        gate.probe.kind,
        probes.get(gate.probe.kind)?.references?.(showTemplate(gate.probe.args)),
      ),
    ),
    ...actions.flatMap(({ kind, args }) =>
      wrong(id, kind, actionKinds.get(kind)?.references?.(showTemplate(args))),
    ),
  ];
}

/** Where the expression in a name stands: a plan holds no places. */
function placeOf(name: string, id: string, { commands, teardown }: Runbook): Location | undefined {
  const written = [...commands, ...teardown].flatMap(({ id: command, actions, guards, expectations }) => [
    ...(command === baseOf(id) ? actions.map(({ args }) => args) : []),
    ...[...guards, ...expectations].flatMap((gate) => (gate.id === baseOf(id) ? [gate.probe.args] : [])),
  ]);
  return written.flatMap(expressionsIn).find(({ source }) => name.includes(`\${{ ${source} }}`))?.at;
}

async function problemsOf(
  { id, guards, actions, expectations }: PlannedCommand,
  open: ReadonlySet<string>,
): Promise<PlanProblem[]> {
  const gates = [...guards, ...expectations].filter((gate) => open.has(baseOf(gate.id)));
  const found = await Promise.all([
    ...gates.map((gate) => misgiven('probe', gate.probe.kind, gate.probe.args, gate.id)),
    ...(open.has(baseOf(id)) ? actions : []).map(({ kind, args }) => misgiven('action', kind, args, id)),
  ]);
  return [...found.flat(), ...gates.flatMap(badPatterns)];
}

async function misgiven(
  of: 'probe' | 'action',
  kind: string,
  args: Template,
  id: string,
): Promise<PlanProblem[]> {
  // What `value` observes may be anything; what an expression yields in the run is checked there.
  if (kind === 'value' || expressionsIn(args).length > 0) return [];
  const problem = await checkArgs(of, kind, args as Value);
  return problem === null ? [] : [{ ...problem, exit: 3, message: `${id}, ${kind}: ${problem.message}` }];
}

function badPatterns({ id, expect }: PlannedGate): readonly PlanProblem[] {
  return expect
    .flatMap(({ matcher }) => matchersIn(matcher))
    .flatMap((matcher): readonly PlanProblem[] => {
      if (matcher.op !== 'matches' || typeof matcher.operand !== 'string') return [];
      const pattern = compilePattern(matcher.operand);
      if (pattern.ok) return [];
      return [
        { code: 'BAD_PATTERN', exit: 3, message: `${id}: the pattern can't be used: ${pattern.error}` },
      ];
    });
}
