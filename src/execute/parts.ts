import type { CommandId } from '../base/ids.js';
import { isList, isMap, toJson } from '../base/value.js';
import type { Json, Value, ValueMap } from '../base/value.js';
import { evaluate, evaluateTemplate } from '../expression/index.js';
import type { GateEnd, Verdict } from '../model/event.js';
import type { EvaluatedParts, RowResult } from '../model/parts.js';
import { parsePath } from '../model/path.js';
import { expressionsIn } from '../model/template.js';
import type { Template } from '../model/template.js';
import type { Execution } from './context.js';
import { printed } from './printed.js';
import { lowered } from './state/verdict.js';

/** What an expression prints whose output or observation the run didn't produce. */
const absent = '—';

/** The report's parts, evaluated once while the run is alive; the report itself evaluates nothing. */
export function evaluateParts(execution: Execution, verdict: Verdict): EvaluatedParts {
  execution.scope.set('run', { verdict });
  const words = wordsIn(execution);
  const { report, facts } = execution.plan;
  // The other parts speak of the verdict that is left of it.
  const result = report.verdict.find(({ name }) => name === 'result');
  const declared = result === undefined ? null : words(result.value);
  execution.scope.set('run', { verdict: lowered(verdict, declared) });
  return {
    facts: facts.map(([name, value]) => [name, words(value)]),
    checks: report.checks.map((check, index) => {
      const result = worst(check.gates.flatMap((gate) => statesOf(execution, gate)));
      return {
        number: index + 1,
        title: words(check.title),
        result,
        gates: check.gates,
        evidence: evidenceIn(check.evidence, result, words),
      };
    }),
    readiness: report.readiness.map((row) => {
      const states = statesOf(execution, row.gate);
      const result = worst(states);
      return {
        component: words(row.component),
        state: stateWord(row.state, result, states),
        result,
        gate: row.gate,
        evidence: evidenceIn(row.evidence, result, words),
      };
    }),
    tables: report.tables
      .filter((table) => hasObserved(execution, table))
      .map((table) => evaluateTable(execution, table, words(table.title))),
    notes: report.notes.map((note) => ({
      id: note.id,
      title: words(note.title),
      text: words(note.text),
      disposition: note.disposition === undefined ? null : words(note.disposition),
    })),
    gaps: report.gaps.map((gap) => ({
      id: gap.id,
      title: words(gap.title),
      state: gapState(execution, gap.closedBy),
      closed_by: gap.closedBy,
    })),
    operator_package: operatorPackage(execution, words),
    verdict_lines: report.verdict.map(({ name, value }) => [
      name,
      name === 'result' && declared !== null ? declared : words(value),
    ]),
  };
}

/**
 * Evidence that doesn't ask how a gate ended was written for gates that held: of one that was recorded it would claim what
 * nobody saw, and the gate itself says what it did see.
 */
function evidenceIn(
  evidence: Template | undefined,
  result: RowResult,
  words: (template: Template) => string,
): string {
  if (evidence === undefined) return '';
  const asks = expressionsIn(evidence).some(({ source }) => /\.state\b|\brun\.verdict\b/.test(source));
  return result === 'PARTIAL' && !asks ? '' : words(evidence);
}

/** A gap is open until something showed it closed; a dry run that couldn't look says no more than that. */
function gapState(execution: Execution, closedBy: readonly string[]) {
  const result = worst(closedBy.flatMap((gate) => statesOf(execution, gate)));
  if (closedBy.length > 0 && result === 'PASS') return 'CLOSED';
  return execution.facts.mode === 'dry-run' && result === 'NOT RUN' ? 'NOT RUN' : 'OPEN';
}

/** Text of a report, evaluated; what an output would say that the run didn't produce is a dash. */
export function wordsIn(execution: Execution): (template: Template) => string {
  return (template) => {
    const value = evaluateTemplate(template, execution.scope.values(null), printed);
    if (value.ok) return printed(value.value);
    return value.error.code === 'ABSENT' ? absent : `(${value.error.message})`;
  };
}

function operatorPackage(execution: Execution, words: (template: Template) => string): string | null {
  const { operatorPackage: part } = execution.plan.report;
  if (part === undefined) return null;
  if (part.when !== undefined) {
    const wanted = evaluate(part.when, execution.scope.values(null));
    // Shown where it can't be told: instructions too many do less harm than instructions that are missing.
    if (wanted.ok && wanted.value === false) return null;
  }
  return words(part.text);
}

