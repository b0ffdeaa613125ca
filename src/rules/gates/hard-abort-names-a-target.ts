import { targetsOfGate } from '../kinds.js';
import type { Rule } from '../rule.js';

/** A hard abort embargoes the targets that its probe names, so there must be one, and nothing may switch it off. */
export const hardAbortNamesATarget: Rule = {
  name: 'hard-abort-names-a-target',
  check(context) {
    const { places, locate, report } = context;
    for (const place of places.gates) {
      if (place.gate.onFail !== 'hard-abort') continue;
      if (targetsOfGate(place, context).length === 0) {
        report({
          code: 'GB2103',
          message: `${place.gate.id} aborts hard, but ${place.gate.probe.kind} names no target`,
          at: locate([...place.path, 'on_fail']),
          reason: 'a hard abort embargoes the targets that its probe names',
          fix: 'write on_fail: abort',
        });
      }
      if (place.gate.when !== undefined) {
        report({
          code: 'GB2103',
          message: `${place.gate.id} aborts hard and can be switched off`,
          at: locate([...place.path, 'when'], 'key'),
          fix: 'remove the when, or write on_fail: abort',
        });
      }
    }
  },
};
