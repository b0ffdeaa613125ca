import { counted, grouped, listed } from '../../base/words.js';
import type { Json } from '../../base/value.js';
import { brief, cellOf } from '../cells.js';
import { isFields } from '../commands.js';
import { failedAction } from '../failed-action.js';
import type { Block, Text } from '../document.js';
import { bold, bullets, code, heading, paragraph, table } from '../document.js';
import type { Report } from '../schema.js';
import { shortened, withoutFolders } from '../shorten.js';
import { operatorBlocks } from '../operator.js';
import { unproven } from './artifacts.js';
import type { Section } from './section.js';

/** Notes of the author, of gates that are notes, and the errors that a restore was allowed, counted. */
export function notes(report: Report): Section | null {
  const allowed = allowedErrors(report);
  const known = new Set(report.notes.map((note) => note.id));
  // A note whose values the run didn't come to would say no more than its heading, and that is of another run.
  const told = report.notes.filter(
    ({ id, text }) => report.run.renderer < 2 || text !== '—' || allowed.has(id),
  );
  const blocks: Block[] = told.flatMap((note) => [
    heading(3, `Note ${note.id} — ${note.title}`),
    paragraph(note.text),
    ...allowedTable(allowed.get(note.id)),
    ...(note.disposition === null ? [] : [paragraph(bold('Disposition:'), ` ${note.disposition}`)]),
  ]);
  for (const [id, rows] of allowed) {
    if (!known.has(id))
      blocks.push(heading(3, `Note ${id} — allowed errors of the restore`), ...allowedTable(rows));
  }
  const noted = report.gates.filter((gate) => gate.state === 'noted');
  if (noted.length > 0) {
    blocks.push(
      bullets(
        noted.map((gate): Text => {
          const seen = gate.difference?.words.join('; ') ?? gate.observed_words ?? cellOf(gate.observed);
          return [
            `${gate.id} ${gate.title}: did not hold, noted — ${brief(seen)}${gate.why === null ? '' : ` (${gate.why})`}`,
          ];
        }),
      ),
    );
  }
  return blocks.length === 0 ? null : { title: 'Notes', blocks };
}

type AllowedRow = Readonly<Record<string, Json>>;
function allowedErrors({ commands }: Report): ReadonlyMap<string, AllowedRow[]> {
  const found = new Map<string, AllowedRow[]>();
  for (const output of commands.flatMap((command) => Object.values(command.outputs))) {
    const allowed = isFields(output) ? output['allowed'] : undefined;
    if (!Array.isArray(allowed)) continue;
    for (const row of allowed as readonly Json[]) {
      if (!isFields(row) || typeof row['note'] !== 'string') continue;
      found.set(row['note'], [...(found.get(row['note']) ?? []), row]);
    }
  }
  return found;
}

/** By role and kind of statement; in which schema, report.json says. */
function allowedTable(rows: readonly AllowedRow[] | undefined): Block[] {
  if (rows === undefined || rows.length === 0) return [];
  const byRole = new Map<string, { readonly role: string; readonly statement: string; count: number }>();
  for (const row of rows) {
    const [role, statement] = [cellOf(row['role']), cellOf(row['statement'])];
    const count = typeof row['count'] === 'number' ? row['count'] : 0;
    const key = JSON.stringify([role, statement]);
    byRole.set(key, { role, statement, count: (byRole.get(key)?.count ?? 0) + count });
  }
  const counts = [...byRole.values()].sort((a, b) => b.count - a.count);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const body = counts.map(({ role, statement, count }): Text[] => [[role], [statement], [cellOf(count)]]);
  return [
    table(['Role', 'Statement', '>Errors allowed'], [...body, [[bold('Total')], [], [bold(cellOf(total))]]]),
  ];
}

