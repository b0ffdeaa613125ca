import { expect, test } from 'vitest';
import { summaryOf } from '../../src/cli/authorizing/request-summary.js';
import type { Binding, BoundTarget } from '../../src/model/binding.js';
import { planOf } from '../support/plan.js';

const runbook = `targets:
  prod:
    postgres: {docker: {container: db, user: reader, database: app}}
    production: true
    identity: {system_identifier: '7611578671664259111'}
  owner: {postgres: {of: prod, user: owner}}
  copy: {postgres: {sandbox: {}}, access: write}
commands:
  C-01: {title: t, do: [{postgres.sandbox: {target: copy}}]}
`;
const bound = (target: Partial<BoundTarget> & Pick<BoundTarget, 'via'>): BoundTarget => ({
  ...{ production: false, standIn: false, identity: {} },
  ...target,
});

test('who approves reads where each server is: one in a container is not made by the run', async () => {
  const plan = await planOf(runbook);
  const binding = {
    keys: {},
    programs: [],
    targets: {
      prod: bound({
        ...{ via: 'docker', production: true, user: 'reader', database: 'app' },
        container: { name: 'db', id: 'f00d' },
        identity: { system_identifier: '7611578671664259111' },
      }),
      owner: bound({ via: 'of', user: 'owner' }),
      copy: bound({ via: 'sandbox', engine: 'local' }),
    },
  } as unknown as Binding;
  const request = { binding, requester: 'ana', created: '', plan_digest: '', binding_digest: '' };
  const lines = summaryOf({ request, plan } as never).split('\n');
  expect(lines.filter((line) => line.startsWith('target'))).toEqual([
    'target    prod reader/app in the container db (f00d), cluster 7611578671664259111, PRODUCTION',
    'target    owner the server of prod as owner, PRODUCTION',
    'target    copy made by the run',
  ]);
});
