import { sha256Of } from '../base/sha256.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import type { Cause, JournalRecord } from '../model/event.js';
import type { Outline } from '../model/outline.js';
import type { Problem } from '../text/problem.js';
import { artifactsOf, buildCommand, buildGate } from './commands.js';
import type { EvidenceRow } from './evidence.js';
import { evidenceOf } from './evidence.js';
import type { EventOf, Trace } from './fold.js';
import { foldRecords, jsonMap } from './fold.js';
import type { Report } from './schema.js';

/** A journal that was read and whose chain holds. */
export interface SourceJournal {
  readonly records: readonly JournalRecord[];
  readonly end: { readonly seq: number; readonly head: string };
}

/**
 * report.json of a run that has ended: a pure function of its journal. `minutes_to_read` is 1 here; the renderer
 * that knows the words puts the real number there.
 */
export function foldReport({ records, end }: SourceJournal): Result<Report, Problem> {
  const planned = records[0];
  const ended = records.at(-1);
  if (planned?.type !== 'run_planned') return err(unusable('its first record is not run_planned'));
  if (ended?.type !== 'run_ended') {
    return err(
      unusable(
        'the run has not ended',
        'gatebook runs   lists unfinished runs; `gatebook teardown RUN` finishes one',
      ),
    );
  }
  const trace = foldRecords(records);
  const { outline } = planned;
  const commands = outline.commands.map((command) => buildCommand(command, trace));
  const gates = outline.commands.flatMap(({ id, gates: some }) =>
    some.map((gate) => buildGate(gate, id, trace)),
  );
  return ok({
    schema: 'gatebook/report@1',
    kb: {
      id: outline.kb ?? kbId(outline.id, planned.run),
      revision: 1,
      title: outline.title,
      tags: [...outline.tags],
      minutes_to_read: 1,
    },
    run: buildRun(planned, ended, trace),
    verdict: ended.verdict,
    cause: ended.cause,
    later_causes: laterCauses(trace, ended.cause),
    exit_code: ended.exit_code,
    teardown: buildTeardown(ended.teardown, trace),
    commands,
    gates,
    boundaries: [...outline.boundaries],
    conventions: [...outline.conventions],
    ...buildParts(trace, planned, ended.verdict, gates),
    compensation: trace.compensation && {
      kill_switch: trace.compensation.kill_switch,
      scope: trace.compensation.scope,
      recorded: [...trace.compensation.recorded],
      escalate: trace.compensation.escalate,
    },
    evidence: {
      journal_head: end.head,
      journal_records: end.seq,
      artifacts: artifactsOf(commands),
      files: outline.files.map(({ path, role, sha256 }) => ({ path, role, sha256 })),
      leak_scan: trace.leakScan && {
        files: trace.leakScan.files,
        hits: trace.leakScan.hits.map((hit) => ({ ...hit })),
      },
    },
  });
}

const unusable = (why: string, next?: string): Problem => ({
  code: 'JOURNAL_UNFINISHED',
  message: `no report can be made of this journal: ${why}`,
  ...(next === undefined ? {} : { next }),
});

/** `KB-` and the first four hex digits, in capitals, of sha256(runbook id, newline, run id). */
const kbId = (runbook: string, run: string): string =>
  `KB-${sha256Of(`${runbook}\n${run}`).slice(0, 4).toUpperCase()}`;

