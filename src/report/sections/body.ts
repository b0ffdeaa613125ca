import type { Json } from '../../base/value.js';
import { capitalised, sentence } from '../../base/words.js';
import { actionResult, brief, cellText, expectedText, gateResult, observedText } from '../cells.js';
import type { ReportGate } from '../commands.js';
import type { Block, Text } from '../document.js';
import { bold, bullets, heading, paragraph, table } from '../document.js';
import { failWords, lookWords } from '../look-words.js';
import type { Report } from '../schema.js';
import { readable } from '../shorten.js';
import { withValues } from '../values.js';
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
  const say = withValues(report);
  const old = report.run.renderer < 2;
  const told = (cause: NonNullable<Report['cause']>): boolean =>
    cause.gate === null
      ? actions.some(
          ({ command, action }) =>
            command.id === cause.command &&
            action.problem !== null &&
            cause.message.endsWith(action.problem.message),
        )
      : gates.some(({ id }) => id === cause.gate);
  // What stopped the run from outside has no heading of its own, and what follows from it would stand first.
  if (!old && report.verdict !== 'REFUSED' && report.cause !== null && !told(report.cause))
    blocks.push(paragraph(bold('First cause:'), ` ${sentence(capitalised(brief(report.cause.message)))}`));
  if (report.cause?.next !== undefined) blocks.push(paragraph(`What to do next: ${report.cause.next}`));
  else if (!old && report.verdict === 'PARTIAL' && report.operator_package !== null)
    blocks.push(paragraph('What to do next: what the operator package below says.'));
  for (const gate of gates) blocks.push(...failedGate(gate, old));
  for (const { command, action } of actions) {
    const lines: Text[] = [
      ...(old ? [] : [[brief(say(action.words))]]),
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
  const later = report.later_causes.filter((cause) => old || !told(cause));
  if (later.length > 0) {
    blocks.push(paragraph('After the first cause:'), bullets(later.map((cause) => [brief(cause.message)])));
  }
  return blocks.length === 0
    ? null
    : { title: report.verdict === 'REFUSED' ? 'Why it was refused' : 'What did not hold', blocks };
}

function failedGate(gate: ReportGate, old: boolean): Block[] {
  const differences = gate.difference?.words ?? [];
  // A probe that couldn't be carried out has observed nothing.
  const blind = !old && gate.state === 'error' && gate.observed_words === null && gate.observed === null;
  const lines: Text[] = [
    [bold('expected'), ` ${brief(expectedText(gate))}`],
    [bold(blind ? 'error' : 'observed'), ` ${brief(observedText(gate))}`],
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
