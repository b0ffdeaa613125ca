import { baseOf } from '../base/ids.js';
import type { Result } from '../base/result.js';
import { err } from '../base/result.js';
import type { Value } from '../base/value.js';
import { checkArgs } from '../document/args.js';
import { matchersIn, operandsIn } from '../model/matcher.js';
import type { Plan, PlannedCommand, PlannedGate } from '../model/plan.js';
import type { Runbook } from '../model/runbook.js';
import { expressionsIn, type Template } from '../model/template.js';
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
  const problems = (await Promise.all(commands.map((command) => problemsOf(command, open)))).flat();
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
