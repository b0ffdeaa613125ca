import { duration } from '../../base/words.js';
import type { Json } from '../../base/value.js';
import {
  actionResult,
  brief,
  cellText,
  commandResult,
  dryRunResult,
  expectedText,
  gateResult,
  inRow,
  observedText,
} from '../cells.js';
import type { ReportCommand, ReportGate } from '../commands.js';
import type { Block, Text } from '../document.js';
import { bold, bullets, heading, paragraph, table } from '../document.js';
import { failWords, lookWords } from '../look-words.js';
import type { Report } from '../schema.js';
import { readable } from '../shorten.js';
import type { Section } from './section.js';

/** What stopped the run or lowered its verdict: expected, observed and difference of each. */
export function failures(report: Report): Section | null {
  const gates = report.gates.filter(
    (gate) => gate.state === 'failed' || gate.state === 'error' || gate.state === 'recorded',
  );
  const actions = report.commands.flatMap((command) =>
    command.actions
      .filter((action) => action.problem !== null || action.state === 'unknown')
      .map((action) => ({ command, action })),
  );
  if (gates.length + actions.length === 0 && report.cause === null) return null;
  const blocks: Block[] = [];
  if (report.cause?.next !== undefined) blocks.push(paragraph(`What to do next: ${report.cause.next}`));
  for (const gate of gates) blocks.push(...failedGate(gate));
  for (const { command, action } of actions) {
    const lines: Text[] = [
      [
        action.problem === null
          ? 'it was started, and its end was not recorded; it is never run again'
          : action.problem.message,
      ],
    ];
    if (action.problem !== null)
      lines.push([
        `code: ${action.problem.code}${action.problem.sqlstate === undefined ? '' : `, SQLSTATE ${action.problem.sqlstate}`}`,
      ]);
    blocks.push(heading(3, `${command.id} · ${action.kind} · ${actionResult[action.state]}`), bullets(lines));
  }
  if (report.later_causes.length > 0) {
    blocks.push(
      paragraph('After the first cause:'),
      bullets(report.later_causes.map((cause) => [brief(cause.message)])),
    );
  }
  return blocks.length === 0
    ? null
    : { title: report.verdict === 'REFUSED' ? 'Why it was refused' : 'What did not hold', blocks };
}

function failedGate(gate: ReportGate): Block[] {
  const differences = gate.difference?.words ?? [];
  const lines: Text[] = [
    [bold('expected'), ` ${brief(expectedText(gate))}`],
    [bold('observed'), ` ${brief(observedText(gate))}`],
    ...differences.slice(0, maxDifferences).map((words): Text => [bold('difference'), ` ${brief(words)}`]),
  ];
  const more = differences.length - maxDifferences;
  if (more > 0) lines.push([`… and ${more} more, in report.json`]);
  if (gate.reason !== null && gate.observed_words !== null)
    lines.push([bold('reason'), ` ${brief(gate.reason)}`]);
  if (gate.why !== null) lines.push([bold('why'), ` ${gate.why}`]);
  return [
    heading(3, `${gate.id} · ${gate.title} · ${gateResult[gate.state]}`),
    paragraph(
      `In ${gate.command}; it ${lookWords(gate.probe_words)}. If it does not hold: ${failWords(gate)}.`,
    ),
    bullets(lines),
  ];
}
const maxDifferences = 50;

export function readiness({ readiness: rows }: Report): Section | null {
  if (rows.length === 0) return null;
  const evidence = (row: (typeof rows)[number]): Text =>
    row.evidence === '' || row.evidence === '—'
      ? [row.gate]
      : [`${readable(brief(row.evidence))} (${row.gate})`];
  return {
    title: 'Readiness matrix',
    blocks: [
      table(
        ['Component', 'State', 'Evidence'],
        rows.map((row) => [[row.component], [row.state], evidence(row)]),
      ),
    ],
  };
}

export function checks({ checks: rows }: Report): Section | null {
  if (rows.length === 0) return null;
  const result = (row: (typeof rows)[number]): Text =>
    row.evidence === '' || !wasEvaluated(row.result)
      ? [bold(row.result), ` (${row.gates.join(', ')})`]
      : [bold(row.result), ` — ${readable(brief(row.evidence))} (${row.gates.join(', ')})`];
  return {
    title: 'Checks',
    blocks: [
      table(
        ['>#', 'Check', 'Result'],
        rows.map((row) => [[String(row.number)], [row.title], result(row)]),
      ),
    ],
  };
}

