import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import { messageOf } from '../base/thrown.js';
import type { Problem } from '../text/problem.js';
import type { SourceJournal } from './build.js';
import { foldReport } from './build.js';
import { renderHtml } from './html.js';
import { renderJunit } from './junit.js';
import { layOut, minutesToRead } from './layout.js';
import { printMarkdown } from './markdown/print.js';
import type { Report } from './schema.js';

export type { SourceJournal } from './build.js';
export type { Report } from './schema.js';
export { verdictSource } from './verdict-source.js';
export type ReportFormat = 'md' | 'json' | 'html' | 'junit';

/** The form of a report. The journal names the version that made it first, and old ones are kept for ever. */
interface Renderer {
  readonly build: (journal: SourceJournal) => Result<Report, Problem>;
  readonly render: Readonly<Record<ReportFormat, (report: Report) => string>>;
}

const form: Renderer = {
  build: (journal) => {
    const report = foldReport(journal);
    if (!report.ok) return report;
    return ok({ ...report.value, kb: { ...report.value.kb, minutes_to_read: minutesToRead(report.value) } });
  },
  render: {
    md: (report) => printMarkdown(layOut(report)),
    json: (report) => `${JSON.stringify(report, null, 2)}\n`,
    html: (report) => renderHtml(report.kb.title, layOut(report)),
    junit: renderJunit,
  },
};

/**
 * What `run_planned.renderer` is for a run of today. Where 2 differs, its section asks for the report's version: a
 * bundle that was sealed with 1 must not read as changed.
 */
export const currentRenderer = 2;
const renderers: Readonly<Record<number, Renderer>> = { 1: form, 2: form };

function rendererOf(version: number): Result<Renderer, Problem> {
  const renderer = Object.hasOwn(renderers, version) ? renderers[version] : undefined;
  if (renderer !== undefined) return ok(renderer);
  return err({
    code: 'RENDERER_UNKNOWN',
    message: `the journal asks for version ${String(version)} of the report, which this gatebook does not have`,
    next: 'use the gatebook that made the run, or a newer one',
  });
}

/** report.json as a value: a pure function of a journal whose run has ended. */
export function buildReport(journal: SourceJournal): Result<Report, Problem> {
  const first = journal.records[0];
  const renderer = rendererOf(first?.type === 'run_planned' ? first.renderer : currentRenderer);
  if (!renderer.ok) return renderer;
  try {
    return renderer.value.build(journal);
  } catch (error) {
    // A journal that someone made up can have a fitting chain and records that no run writes.
    const why = messageOf(error);
    return err({
      code: 'JOURNAL_NONSENSE',
      message: `the records of the journal do not fit together: ${why}`,
    });
  }
}

/** The same bytes for the same report on any machine in any year. */
export function renderReport(report: Report, format: ReportFormat): string {
  const renderer = rendererOf(report.run.renderer);
  return (renderer.ok ? renderer.value : form).render[format](report);
}