export function gaps({ gaps: rows, run }: Report): Section | null {
  if (rows.length === 0) return null;
  // What a stand-in closed may still be open where production is.
  const standIn = run.mode === 'rehearsal' && run.renderer >= 2;
  const body = rows.map((gap): Text[] => [
    [gap.id],
    [gap.title],
    standIn && gap.state === 'CLOSED' ? [bold(gap.state), ', on a stand-in'] : [bold(gap.state)],
    [gap.closed_by.length === 0 ? '—' : gap.closed_by.join(', ')],
  ]);
  return { title: 'Gaps', blocks: [table(['Gap', 'What', 'State', 'Closed by'], body)] };
}

/** What stopped the run, what it made, and that it is gone. */
export function teardown(report: Report): Section | null {
  const { teardown: end, cause, verdict } = report;
  if (verdict === 'REFUSED' && end.resources.length === 0) return null;
  if (end.status === 'not_needed' && end.resources.length === 0 && end.embargoed.length === 0) return null;
  const blocks: Block[] = [];
  const lines: Text[] = [];
  if (cause !== null) lines.push([`cause: ${causeWords(report, cause)}`]);
  if (end.embargoed.length > 0) lines.push([`embargoed, no further session: ${listed(end.embargoed)}`]);
  const named = (state: Report['teardown']['resources'][number]['state']) =>
    end.resources
      .filter((resource) => resource.state === state)
      .map((resource) => `${resource.type} ${resource.name}`);
  const gone = named('destroyed');
  const kept = end.resources.filter(({ state }) => state === 'kept');
  const words = report.run.renderer < 2 ? goneWords(gone.length, end.resources.length) : null;
  if (gone.length > 0)
    lines.push([`created and proved gone: ${words ?? goneOf(gone, end.resources.length - kept.length)}`]);
  if (kept.length > 0)
    lines.push([report.run.renderer < 2 ? `kept: ${keptNames(kept)}` : keptWords(kept, verdict)]);
  if (named('leaked').length > 0) lines.push([bold(`LEFT BEHIND: ${listed(named('leaked'))}`)]);
  const open = [...named('intended'), ...named('created')];
  if (open.length > 0) lines.push([bold(`not accounted for: ${listed(open)}`)]);
  if (end.resources.length === 0) lines.push(['the run created nothing']);
  if (lines.length > 0) blocks.push(bullets(lines));
  if (end.resources.length > 0) {
    const rows = foldKept(end.resources).map((resource): Text[] => [
      [resource.name],
      [resource.type],
      [code(withoutFolders(shortened(resource.id)))],
      [resource.command ?? 'the run itself'],
      [resource.state],
      [brief(withoutFolders(resource.evidence ?? keptProof(resource, report.run.renderer)))],
    ]);
    blocks.push(table(['Resource', 'Type', 'Identity', 'Made in', 'End', 'Proof'], rows));
  }
  return { title: cause === null ? 'Teardown' : 'Abort and teardown', blocks };
}

const keptProof = ({ type, state }: Resource, renderer: number): string =>
  renderer >= 2 && type === 'kept-file' && state === 'kept'
    ? 'its sha256 is in the SHA256SUMS of the bundle'
    : '—';

const goneWords = (gone: number, made: number): string =>
  gone === made && made > 1
    ? `all ${grouped(made)}, one by one below`
    : `${grouped(gone)} of ${grouped(made)}`;

/** What was meant to stay doesn't count: it would read as if something were left. */
function goneOf(gone: readonly string[], meant: number): string {
  if (gone.length < meant) return `${grouped(gone.length)} of ${grouped(meant)}`;
  return gone.length === 1 ? gone.join('') : `all ${grouped(meant)}, one by one below`;
}

type Resource = Report['teardown']['resources'][number];

const keptNames = (kept: readonly Resource[]): string =>
  listed(foldKept(kept).map(({ type, name }) => `${type} ${name}`));

/** Why each stays. */
const reasons: Readonly<Record<string, string>> = {
  'kept-file': 'evidence, in this bundle',
  artifact: 'the encrypted backup, among the artifacts',
};

