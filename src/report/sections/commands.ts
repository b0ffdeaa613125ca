import { duration, listed } from '../../base/words.js';
import {
  actionResult,
  commandResult,
  cutWords,
  dryRunResult,
  expectedText,
  gateResult,
  inRow,
  observedText,
  wasCut,
} from '../cells.js';
import type { ReportCommand, ReportGate } from '../commands.js';
import type { Text } from '../document.js';
import { bold, paragraph, table } from '../document.js';
import type { Report } from '../schema.js';
import type { Section } from './section.js';

/** One line a command, then its guards, actions and expectations in the order in which they happened. */
export function commands(report: Report): Section | null {
  if (report.commands.length === 0) return null;
  const gates = new Map(report.gates.map((gate) => [gate.id, gate]));
  const planned = report.verdict === 'REFUSED';
  const dryRun = report.run.mode === 'dry-run';
  const results = dryRun ? dryRunResult : commandResult;
  const form = { planned, results, renderer: report.run.renderer };
  const rows = report.commands.flatMap((command) => commandRows(command, gates, form));
  const done = dryRun ? 'What was looked at' : 'What was done';
  const title = planned ? 'What would have been done — NOTHING EXECUTED' : done;
  const cut = form.renderer >= 2 && rows.some((row) => row.some(wasCut)) ? [paragraph(cutWords)] : [];
  const columns = ['Cmd', 'Action', 'Guard', 'Expected', 'Observed', 'Result'];
  return { title, blocks: [table(columns, rows), ...cut] };
}

interface RowsForm {
  readonly planned: boolean;
  readonly results: typeof commandResult;
  readonly renderer: number;
}

/** A command that did not run is one line, unless nothing ran and the plan is all there is to read. */
function commandRows(
  command: ReportCommand,
  byId: ReadonlyMap<string, ReportGate>,
  { planned, results, renderer }: RowsForm,
): Text[][] {
  const gates = command.gates.flatMap((id) => byId.get(id) ?? []);
  if (!planned && (command.state === 'not_run' || command.state === 'skipped'))
    return [idleRow(command, gates, results[command.state])];
  const silent = planned ? [] : gates.filter((gate) => gate.state === 'not_evaluated');
  const told = gates.filter((gate) => !silent.includes(gate));
  const took = command.duration_ms === null ? '' : ` ${duration(command.duration_ms)}`;
  return [
    [
      [command.id],
      [bold(command.title)],
      [],
      [],
      [command.reason ?? ''],
      [bold(results[command.state]), took],
    ],
    ...told.filter((gate) => gate.phase === 'guard').map((gate) => gateRow(gate, renderer)),
    ...command.actions.map((action) => actionRow(action, renderer)),
    ...told.filter((gate) => gate.phase !== 'guard').map((gate) => gateRow(gate, renderer)),
    ...byReason(silent).map((some) => silentRow(some, renderer < 2 ? some : gates)),
  ];
}

const idleRow = (command: ReportCommand, gates: readonly ReportGate[], result: string): Text[] => [
  [command.id],
  [bold(command.title)],
  [spanned(gates, gates)],
  [],
  [command.reason ?? gates[0]?.reason ?? ''],
  [bold(result)],
];

function actionRow(action: ReportCommand['actions'][number], renderer: number): Text[] {
  // Its condition is the same in every iteration of a loop, and report.json has it.
  const off = renderer >= 2 && action.state === 'skipped' && (action.result ?? '').startsWith('when: ');
  return [
    [],
    [inRow(action.words, renderer)],
    [],
    [],
    [off ? '' : inRow(action.problem?.message ?? action.result ?? '', renderer)],
    [off ? 'skipped by its when' : actionResult[action.state]],
  ];
}

const gateRow = (gate: ReportGate, renderer: number): Text[] => [
  [],
  [],
  [`${gate.id} ${gate.title}`],
  [inRow(expectedText(gate), renderer)],
  [inRow(observedText(gate), renderer)],
  [gateResult[gate.state]],
];

const silentRow = (gates: readonly ReportGate[], all: readonly ReportGate[]): Text[] => [
  [],
  [],
  [gates.length === 1 ? `${spanned(gates, all)} ${gates[0]?.title ?? ''}` : spanned(gates, all)],
  [],
  [gates[0]?.reason ?? '—'],
  [gateResult.not_evaluated],
];

function byReason(gates: readonly ReportGate[]): readonly (readonly ReportGate[])[] {
  const groups = new Map<string, ReportGate[]>();
  for (const gate of gates) {
    const reason = gate.reason ?? '';
    groups.set(reason, [...(groups.get(reason) ?? []), gate]);
  }
  return [...groups.values()];
}

/** `G-13`, `G-13 and G-14`, `G-13 to G-16`; one that stands between them in the command and isn't meant ends a span. */
function spanned(gates: readonly ReportGate[], all: readonly ReportGate[]): string {
  const spans: ReportGate[][] = [];
  for (const gate of gates) {
    const last = spans.at(-1)?.at(-1);
    if (last !== undefined && all.indexOf(gate) === all.indexOf(last) + 1) spans.at(-1)?.push(gate);
    else spans.push([gate]);
  }
  return listed(
    spans.flatMap((span) =>
      span.length > 2 ? [`${span[0]?.id ?? ''} to ${span.at(-1)?.id ?? ''}`] : span.map(({ id }) => id),
    ),
  );
}