function buildRun(planned: EventOf<'run_planned'>, ended: EventOf<'run_ended'>, trace: Trace): Report['run'] {
  const outline: Outline = planned.outline;
  return {
    id: planned.run,
    runbook: outline.id,
    runbook_title: outline.title,
    runbook_revision: outline.revision,
    runbook_path: outline.path,
    runbook_sha256: outline.sha256,
    summary: outline.summary ?? null,
    plan_digest: planned.plan_digest,
    binding_digest: planned.binding_digest,
    mode: planned.mode,
    started_at: trace.startedAt ?? planned.at,
    ended_at: ended.at,
    duration_ms: ended.duration_ms,
    host: planned.host,
    operator: planned.operator,
    containment: planned.containment,
    gatebook: planned.gatebook,
    renderer: planned.renderer,
    authorization: outline.authorization,
    ...(outline.production && { production: outline.production.map((one) => ({ ...one })) }),
    params: planned.params,
    approvals: planned.approvals.map((approval) => ({ ...approval })),
    ...(trace.offered && { offered: trace.offered.map((approval) => ({ ...approval })) }),
    ...(trace.malformed.length > 0 && { malformed: trace.malformed.map((file) => ({ ...file })) }),
    ...(planned.approvers && { approvers: { ...planned.approvers } }),
    recovered: trace.recovered.map(({ at, operator, host }) => ({ at, operator, host })),
  };
}

/** The first cause is the run's; whatever else was recorded came later. */
function laterCauses(trace: Trace, first: Cause | null): Cause[] {
  const at =
    first === null
      ? -1
      : trace.causes.findIndex((cause) => cause.message === first.message && cause.code === first.code);
  return trace.causes.filter((_, index) => index !== at);
}

function buildTeardown(status: Report['teardown']['status'], trace: Trace): Report['teardown'] {
  return {
    status,
    reason: trace.teardownReason,
    embargoed: [...trace.embargoed],
    resources: [...trace.resources.values()].map(({ intended, state, handle, evidence }) => ({
      name: intended.name,
      type: intended.kind,
      id: identityOf(handle) ?? intended.resource,
      state,
      durability: intended.durability,
      command: intended.command,
      evidence,
    })),
  };
}

/** The field of a handle that a person would look a thing up by. */
const identifying = ['id', 'container', 'system_identifier', 'sha256', 'path', 'file', 'folder', 'pid'];
function identityOf(handle: Readonly<Record<string, string | number | boolean | null>>): string | null {
  for (const name of identifying) {
    const value = Object.hasOwn(handle, name) ? handle[name] : undefined;
    if (value !== undefined && value !== null && value !== '') return String(value);
  }
  return null;
}

function buildParts(
  { parts, compensation }: Trace,
  { mode, renderer }: EventOf<'run_planned'>,
  verdict: Report['verdict'],
  gates: Report['gates'],
) {
  const evidence = (row: EvidenceRow, ids: readonly string[]): string =>
    renderer < 2 ? row.evidence : evidenceOf(row, ids, gates);
  const engines = [
    'result',
    ...(mode === 'rehearsal' ? ['production'] : []),
    ...(compensation ? ['compensation'] : []),
  ];
  const own = parts.verdict_lines.filter(([name]) => !engines.includes(name));
  const standIn: readonly (readonly [string, string])[] =
    mode === 'rehearsal' ? [['production', 'STAND-IN']] : [];
  return {
    facts: parts.facts.map(([name, value]) => [name, value]),
    checks: parts.checks.map((check) => ({
      ...check,
      gates: [...check.gates],
      evidence: evidence(check, check.gates),
    })),
    readiness: parts.readiness.map((row) => ({ ...row, evidence: evidence(row, [row.gate]) })),
    tables: parts.tables.map((table) => ({
      title: table.title,
      columns: [...table.columns],
      rows: table.rows.map((row) => [...row]),
      total: table.total && [...table.total],
    })),
    notes: parts.notes.map((note) => ({ ...note })),
    gaps: parts.gaps.map((gap) => ({ ...gap, closed_by: [...gap.closed_by] })),
    operator_package: parts.operator_package,
    verdict_lines: jsonMap<string>([
      ...own,
      ...(compensation === null ? [] : [['compensation', compensationWords(compensation)] as const]),
      ...standIn,
      ['result', verdict],
    ]),
  };
}

const compensationWords = ({
  kill_switch: engaged,
  scope,
  escalate,
}: EventOf<'compensation_engaged'>): string =>
  `kill switch ${engaged ? `ENGAGED${scope === 'rehearsal' ? ' (rehearsals only)' : ''}` : 'NOT ENGAGED'}; escalated to ${escalate}`;