/** States of a gate, or of all its iterations. One that isn't there wasn't evaluated, whatever the others say. */
function statesOf(execution: Execution, id: string): readonly GateEnd[] {
  const states = [...execution.recorder.state.gates]
    .filter(([gate]) => gate === id || gate.startsWith(`${id}[`))
    .map(([, { state }]) => (state === 'pending' || state === 'evaluating' ? 'not_evaluated' : state));
  return states.length === 0 ? ['not_evaluated'] : states;
}

const resultOf: Readonly<Record<GateEnd, RowResult>> = {
  passed: 'PASS',
  noted: 'PASS',
  skipped: 'SKIPPED',
  recorded: 'PARTIAL',
  not_evaluated: 'NOT RUN',
  failed: 'FAIL',
  error: 'FAIL',
  cancelled: 'FAIL',
};
const order: readonly RowResult[] = ['PASS', 'SKIPPED', 'PARTIAL', 'NOT RUN', 'FAIL'];

/** A row is the worst of its gates; a row of no gate proves nothing. */
export function worst(states: readonly GateEnd[]): RowResult {
  const results = states.map((state) => resultOf[state]);
  return results.reduce<RowResult>(
    (a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a),
    results.length === 0 ? 'NOT RUN' : 'PASS',
  );
}

/** A gate that was noted or recorded has a word of its own; where none is given it counts as passed, or as failed. */
function stateWord(
  words: Readonly<Record<string, string>>,
  result: RowResult,
  states: readonly GateEnd[],
): string {
  const word = {
    PASS: (states.includes('noted') ? words['noted'] : undefined) ?? words['passed'],
    PARTIAL: words['recorded'] ?? words['failed'],
    FAIL: words['failed'],
    SKIPPED: words['skipped'],
    'NOT RUN': words['not_evaluated'],
  }[result];
  return word ?? result;
}

type TablePart = Execution['plan']['report']['tables'][number];

/** A table of a gate that was skipped, or that the run never came to, would only say that it is empty. */
const hasObserved = ({ scope, recorder }: Execution, { from }: TablePart): boolean =>
  (scope.observed(from) ?? null) !== null ||
  [...recorder.state.gates].some(([id, { state }]) => id.startsWith(`${from}[`) && !unseen.has(state));
const unseen: ReadonlySet<string> = new Set(['pending', 'skipped', 'not_evaluated']);

function evaluateTable(
  execution: Execution,
  table: TablePart,
  title: string,
): EvaluatedParts['tables'][number] {
  const headers = Object.keys(table.columns);
  const rows = rowsOf(execution, table).map((row) =>
    headers.map((h) => dig(row, table.columns[h] ?? '') ?? null),
  );
  const total =
    table.total.length === 0 || rows.length === 0
      ? null
      : headers.map((h, i) => (table.total.includes(h) ? totalOf(rows.map((row) => row[i] ?? null)) : null));
  return { title, columns: headers, rows: rows.map((row) => row.map(toJson)), total };
}

function rowsOf(execution: Execution, table: TablePart): readonly Value[] {
  const observed = execution.scope.observed(table.from);
  if (observed !== undefined) {
    const rows = table.rows === undefined ? observed : dig(observed, table.rows);
    return isList(rows) ? rows : isMap(rows) ? [rows] : [];
  }
  const prefix = `${table.from}[`;
  return [...execution.recorder.state.gates]
    .filter(([id]) => id.startsWith(prefix))
    .map(([id, gate]): ValueMap => ({
      each: { ...eachOf(execution, gate.command), key: id.slice(prefix.length, -1) },
      observed: execution.scope.observed(id) ?? null,
      state: gate.state,
    }));
}

/** The item of the loop that this command is one iteration of. */
function eachOf({ plan }: Execution, id: CommandId): ValueMap {
  const command = [...plan.commands, ...plan.teardown].find((c) => c.id === id);
  return command?.each === undefined ? {} : { value: command.each.value };
}

function dig(value: Value, path: string): Value | undefined {
  return parsePath(path)?.reduce<Value | undefined>((at, part) => {
    if (typeof part === 'number') return isList(at) ? at[part] : undefined;
    return isMap(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }, value);
}

/** Integers are exact. Where one cell has no number, neither has the total: it would be that of the others. */
function totalOf(cells: readonly Value[]): Json {
  if (!cells.every((cell) => typeof cell === 'number' || typeof cell === 'bigint')) return null;
  if (!cells.every((cell) => typeof cell === 'bigint' || Number.isInteger(cell)))
    return cells.reduce<number>((sum, cell) => sum + Number(cell), 0);
  const sum = cells.reduce<bigint>((total, cell) => total + BigInt(cell), 0n);
  return toJson(Number.isSafeInteger(Number(sum)) ? Number(sum) : sum);
}
