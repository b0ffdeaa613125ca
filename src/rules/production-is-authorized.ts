import type { Rule } from './rule.js';

/** What touches production says who allows it; what writes there waits until approvals are built. */
export const productionIsAuthorized: Rule = {
  name: 'production-is-authorized',
  check({ runbook, locate, report }) {
    for (const [name, target] of Object.entries(runbook.targets)) {
      if (!target.production) {
        if (target.superuser !== undefined) {
          const message = `${name} isn't production, so superuser means nothing`;
          report({
            code: 'GB2402',
            severity: 'warning',
            message,
            at: locate(['targets', name, 'superuser'], 'key'),
            fix: 'remove it',
          });
        }
        continue;
      }
      const at = locate(['targets', name, 'production'], 'key');
      if (runbook.authorization === undefined) {
        const message = `${name} is production, and the runbook doesn't say who authorizes it`;
        report({
          code: 'GB2401',
          message,
          at,
          fix: 'add authorization: {none: REASON}, which review and report print',
        });
      }
      if (target.access === 'write') {
        report({
          code: 'GB2404',
          message: `${name} is production and writable: not built yet`,
          at: locate(['targets', name, 'access']),
          reason: 'writing to production needs approval slots and compensation, which are reserved',
          fix: 'read only, or write to a sandbox',
        });
      }
      if (target.postgres.via !== 'url') {
        report({
          code: 'GB2403',
          message: `${name} is production, but not a server of its own`,
          at,
          fix: 'production is reached by url',
        });
      }
    }
  },
};
