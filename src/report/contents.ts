import { byUnits } from '../base/order.js';
import { counted } from '../base/words.js';
import { codeSpan, escapeText } from './markdown/escape.js';
import type { Report } from './schema.js';

/** A bundle as the table of contents has it; `path` is relative to the table, with `/`. */
export type ContentsEntry =
  | { readonly path: string; readonly kind: 'report'; readonly report: Report }
  /** A secret was found in it: nothing that it holds is shown. */
  | { readonly path: string; readonly kind: 'set-aside' }
  | { readonly path: string; readonly kind: 'broken'; readonly why: string };

/** The knowledge base's table of contents, the newest run first: a pure function of the journals. */
export function renderContents(entries: readonly ContentsEntry[]): string {
  const reports = entries
    .filter((entry) => entry.kind === 'report')
    .sort((a, b) => byUnits(newestFirst(b), newestFirst(a)));
  const parts = [
    '# Knowledge base',
    `${counted(reports.length, 'report')}, the newest first. \`gatebook report --index\` writes this page from the journals; each title leads to its report.`,
    ...(reports.length === 0 ? [] : [table(reports)]),
    ...named('Set aside', 'A secret was found in them; what they hold is not listed.', entries, (entry) =>
      entry.kind === 'set-aside' ? codeSpan(entry.path, 'flow') : null,
    ),
    ...named('Broken', 'Their journals say nothing that a report could be made of.', entries, (entry) =>
      entry.kind === 'broken' ? `${codeSpan(entry.path, 'flow')}: ${escapeText(entry.why, 'flow')}` : null,
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

type ReportEntry = Extract<ContentsEntry, { kind: 'report' }>;

const newestFirst = ({ report, path }: ReportEntry): string => `${report.run.started_at} ${path}`;

function table(entries: readonly ReportEntry[]): string {
  const rows = entries.map(({ path, report: { kb, run, verdict } }) => {
    const cells = [kb.id, run.started_at.slice(0, 10), verdict, run.mode, kb.tags.join(', ')];
    const [id, date, ...rest] = cells.map((cell) => escapeText(cell, 'cell'));
    const title = `[${escapeText(kb.title, 'cell')}](${linkTo(path)}/report.md)`;
    return `| ${[id, date, title, ...rest].join(' | ')} |`;
  });
  return ['| KB | Date | Title | Verdict | Mode | Tags |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

/** Nothing of a folder's name can end the link that it stands in. */
const linkTo = (path: string): string =>
  path
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll(/[()]/g, (c) => (c === '(' ? '%28' : '%29')))
    .join('/');

function named(
  title: string,
  what: string,
  entries: readonly ContentsEntry[],
  line: (entry: ContentsEntry) => string | null,
): readonly string[] {
  const lines = [...entries].sort((a, b) => byUnits(a.path, b.path)).flatMap((entry) => line(entry) ?? []);
  return lines.length === 0 ? [] : [`## ${title}`, what, lines.map((one) => `- ${one}`).join('\n')];
}
