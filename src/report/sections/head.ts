import { countedInWords, duration, grouped, listed, sentence, shortDigest } from '../../base/words.js';
import type { Json } from '../../base/value.js';
import { rehearsalWords } from '../../model/outline.js';
import type { Block, Text } from '../document.js';
import { bold, bullets, code, heading, paragraph, quote } from '../document.js';
import { cellOf } from '../cells.js';
import { failedAction } from '../failed-action.js';
import type { Report } from '../schema.js';
import { readable } from '../shorten.js';
import { verdictSource } from '../verdict-source.js';
import { story } from './story.js';

/** Everything above the first section: what it is, how it ended, and under which circumstances. */
export function head(report: Report): readonly Block[] {
  const { kb, run } = report;
  const tags = kb.tags.map((tag) => ` · ${tag}`).join('');
  return [
    paragraph(kb.id + mark(report)),
    heading(1, kb.title),
    paragraph(`${kb.minutes_to_read} min read · Revision ${kb.revision}${tags}`),
    quote([bold(verdictWords(report)), ` — ${outcome(report)}`], [story(report)]),
    ...(run.summary === null ? [] : [paragraph(run.summary)]),
    bullets([
      ...report.facts.map(([name = '', value = '']): Text => [`${name}: ${readable(value)}`]),
      ...circumstances(report),
    ]),
    ...(report.conventions.length === 0
      ? []
      : [paragraph('Conventions:'), bullets(report.conventions.map((line) => [line]))]),
  ];
}

function mark({ run, verdict }: Report): string {
  if (run.mode === 'rehearsal') return ' · REHEARSAL · production is a STAND-IN';
  if (verdict === 'REFUSED') return ' · REFUSED · no command was started';
  return run.mode === 'dry-run' ? ' · DRY-RUN · only probes ran' : '';
}

const verdictWords = ({ verdict, run }: Report): string =>
  run.mode === 'rehearsal' ? `${verdict} (rehearsal)` : verdict;

/** Form 1 said of every rehearsal what fits this one. */
const backup = { actions: [{ kind: 'postgres.backup' }] };

/** One sentence that says how it came to this verdict. */
function outcome(report: Report): string {
  const { cause, run, verdict } = report;
  if (verdict === 'DRY-RUN')
    return cause === null
      ? run.renderer >= 2 && report.gates.every(({ state }) => state === 'not_evaluated')
        ? 'nothing was looked at: no guard stands alone, without what a run makes.'
        : 'guards were looked at, and nothing else: no action was carried out.'
      : sentence(cause.message);
  const standIn = rehearsalWords(run.renderer < 2 ? [backup] : report.commands);
  const rehearsed = run.mode === 'rehearsal' ? ` ${standIn}` : '';
  if (cause === null) {
    if (verdict === 'FAIL')
      return `${verdictSource(report) === 'declared' ? "the runbook's own result says so." : 'what did not hold is named below.'}${rehearsed}`;
    if (run.renderer >= 2 && verdict === 'PARTIAL') return `${partial(report)}${rehearsed}`;
    if (run.mode === 'rehearsal') return standIn.replace(/^./, (first) => first.toLowerCase());
    return verdict === 'PASS' ? 'every command ended as planned.' : partial(report);
  }
  const where = [cause.gate, cause.command].filter((id) => id !== null).join(' in ');
  const gate = report.gates.find(({ id }) => id === cause.gate);
  // What a gate expected and saw stands below, once; here it is enough to know which.
  if (gate !== undefined) return `${where} ${endWords(report, gate)}: ${sentence(gate.title)}${rehearsed}`;
  const told = run.renderer < 2 ? undefined : failedAction(report);
  if (told !== undefined && cause.message.length > longestHere)
    return `${where}: ${told.kind} failed (${cause.code}): what it met stands below.${rehearsed}`;
  return `${where === '' ? '' : `${where}: `}${sentence(cause.message)}${rehearsed}`;
}

/** What could not be looked at says nothing of what is there; another cluster than the declared one does. */
const endWords = ({ cause, run }: Report, { state }: Report['gates'][number]): string =>
  state === 'error' && cause?.code !== 'IDENTITY_MISMATCH' && run.renderer >= 2
    ? 'could not be carried out'
    : 'did not hold';

function partial(report: Report): string {
  const { gates, verdict_lines: lines, run } = report;
  const recorded = gates.filter((gate) => gate.state === 'recorded').map((gate) => gate.id);
  if (recorded.length > 0)
    return `${listed(recorded)} did not hold and ${recorded.length === 1 ? 'was' : 'were'} recorded${titleOf(report, recorded)}.`;
  const status = Object.entries(lines).find(
    ([name, value]) => name !== 'result' && value.startsWith('PARTIAL'),
  );
  const told = status === undefined ? '' : `${status[0]}: ${sentence(status[1])}`;
  if (run.renderer < 2) return told === '' ? 'less was done than a PASS needs.' : told;
  if (verdictSource(report) === 'nothing ran') return 'no command ran: its when skipped each.';
  const done = report.commands.every(({ state }) => state === 'passed')
    ? 'all was done and held'
    : 'what was done held';
  return `${done}, and the runbook's own result says PARTIAL.${told === '' ? '' : ` ${told}`}`;
}