function keptWords(kept: readonly Resource[], verdict: Report['verdict']): string {
  const told = foldKept(kept).map(({ type, name }) => {
    const reason = reasons[type];
    return `${type} ${name}${reason === undefined ? '' : ` (${reason})`}`;
  });
  const backup = unproven(verdict) && kept.some(({ type }) => type === 'artifact');
  const warning = backup ? `. The run ended ${verdict}: this is no proven backup.` : '';
  return `kept, as the runbook means it to be: ${listed(told)}${warning}`;
}

/** An action's problem is told whole where it failed. */
function causeWords(report: Report, cause: NonNullable<Report['cause']>): string {
  const old = report.run.renderer < 2;
  const action = old ? undefined : failedAction(report);
  const gate = old ? undefined : report.gates.find(({ id }) => id === cause.gate);
  if (gate !== undefined) return `${gate.id} in ${gate.command}: ${gate.title}`;
  if (action === undefined) return cause.gate ?? brief(cause.message);
  return `${action.kind} in ${cause.command ?? ''} (${cause.code})`;
}

const mostNamed = 6;

/** Many files that are kept in one folder are one line; each of them is in the bundle's SHA256SUMS. */
function foldKept(resources: readonly Resource[]): readonly Resource[] {
  const folderOf = ({ type, state, name }: Resource): string | null =>
    type === 'kept-file' && state === 'kept' ? name.replace(/\/[^/]*$/, '') : null;
  const counts = new Map<string, number>();
  for (const folder of resources.map(folderOf))
    if (folder !== null) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  const told = new Set<string>();
  return resources.flatMap((resource) => {
    const folder = folderOf(resource);
    const count = folder === null ? 0 : (counts.get(folder) ?? 0);
    if (folder === null || count <= mostNamed) return [resource];
    if (told.has(folder)) return [];
    told.add(folder);
    const evidence = 'the sha256 of each is in the SHA256SUMS of the bundle';
    return [{ ...resource, name: `${folder}, ${grouped(count)} files`, id: folder, evidence }];
  });
}

export function boundaries({ boundaries: lines }: Report): Section | null {
  return lines.length === 0
    ? null
    : { title: 'What is NOT here', blocks: [bullets(lines.map((line) => [line]))] };
}

export function operatorPackage({ operator_package: text }: Report): Section | null {
  return text === null || text.trim() === ''
    ? null
    : { title: 'Operator package — not executed here', blocks: operatorBlocks(text) };
}

export function provenance({ evidence, run }: Report): Section {
  const digests: Text[] = [
    [`journal: ${counted(evidence.journal_records, 'record')}, head `, code(evidence.journal_head)],
    ...(run.plan_digest === '' ? [] : [['plan: ', code(run.plan_digest)]]),
    ...(run.binding_digest === '' ? [] : [['binding: ', code(run.binding_digest)]]),
    [`runner: gatebook ${run.gatebook}`],
  ];
  const scan = evidence.leak_scan;
  if (scan !== null) {
    digests.push([
      scan.hits.length === 0
        ? `leak scan: ${counted(scan.files, 'file')}, nothing found`
        : `leak scan: ${counted(scan.files, 'file')}, FOUND: ${scan.hits.map((hit) => `${hit.kind} in ${hit.file}:${hit.line}`).join(', ')}`,
    ]);
  }
  const rows = evidence.files.map(({ path, role, sha256 }): Text[] => [[code(path)], [role], [code(sha256)]]);
  // A journal that says what was offered is of a run that was refused: nothing of it ran.
  const file = run.offered === undefined ? 'File, as it ran' : 'File, as it was read';
  const files = rows.length === 0 ? [] : [table([file, 'Role', 'sha256'], rows)];
  return { title: 'Provenance', blocks: [bullets(digests), ...files] };
}

/** `key: value` lines; the last is the engine's own. */
export function verdict({ verdict_lines: lines }: Report): Section {
  return {
    title: 'Verdict',
    blocks: [
      {
        kind: 'code',
        language: 'verdict',
        lines: Object.entries(lines).map(([name, value]) => `${name}: ${value}`),
      },
    ],
  };
}
