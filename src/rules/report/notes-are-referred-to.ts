import type { Runbook } from '../../model/runbook.js';
import { isExpression } from '../../model/template.js';
import type { Rule } from '../rule.js';

/** A note says what becomes of it, or something refers to it: else a reader can't tell what it is a note on. */
export const notesAreReferredTo: Rule = {
  name: 'notes-are-referred-to',
  check({ runbook, locate, report }) {
    const { notes } = runbook.report;
    for (const { id, disposition } of notes) {
      if (disposition !== undefined || mentions(runbook, id)) continue;
      report({
        code: 'GB2504',
        severity: 'warning',
        message: `nothing refers to ${id}`,
        at: locate(['notes', id], 'key'),
        fix: `add disposition: to it, or name ${id} where it belongs: allow_errors, a check, another note`,
      });
    }
  },
};

/** Whether any text of the runbook but the note itself names it. */
function mentions(runbook: Runbook, id: string): boolean {
  const name = new RegExp(`\\b${id}\\b`);
  const says = (value: unknown): boolean => {
    if (typeof value === 'string') return name.test(value);
    if (isExpression(value)) return name.test(value.source);
    return typeof value === 'object' && value !== null && Object.values(value).some(says);
  };
  const notes = runbook.report.notes.filter((note) => note.id !== id).map(({ title, text }) => [title, text]);
  return says({ ...runbook, report: { ...runbook.report, notes } });
}
