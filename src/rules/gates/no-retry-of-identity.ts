import type { Rule } from '../rule.js';

/** A server doesn't become another one by waiting: a second look only hides what the first one saw. */
export const noRetryOfIdentity: Rule = {
  name: 'no-retry-of-identity',
  check({ places, locate, report }) {
    for (const { gate, path } of places.gates) {
      if (gate.retry === undefined || gate.probe.kind !== 'postgres.identity') continue;
      report({
        code: 'GB2107',
        message: `${gate.id} retries an identity`,
        at: locate([...path, 'retry'], 'key'),
        reason: 'a server does not become another one by waiting',
        fix: 'remove the retry',
      });
    }
  },
};
