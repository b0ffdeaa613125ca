import { isOwnSetting } from '../../kinds/postgres/sql/own-settings.js';
import { isProduction } from '../../model/production.js';
import { showTemplate } from '../../model/template.js';
import { argument, targetsOfAction } from '../kinds.js';
import type { Rule } from '../rule.js';

/** Found here and not by the run: on production a refused action is a failed change, which engages the kill switch. */
export const settingsAreTheAuthors: Rule = {
  name: 'settings-are-the-authors',
  check(context) {
    const { places, runbook, locate, report } = context;
    for (const place of places.actions) {
      if (place.action.kind !== 'sql') continue;
      const settings = argument(showTemplate(place.action.args), 'settings');
      const production = targetsOfAction(place, context).some((name) => isProduction(runbook.targets, name));
      for (const name of Object.keys(settings ?? {})) {
        if (!isOwnSetting(name, production)) continue;
        report({
          code: 'GB2313',
          message: `${name} is the runner's own to set`,
          at: locate([...place.path, 'sql', 'settings', name], 'key'),
          fix: 'remove it; a shorter timeout of its command shortens both waits',
        });
      }
    }
  },
};
