import type { CheckedSite } from '../sites.js';
import type { Rule } from '../rule.js';

/** Where a secret may stand: places that no argv, log, plan or report is made of. */
function allows({ role, action }: CheckedSite): boolean {
  if (role.is === 'declaration') {
    const [section, , server, field] = role.field;
    return section === 'targets' && server === 'postgres' && field === 'password';
  }
  if (role.is !== 'action' && role.is !== 'probe') return false;
  const [field] = role.argument;
  if (field === 'env' || field === 'stdin' || field === 'settings' || field === 'password') return true;
  if (role.kind !== 'write_file' || field !== 'content') return false;
  const args = action?.action.args;
  const mode = typeof args === 'object' && args !== null && 'mode' in args ? args['mode'] : '0600';
  return mode === '0600';
}

/** `${{ secrets.x }}` stands only in env, stdin, settings, a password, and content of a file of mode 0600. */
export const secretsStayHidden: Rule = {
  name: 'secrets-stay-hidden',
  check({ sites, report }) {
    for (const site of sites) {
      const reference = site.checked.references.find((r) => r.root === 'secrets');
      const at = reference && site.expression.locate(reference.offset, reference.length);
      if (at === undefined || allows(site)) continue;
      report({
        code: 'GB2209',
        message: 'a secret stands where it could be seen',
        at,
        reason: 'allowed: env, stdin, settings, a password, and content of a file of mode 0600',
        fix: 'hand it over in env: and read it from there',
      });
    }
  },
};
