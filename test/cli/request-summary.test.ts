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

test('who approves reads what each iteration of a loop and each statement is given', async () => {
  const plan = await planOf(`data: {pay: {S1: {id: 7, sum: 10}, S2: {id: 9, sum: 10}}, names: [a]}
targets: {prod: {postgres: {sandbox: {}}, access: write}}
commands:
  C-01:
    title: t
    effect: change
    for_each: "\${{ data.pay }}"
    do:
      - sql: {target: prod, query: 'UPDATE t SET paid = true WHERE id = $1', params: ["\${{ each.value.id }}"]}
  C-03:
    title: t
    effect: change
    do: [{sql: {target: prod, query: 'SELECT $1, $2, $3', params: [7, '7', "\${{ run.id }}"]}}]
  C-02: {title: t, effect: change, for_each: "\${{ data.names }}", do: [{exec: {argv: [echo, "\${{ each.key }}"]}}]}
`);
  const binding = { keys: {}, programs: [], targets: {}, attestations: {} } as unknown as Binding;
  const digest = `sha256:${'0'.repeat(64)}`;
  const request = { binding, requester: 'ana', created: '', plan_digest: digest, binding_digest: digest };
  const lines = summaryOf({ request, plan } as never);
  expect(lines.at(-1), 'a digest fits a terminal').toHaveLength(80);
  expect(lines.filter((line) => /^(each|change)/.test(line))).toEqual([
    'each     C-01[S1] is given {"id":7,"sum":10}',
    'change   C-01[S1] on prod: UPDATE t SET paid = true WHERE id = $1, with $1 = 7',
    'each     C-01[S2] is given {"id":9,"sum":10}',
    'change   C-01[S2] on prod: UPDATE t SET paid = true WHERE id = $1, with $1 = 9',
    'change   C-03 on prod: SELECT $1, $2, $3, with $1 = 7, $2 = "7", $3 = ‹run.id›',
    'change   C-02[a] runs echo a',
  ]);
});

test('who approves reads where each server is: one in a container is not made by the run', async () => {
  const plan = await planOf(runbook);
  const binding = {
    keys: {},
    programs: [],
    attestations: {},
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
  const lines = summaryOf({ request, plan } as never);
  expect(lines.filter((line) => line.startsWith('target'))).toEqual([
    'target   prod reader/app in the container db (f00d), cluster 7611578671664259111, PRODUCTION',
    'target   owner the server of prod as owner, PRODUCTION',
    'target   copy made by the run',
  ]);
});
