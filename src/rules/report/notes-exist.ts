import { isList } from '../../base/value.js';
import { showTemplate } from '../../model/template.js';
import { didYouMean } from '../../text/suggest.js';
import { argument } from '../kinds.js';
import type { Rule } from '../rule.js';

/** Errors that a restore may have are told under a note of the report. */
export const notesExist: Rule = {
  name: 'notes-exist',
  check({ runbook, places, locate, report }) {
    const notes = runbook.report.notes.map((note) => note.id);
    for (const { action, path } of places.actions) {
      const allowed = argument(showTemplate(action.args), 'allow_errors');
      if (!isList(allowed)) continue;
      for (const [index, entry] of allowed.entries()) {
        const note = argument(entry, 'note');
        if (typeof note !== 'string' || notes.includes(note)) continue;
        report({
          code: 'GB2503',
          message: `there is no note ${note}`,
          at: locate([...path, action.kind, 'allow_errors', index, 'note']),
          fix: didYouMean(note, notes) ?? `add notes: {${note}: {title: …, text: …}}`,
        });
      }
    }
  },
};
