import { duration } from '../../base/words.js';
import type { Json } from '../../base/value.js';
import {
  actionResult,
  brief,
  cellText,
  commandResult,
  expectedText,
  gateResult,
  observedText,
} from '../cells.js';
import type { ReportCommand, ReportGate } from '../commands.js';
import type { Block, Text } from '../document.js';
import { bold, bullets, heading, paragraph, table } from '../document.js';
import type { Report } from '../schema.js';
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
  return blocks.length === 0 ? null : { title: 'What did not hold', blocks };
}

function failedGate(gate: ReportGate): Block[] {
  const lines: Text[] = [
    [bold('expected'), ` ${brief(expectedText(gate))}`],
    [bold('observed'), ` ${brief(observedText(gate))}`],
    ...(gate.difference?.words ?? [])
      .slice(0, maxDifferences)
      .map((words): Text => [bold('difference'), ` ${brief(words)}`]),
  ];
  const more = (gate.difference?.words.length ?? 0) - maxDifferences;
  if (more > 0) lines.push([`… and ${more} more, in report.json`]);
  if (gate.reason !== null && gate.observed_words !== null)
    lines.push([bold('reason'), ` ${brief(gate.reason)}`]);
  if (gate.why !== null) lines.push([bold('why'), ` ${gate.why}`]);
  return [
    heading(3, `${gate.id} · ${gate.title} · ${gateResult[gate.state]}`),
    paragraph(
      `In ${gate.command}; it looks at ${gate.probe_words}. If it does not hold: ${onFail[gate.on_fail]}.`,
    ),
    bullets(lines),
  ];
}
const maxDifferences = 50;

const onFail: Readonly<Record<ReportGate['on_fail'], string>> = {
  abort: 'the run stops, teardown only',
  'hard-abort': 'the run stops at once and the targets it names are embargoed',
  fail: 'the run goes on and fails',
  record: 'the run goes on and is PARTIAL at best',
  note: 'the run goes on and notes it',
};

export function readiness({ readiness: rows }: Report): Section | null {
  if (rows.length === 0) return null;
  const evidence = (row: (typeof rows)[number]): Text =>
    row.evidence === '' ? [row.gate] : [`${brief(row.evidence)} (${row.gate})`];
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
    row.evidence === ''
      ? [bold(row.result), ` (${row.gates.join(', ')})`]
      : [bold(row.result), ` — ${brief(row.evidence)}`];
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

/** One line a command, then its guards, actions and expectations in the order in which they happened. */
export function commands(report: Report): Section | null {
  if (report.commands.length === 0) return null;
  const gates = new Map(report.gates.map((gate) => [gate.id, gate]));
  const rows = report.commands.flatMap((command) => commandRows(command, gates));
  const title =
    report.verdict === 'REFUSED' ? 'What would have been done — NOTHING EXECUTED' : 'What was done';
  return { title, blocks: [table(['Cmd', 'Action', 'Guard', 'Expected', 'Observed', 'Result'], rows)] };
}

function commandRows(command: ReportCommand, byId: ReadonlyMap<string, ReportGate>): Text[][] {
  const gates = command.gates.flatMap((id) => byId.get(id) ?? []);
  const before = gates.filter((gate) => gate.phase === 'guard');
  const after = gates.filter((gate) => gate.phase !== 'guard');
  const took = command.duration_ms === null ? '' : duration(command.duration_ms);
  return [
    [
      [command.id],
      [bold(command.title)],
      [],
      [],
      [command.reason ?? took],
      [bold(commandResult[command.state])],
    ],
    ...before.map(gateRow),
    ...command.actions.map((action): Text[] => [
      [],
      [action.words],
      [],
      [],
      [brief(action.problem?.message ?? action.result ?? '')],
      [actionResult[action.state]],
    ]),
    ...after.map(gateRow),
  ];
}

const gateRow = (gate: ReportGate): Text[] => [
  [],
  [],
  [`${gate.id} ${gate.title}`],
  [brief(expectedText(gate))],
  [brief(observedText(gate))],
  [gateResult[gate.state]],
];

export function rowMatrices({ tables }: Report): readonly Section[] {
  return tables.map(({ title, columns, rows, total }) => {
    const numeric = columns.map(
      (_, at) => rows.length > 0 && rows.every((row) => typeof row[at] === 'number'),
    );
    const body = rows.map((row) => row.map((cell) => cellText(cell)));
    const last = total === null ? [] : [totalRow(total)];
    const head = columns.map((column, at) => (numeric[at] === true ? `>${column}` : column));
    return { title, blocks: rows.length === 0 ? [paragraph('No rows.')] : [table(head, [...body, ...last])] };
  });
}

/** Columns that aren't summed are empty, and the first of them says what the row is. */
function totalRow(total: readonly Json[]): Text[] {
  const label = total.findIndex((cell) => cell === null);
  return total.map((cell, at): Text => {
    if (at === label) return [bold('Total')];
    return cell === null ? [] : cellText(cell).map((part) => (typeof part === 'string' ? bold(part) : part));
  });
}
