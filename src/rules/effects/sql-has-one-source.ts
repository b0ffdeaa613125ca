import { showTemplate } from '../../model/template.js';
import { argument } from '../kinds.js';
import type { Rule } from '../rule.js';

/** `sql` runs a query, or a pinned file. */
export const sqlHasOneSource: Rule = {
  name: 'sql-has-one-source',
  check({ places, locate, report }) {
    for (const { action, path } of places.actions) {
      if (action.kind !== 'sql') continue;
      const args = showTemplate(action.args);
      const hasQuery = argument(args, 'query') !== undefined;
      const hasFile = argument(args, 'file') !== undefined;
      if (hasQuery !== hasFile && (hasFile || argument(args, 'sha256') === undefined)) continue;
      const message = hasQuery
        ? 'sql takes a query or a file, not both'
        : 'sql needs a query, or a file and its sha256';
      report({ code: 'GB1108', message, at: locate([...path, 'sql']), fix: 'keep one of them' });
    }
  },
};