const titleOf = ({ gates, run }: Report, [id, ...more]: readonly string[]): string =>
  run.renderer < 2 || more.length > 0 ? '' : `: ${gates.find((gate) => gate.id === id)?.title ?? ''}`;

/** Of an action whose problem is told whole in a section of its own. */
const longestHere = 160;

/** What took how long is told by another clock than when it was. */
const steppedBack = ({ started_at: from, ended_at: to }: Report['run']): string =>
  to < from ? '; the clock of this machine was set back meanwhile' : '';

function circumstances({ run, verdict, exit_code: exit, kb, annotations }: Report): Text[] {
  const params = typeof run.params === 'object' && run.params !== null ? Object.entries(run.params) : [];
  const finished = run.recovered.map(({ at, operator, host }): Text => [
    `cut off, and finished by teardown: ${utc(at)} by ${operator} on ${host}`,
  ]);
  return [
    [
      `run window (UTC): ${utc(run.started_at)} → ${utc(run.ended_at, run.started_at)} (${duration(run.duration_ms)})${steppedBack(run)}`,
    ],
    [
      `run: ${run.id} · host ${run.host} · operator ${run.operator} · containment ${run.containment} · exit ${exit}`,
    ],
    [
      `runbook: ${run.runbook}, revision ${run.runbook_revision}, sha256 `,
      code(shortDigest(run.runbook_sha256)),
      ...(run.plan_digest === '' ? [] : [' · plan ', code(shortDigest(run.plan_digest))]),
      ...(kb.title === run.runbook_title ? [] : [` · ${run.runbook_title}`]),
    ],
    [`authorization: ${run.authorization}`],
    ...(verdict === 'REFUSED' ? [] : productionLine(run)),
    ...authorizedBy(run),
    ...(params.length === 0
      ? []
      : [[`params: ${params.map(([name, value]) => `${name} = ${paramOf(value)}`).join(', ')}`]]),
    ...finished,
    ...annotated(annotations),
  ];
}

/** What a session there could do; a stand-in is none. */
function productionLine({ production = [], mode }: Report['run']): Text[] {
  if (production.length === 0 || mode === 'rehearsal') return [];
  const told = production.map(
    ({ target, access }) =>
      `${target}, ${access === 'read' ? 'read-only' : 'read-only but for the statements of its change'}`,
  );
  return [[`sessions on production: ${told.join('; ')}`]];
}

/** Who asked, who approved what until when, and what weakens it. */
function authorizedBy({ approvals, approvers, mode }: Report['run']): Text[] {
  const use = mode === 'dry-run' ? ', not used up by a dry run' : '';
  const lines = approvals.map(({ slot, principal, requester, key, expires }): Text => [
    `${slot}: approved by ${principal} until ${utc(expires)}${use} · asked for by ${requester} · key `,
    code(key),
  ]);
  const file: Text[] =
    approvers === undefined
      ? []
      : [[`approvers: ${approvers.path}, sha256 `, code(shortDigest(approvers.sha256))]];
  const warning: Text[] =
    approvers === undefined || approvers.warning === null ? [] : [[`warning: ${approvers.warning}`]];
  return [...lines, ...file, ...warning];
}

const annotated = (notes: Report['annotations'] = []): Text[] =>
  notes.length === 0
    ? []
    : [[`annotated after the seal: ${countedInWords(notes.length, 'note')}, near the end`]];

/**
 * As it was written: a port is no amount, and stays ungrouped. A whole number of mebibytes is most often meant as one:
 * said beside the number, never in its place.
 */
function paramOf(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(paramOf).join(', ');
  if (typeof value !== 'number') return cellOf(value);
  const mebibytes = value / 1024 ** 2;
  if (mebibytes < 1 || !Number.isInteger(mebibytes)) return String(value);
  const [amount, unit] = mebibytes % 1024 === 0 ? [mebibytes / 1024, 'GiB'] : [mebibytes, 'MiB'];
  return `${cellOf(value)} (${grouped(amount)} ${unit})`;
}

/** `2026-11-21 08:15:02`; only the time where the date is that of `since`. */
export function utc(at: string, since = ''): string {
  const time = at.slice(11, 19);
  return at.slice(0, 10) === since.slice(0, 10) ? time : `${at.slice(0, 10)} ${time}`;
}
