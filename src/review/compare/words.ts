import { baseOf } from '../../base/ids.js';
import { cut } from '../../base/visible.js';
import type { Plan } from '../../model/plan.js';
import type { ReportParts } from '../../model/runbook.js';
import type { Template } from '../../model/template.js';
import { condition, text } from '../words.js';
import type { Change, ChangeKind, Weight } from './change.js';
import { onlyIn } from './named.js';
import { same } from './same.js';
import type { Sides } from './sides.js';

/** What a runbook says of itself: its promises count, its prose doesn't. */
export function proseChanged({ before, after }: Sides): Change[] {
  const [old, now] = [before.plan.runbook, after.plan.runbook];
  const prose = ({ runbook, facts, report }: Plan) => ({
    title: runbook.title,
    summary: runbook.summary,
    tags: runbook.tags,
    facts,
    conventions: report.conventions,
    notes: report.notes,
    kb: report.kb,
  });
  const [was, is] = [prose(before.plan), prose(after.plan)];
  const reworded = (Object.keys(is) as (keyof typeof is)[]).filter((name) => !same(was[name], is[name]));
  return [
    ...(old.id === now.id
      ? []
      : [
          {
            kind: 'renamed' as const,
            weight: 'changes' as const,
            place: { name: 'runbook', path: ['id'] },
            what: 'another id: runs, claims and approvals of the old one are not of this one',
            before: old.id,
            after: now.id,
          },
        ]),
    ...lines(
      'boundary-changed',
      onlyIn(old.boundaries, now.boundaries),
      onlyIn(now.boundaries, old.boundaries),
    ),
    ...reworded.map((name): Change => ({
      kind: 'reworded',
      weight: 'cosmetic',
      place: { name: 'runbook', path: [name] },
      what: `${name} reworded`,
    })),
  ];
}

function lines(kind: ChangeKind, gone: readonly string[], come: readonly string[]): Change[] {
  const place = { name: 'boundaries', path: ['boundaries'] };
  return [
    ...gone.map((line): Change => ({
      kind,
      weight: 'changes',
      place,
      what: 'no longer promised',
      before: line,
    })),
    ...come.map((line): Change => ({ kind, weight: 'neutral', place, what: 'promised, too', after: line })),
  ];
}

type Part = Exclude<keyof ReportParts, 'kb' | 'conventions' | 'notes'>;
const parts: Readonly<
  Record<Part, { readonly path: string; readonly what: string; readonly weight: Weight }>
> = {
  verdict: { path: 'verdict', what: 'other lines of the closing verdict block', weight: 'changes' },
  checks: { path: 'checks', what: 'other rows of the checks', weight: 'changes' },
  readiness: { path: 'readiness', what: 'other rows of the readiness matrix', weight: 'changes' },
  gaps: { path: 'gaps', what: 'other gaps, or other gates that close them', weight: 'changes' },
  tables: { path: 'tables', what: 'other tables in the report', weight: 'neutral' },
  operatorPackage: {
    path: 'operator_package',
    what: 'other instructions for the operator',
    weight: 'changes',
  },
};

/** What a report would claim: another word for the same gates is another claim. */
export function reportChanged({ before, after, renamed }: Sides): Change[] {
  const old = withNewIds(before.plan.report, renamed);
  const now = after.plan.report;
  return (Object.keys(parts) as Part[]).flatMap((name): Change[] => {
    if (same(old[name], now[name])) return [];
    const { path, what, weight } = parts[name];
    return [
      {
        kind: 'report-changed',
        weight,
        place: { name: path.replace('_', ' '), path: [path] },
        what,
        ...rowsApart(name, old, now),
      },
    ];
  });
}

/** A row of a report part as a reader would compare it. */
function rowsOf(name: Part, report: ReportParts): readonly string[] {
  switch (name) {
    case 'verdict':
      return report.verdict.map((line) => `${line.name}: ${text(line.value)}`);
    case 'checks':
      return report.checks.map((row) => `${text(row.title)} (${row.gates.join(', ')})${said(row.evidence)}`);
    case 'readiness':
      return report.readiness.map(
        (row) => `${text(row.component)} (${row.gate}${stateWords(row.state)})${said(row.evidence)}`,
      );
    case 'gaps':
      return report.gaps.map((gap) => `${gap.id} ${text(gap.title)}, closed by ${gap.closedBy.join(', ')}`);
    case 'tables':
      return report.tables.map((table) => `${text(table.title)} (${table.from}): ${tableWords(table)}`);
    case 'operatorPackage':
      return operatorLines(report.operatorPackage);
  }
}

/** `, failed: MISSING`: the words under which a reader sees the gate's end. */
const stateWords = (state: Readonly<Record<string, string>>): string =>
  Object.entries(state)
    .map(([end, word]) => `, ${end}: ${word}`)
    .join('');

const tableWords = ({ rows, columns, total }: ReportParts['tables'][number]): string =>
  [
    ...(rows === undefined ? [] : [`rows ${rows}`]),
    ...Object.entries(columns).map(([title, path]) => `${title} ${path}`),
    ...(total.length === 0 ? [] : [`total of ${total.join(', ')}`]),
  ].join('; ');

const operatorLines = (given: ReportParts['operatorPackage']): readonly string[] =>
  given === undefined
    ? []
    : [
        ...(given.when === undefined ? [] : [`only if ${condition(given.when.source)}`]),
        ...text(given.text)
          .split('\n')
          .filter((line) => line.trim() !== ''),
      ];

const said = (evidence: Template | undefined): string =>
  evidence === undefined ? '' : `: ${text(evidence)}`;

const longest = 300;

function rowsApart(name: Part, old: ReportParts, now: ReportParts): Pick<Change, 'before' | 'after'> {
  const [was, is] = [rowsOf(name, old), rowsOf(name, now)];
  const [gone, come] = [onlyIn(was, is), onlyIn(is, was)];
  return {
    ...(gone.length > 0 && { before: cut(gone.join('; '), longest) }),
    ...(come.length > 0 && { after: cut(come.join('; '), longest) }),
  };
}

function withNewIds(report: ReportParts, renamed: ReadonlyMap<string, string>): ReportParts {
  const id = (gate: string): string => renamed.get(gate) ?? renamed.get(baseOf(gate)) ?? gate;
  return {
    ...report,
    checks: report.checks.map((row) => ({ ...row, gates: row.gates.map(id) })),
    readiness: report.readiness.map((row) => ({ ...row, gate: id(row.gate) })),
    tables: report.tables.map((table) => ({ ...table, from: id(table.from) })),
    gaps: report.gaps.map((gap) => ({ ...gap, closedBy: gap.closedBy.map(id) })),
  };
}
