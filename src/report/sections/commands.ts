import { countedInWords, duration, listed } from '../../base/words.js';
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
import type { Block, Text } from '../document.js';
import { bold, code, paragraph, table } from '../document.js';
import type { Report } from '../schema.js';
import { withValues } from '../values.js';
import type { Section } from './section.js';

/** One line a command, then its guards, actions and expectations in the order in which they happened. */
export function commands(report: Report): Section | null {
  if (report.commands.length === 0) return null;
  const gates = new Map(report.gates.map((gate) => [gate.id, gate]));
  const planned = report.verdict === 'REFUSED';
  const dryRun = report.run.mode === 'dry-run';
  const results = dryRun ? dryRunResult : commandResult;
  const form = { planned, results, renderer: report.run.renderer, say: withValues(report) };
  const rows = report.commands.flatMap((command) => commandRows(command, gates, form));
  const done = dryRun ? 'What was looked at' : 'What was done';
  const title = planned ? 'What would have been done — NOTHING EXECUTED' : done;
  const cut = form.renderer >= 2 && rows.some((row) => row.some(wasCut)) ? [paragraph(cutWords)] : [];
  const columns = ['Cmd', 'Action', 'Guard', 'Expected', 'Observed', 'Result'];
  return { title, blocks: [table(columns, rows), ...cut, ...leftOut(report)] };
}

interface RowsForm {
  readonly planned: boolean;
  readonly results: typeof commandResult;
  readonly renderer: number;
  readonly say: (words: string) => string;
}

/** A command that did not run is one line, unless nothing ran and the plan is all there is to read. */
function commandRows(
  command: ReportCommand,
  byId: ReadonlyMap<string, ReportGate>,
  form: RowsForm,
): Text[][] {
  const { planned, results, renderer } = form;
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
    ...told.filter((gate) => gate.phase === 'guard').map((gate) => gateRow(gate, form)),
    ...command.actions
      .filter((action) => renderer < 2 || !isLeftOut(action, command))
      .map((action) => actionRow(action, form)),
    ...told.filter((gate) => gate.phase !== 'guard').map((gate) => gateRow(gate, form)),
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

type Action = ReportCommand['actions'][number];
const isOff = ({ state, result }: Action): boolean =>
  state === 'skipped' && (result ?? '').startsWith(whenMark);
const whenMark = 'when: ';

/** One of two ways to do the same thing: the other was taken. */
const isLeftOut = (action: Action, { actions }: ReportCommand): boolean =>
  isOff(action) && actions.some((other) => !isOff(other));

/** Their condition is the same in every iteration of a loop: said once. */
function leftOut({ commands: all, run, verdict }: Report): readonly Block[] {
  if (run.renderer < 2 || verdict === 'REFUSED') return [];
  const found = new Map<string, string[]>();
  for (const command of all)
    for (const action of command.actions.filter((one) => isLeftOut(one, command))) {
      const condition = (action.result ?? '').slice(whenMark.length);
      found.set(condition, [...(found.get(condition) ?? []), command.id.replace(/\[.*/, '')]);
    }
  return [...found].map(([condition, ids]) =>
    paragraph(
      'Left out, since their condition (',
      code(condition),
      `) was not met: ${countedInWords(ids.length, 'action')} of ${listed([...new Set(ids)])}; report.json has each.`,
    ),
  );
}

function actionRow(action: Action, { renderer, say }: RowsForm): Text[] {
  const off = renderer >= 2 && isOff(action);
  return [
    [],
    [inRow(say(action.words), renderer)],
    [],
    [],
    [off ? '' : inRow(action.problem?.message ?? action.result ?? '', renderer)],
    [off ? 'skipped by its when' : actionResult[action.state]],
  ];
}

const gateRow = (gate: ReportGate, { renderer, say }: RowsForm): Text[] => [
  [],
  [],
  [`${gate.id} ${gate.title}`],
  [inRow(say(expectedText(gate)), renderer)],
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
