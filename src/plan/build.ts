import type { Result } from '../base/result.js';
import { invariant } from '../base/invariant.js';
import { err } from '../base/result.js';
import type { Value, ValueMap } from '../base/value.js';
import { valueMap } from '../base/value.js';
import { Folder } from '../expression/index.js';
import type { Plan, PlanFile } from '../model/plan.js';
import type { ReportParts, Runbook, TargetDeclaration } from '../model/runbook.js';
import { expressionsIn } from '../model/template.js';
import { planCommands } from './commands.js';
import { normalPlan } from './json.js';
import { resolveParams, type Params } from './params.js';
import type { PlanProblem } from './problem.js';

export interface Loaded {
  readonly runbook: Runbook;
  /** Of the runbook, relative to the project. */
  readonly path: string;
  /** The runbook first, then what it uses. */
  readonly files: readonly PlanFile[];
}
export interface PlanOptions {
  /** `--param k=v`. */
  readonly params: Readonly<Record<string, string>>;
  /** The runner's own. */
  readonly version: string;
}

/** Makes the plan of a runbook that passed every rule. All problems come at once. */
export function buildPlan(loaded: Loaded, options: PlanOptions): Result<Plan, readonly PlanProblem[]> {
  const { runbook } = loaded;
  const params = resolveParams(runbook.params, options.params);
  if (!params.ok) return params;
  const outsideParams = new Set(Object.keys(params.value.outside));
  const ids = { commands: new Map<string, string>(), gates: new Map<string, string>() };
  const constants = new Folder({
    values: valueMap([['params', valueMap(Object.entries(params.value.values))]]),
    outsideParams,
    ...ids,
  });
  const data = constantData(runbook, constants);
  // What is made with them would have no value either.
  if (constants.problems.length > 0) return err(constants.problems);
  const folder = constants.within({
    values: valueMap([...Object.entries(constants.values), ['data', data]]),
    ...ids,
  });
  const plan = assemble(loaded, { version: options.version, params: params.value, data, folder });
  if (folder.problems.length > 0) return err(folder.problems);
  return normalPlan(plan);
}

function constantData(runbook: Runbook, folder: Folder): ValueMap {
  const entries: [string, Value][] = [];
  for (const [name, template] of Object.entries(runbook.data)) {
    const folded = folder.template(template);
    const [open] = expressionsIn(folded);
    if (open)
      folder.problems.push({
        code: 'GB2605',
        exit: 3,
        message: `the constant ${name} depends on \${{ ${open.source} }}, which only the run knows`,
        next: 'a constant holds params of the runbook or of the command line; write one from outside where it is needed',
        ...(open.at && { at: open.at }),
      });
    else entries.push([name, folded as Value]);
  }
  return valueMap(entries);
}

interface Parts {
  readonly version: string;
  readonly params: Params;
  readonly data: ValueMap;
  readonly folder: Folder;
}

function assemble({ runbook, path, files }: Loaded, { version, params, data, folder }: Parts): Plan {
  const { id, title, revision, tags, summary, boundaries } = runbook;
  const own = files.find((file) => file.role === 'runbook');
  invariant(own, 'the runbook is among the files that were loaded');
  return {
    schema: 'gatebook/plan@1',
    gatebook: version,
    runbook: {
      id,
      title,
      revision,
      tags,
      ...(summary !== undefined && { summary }),
      boundaries,
      path,
      sha256: own.sha256,
    },
    facts: runbook.facts.map(([name, value]) => [name, folder.template(value)] as const),
    authorization: runbook.authorization ?? { none: 'nothing in this runbook needs it' },
    ...(runbook.waivers && { waivers: runbook.waivers }),
    ...(runbook.protected && { protected: folder.map(runbook.protected) }),
    ...(runbook.compensation && { compensation: folder.map(runbook.compensation) }),
    params: valueMap(Object.entries(params.values)),
    outsideParams: params.outside,
    data,
    secrets: runbook.secrets,
    targets: foldTargets(runbook.targets, folder),
    keys: runbook.keys,
    commands: planCommands(runbook.commands, folder, runbook.targets),
    teardown: planCommands(runbook.teardown, folder, runbook.targets),
    report: foldReport(runbook.report, folder),
    files: files.map(({ path: file, sha256, role }) => ({ path: file, sha256, role })),
  };
}

function foldTargets(targets: Runbook['targets'], folder: Folder): Runbook['targets'] {
  const folded = Object.create(null) as Record<string, TargetDeclaration>;
  for (const [name, target] of Object.entries(targets)) folded[name] = folder.map(target);
  return folded;
}

function foldReport(report: ReportParts, folder: Folder): ReportParts {
  const { operatorPackage } = report;
  return {
    ...report,
    conventions: report.conventions.map((text) => folder.template(text)),
    checks: report.checks.map((check) => folder.map(check)),
    readiness: report.readiness.map((row) => folder.map(row)),
    tables: report.tables.map((table) => ({ ...table, title: folder.template(table.title) })),
    notes: report.notes.map((note) => folder.map(note)),
    gaps: report.gaps.map((gap) => folder.map(gap)),
    ...(operatorPackage && {
      operatorPackage: {
        ...(operatorPackage.when && { when: folder.expression(operatorPackage.when) }),
        text: folder.template(operatorPackage.text),
      },
    }),
    verdict: report.verdict.map((line) => folder.map(line)),
  };
}