/** An author's evidence is written for gates that ran; beside one that didn't it would claim what nobody saw. */
const wasEvaluated = (result: Report['checks'][number]['result']): boolean =>
  result !== 'NOT RUN' && result !== 'SKIPPED';

/** One line a command, then its guards, actions and expectations in the order in which they happened. */
export function commands(report: Report): Section | null {
  if (report.commands.length === 0) return null;
  const gates = new Map(report.gates.map((gate) => [gate.id, gate]));
  const planned = report.verdict === 'REFUSED';
  const dryRun = report.run.mode === 'dry-run';
  const results = dryRun ? dryRunResult : commandResult;
  const rows = report.commands.flatMap((command) => commandRows(command, gates, { planned, results }));
  const done = dryRun ? 'What was looked at' : 'What was done';
  const title = planned ? 'What would have been done — NOTHING EXECUTED' : done;
  return { title, blocks: [table(['Cmd', 'Action', 'Guard', 'Expected', 'Observed', 'Result'], rows)] };
}

/** A command that did not run is one line, unless nothing ran and the plan is all there is to read. */
function commandRows(
  command: ReportCommand,
  byId: ReadonlyMap<string, ReportGate>,
  { planned, results }: { readonly planned: boolean; readonly results: typeof commandResult },
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
    ...told.filter((gate) => gate.phase === 'guard').map(gateRow),
    ...command.actions.map(actionRow),
    ...told.filter((gate) => gate.phase !== 'guard').map(gateRow),
    ...byReason(silent).map(silentRow),
  ];
}

const idleRow = (command: ReportCommand, gates: readonly ReportGate[], result: string): Text[] => [
  [command.id],
  [bold(command.title)],
  [spanned(gates)],
  [],
  [command.reason ?? gates[0]?.reason ?? ''],
  [bold(result)],
];

const actionRow = (action: ReportCommand['actions'][number]): Text[] => [
  [],
  [inRow(action.words)],
  [],
  [],
  [inRow(action.problem?.message ?? action.result ?? '')],
  [actionResult[action.state]],
];

const gateRow = (gate: ReportGate): Text[] => [
  [],
  [],
  [`${gate.id} ${gate.title}`],
  [inRow(expectedText(gate))],
  [inRow(observedText(gate))],
  [gateResult[gate.state]],
];

const silentRow = (gates: readonly ReportGate[]): Text[] => [
  [],
  [],
  [gates.length === 1 ? `${spanned(gates)} ${gates[0]?.title ?? ''}` : spanned(gates)],
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

/** `G-13`, `G-13 and G-14`, `G-13 to G-16`. */
function spanned(gates: readonly ReportGate[]): string {
  const ids = gates.map((gate) => gate.id);
  return ids.length > 2 ? `${ids[0] ?? ''} to ${ids.at(-1) ?? ''}` : ids.join(' and ');
}

export function rowMatrices({ tables, run }: Report): readonly Section[] {
  return tables.map(({ title, columns, rows, total }) => {
    const numeric = columns.map(
      (_, at) => rows.length > 0 && rows.every((row) => typeof row[at] === 'number'),
    );
    const body = rows.map((row) => row.map((cell) => cellText(cell)));
    const last = total === null ? [] : [totalRow(total, rows, run.renderer < 2)];
    const head = columns.map((column, at) => (numeric[at] === true ? `>${column}` : column));
    return { title, blocks: rows.length === 0 ? [paragraph('No rows.')] : [table(head, [...body, ...last])] };
  });
}

/** The first column that isn't summed says what the row is; one that says the same of every row, says it here too. */
function totalRow(total: readonly Json[], rows: readonly (readonly Json[])[], amountsToo: boolean): Text[] {
  const label = total.findIndex((cell) => cell === null);
  return total.map((cell, at): Text => {
    if (at === label) return [bold('Total')];
    const same = common(rows.map((row) => row[at] ?? null));
    const shown = cell ?? (amountsToo || !isAmount(same) ? same : null);
    return shown === null
      ? []
      : cellText(shown).map((part) => (typeof part === 'string' ? bold(part) : part));
  });
}

function common(cells: readonly Json[]): string | null {
  const [first = null] = cells;
  return typeof first === 'string' && cells.every((cell) => cell === first) ? first : null;
}

/** One that is text (`numeric`) would pass for a sum. */
const isAmount = (text: string | null): boolean => text !== null && /^\s*[-+]?\.?\d/.test(text);
