import { expect, test } from 'vitest';
import { loadRunbook } from '../../src/document/index.js';
import { makePlan } from '../../src/plan/index.js';
import { memorySources } from '../support/sources.js';

const runbook = `gatebook: v1
id: example
title: Example
revision: 1
authorization: {none: reads nothing}
params:
  pause: {type: string, default: 1s}
  like: {type: string, default: ^L}
  hosts: {type: list, items: integer, default: [1]}
  server: {type: identifier, default: a}
  other: {type: identifier, from: {env: OTHER}}
targets: {a: {postgres: {url: {env: URL}}}}
commands:
  C-01:
    title: Wait
    guards:
      G-01: {title: a guard, probe: {exec: {argv: [uname]}}, expect: {stdout: {not: {matches: "\${{ params.like }}"}}}}
      G-02: {title: open, probe: {exec: {argv: [echo, "\${{ run.id }}"]}}, expect: {stdout: {matches: "\${{ run.id }}"}}}
      G-03: {title: named, probe: {postgres.identity: {target: "\${{ params.server }}"}}, expect: {database: a}}
      G-04: {title: named, probe: {postgres.identity: {target: "\${{ params.other }}"}}, expect: {database: a}}
    do: [{wait: {for: "\${{ params.pause }}"}}]
`;

async function problemsOf(given: Readonly<Record<string, string>>) {
  const params = { other: 'a', ...given };
  const loaded = await loadRunbook(memorySources({ 'runbook.yaml': runbook }), 'runbook.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  const plan = await makePlan(loaded.value, { params, version: '0.1.0' });
  return plan.ok ? [] : plan.error;
}
const codesOf = async (params: Readonly<Record<string, string>>): Promise<readonly string[]> =>
  (await problemsOf(params)).map(
    ({ code, message, exit }) => `${exit} ${code} ${message.split(':')[0] ?? ''}`,
  );

test('what params give is what probes, actions and patterns take: found with the plan, all at once', async () => {
  expect(await codesOf({})).toEqual([]);
  expect(await codesOf({ pause: 'a while' })).toEqual(['3 ARGUMENT_INVALID C-01, wait']);
  expect(await codesOf({ pause: 'a while', like: '([' })).toEqual([
    '3 ARGUMENT_INVALID C-01, wait',
    '3 BAD_PATTERN G-01',
  ]);
});

test('a param names a target that is declared, and is known before the run', async () => {
  expect(await problemsOf({ server: 'b' })).toMatchObject([
    { code: 'GB2605', exit: 3, message: 'G-03, postgres.identity: there is no b' },
  ]);
  const loaded = await loadRunbook(memorySources({ 'runbook.yaml': runbook }), 'runbook.yaml');
  const plan = loaded.ok && (await makePlan(loaded.value, { params: {}, version: '0.1.0' }));
  expect(plan).toMatchObject({
    error: [
      {
        code: 'GB2605',
        message: 'G-04, postgres.identity: what ${{ params.other }} names only the run knows',
        at: { file: 'runbook.yaml', range: { start: { line: 20, column: 69 } } },
      },
    ],
  });
});

test.each(['[1, 2]', '1,a'])('a list that is none says what it takes: %s', async (hosts) => {
  expect(await problemsOf({ hosts })).toMatchObject([
    {
      message:
        '--param hosts must be a list, each item a whole number of 64 bits at most; it is written a,b,c',
    },
  ]);
});
