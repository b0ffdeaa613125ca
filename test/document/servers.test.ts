import { expect, test } from 'vitest';
import { findingsOf } from '../support/validate.js';

const target = (postgres: string): string => `targets:\n  a: {postgres: ${postgres}}\n`;

test.each([
  ['{docker: {container: postgres, database: directus}}', 'GB1102 docker needs user'],
  ['{docker: {container: "a b", user: u, database: d}}', 'GB1105 container has not the form it needs'],
  [
    '{docker: {container: c, user: u, database: d}, url: {env: X}}',
    'GB1108 a server is exactly one of url, docker, sandbox, of',
  ],
  [
    '{docker: {container: c, user: u, database: d}, password: "${{ secrets.x }}"}',
    "GB1110 password doesn't go with docker",
  ],
  ['{sandbox: {network: n}}', 'GB1102 a server in a network needs a password'],
])('%s: %s', async (postgres, finding) => {
  const found = (await findingsOf(target(postgres))).map(({ code, message }) => `${code} ${message}`);
  expect(found).toContain(finding);
});

test('a server in a container may be production, and take its place, its password and its socket from outside', async () => {
  const found = await findingsOf(`authorization: {none: reads}
secrets:
  reader: {env: READER_PASSWORD}
targets:
  a:
    postgres:
      docker: {container: {env: BOX}, user: u, database: d, password: "\${{ secrets.reader }}", socket: /run/postgresql}
    production: true
    identity: {database: d}
commands:
  C-01:
    title: Look
    guards:
      G-01: {title: it, probe: {postgres.identity: {target: a}}, expect: {database: d}}
`);
  expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
});
