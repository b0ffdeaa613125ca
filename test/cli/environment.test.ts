import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { operatorKeyring, steeringVariables } from '../../src/cli/here/environment.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The environment is a list, and has an order: that in which the names were set. */
function boundIn(order: readonly string[]) {
  for (const name of order) vi.stubEnv(name, undefined);
  for (const name of order) vi.stubEnv(name, `/of/${name}`);
  return steeringVariables().filter(([name]) => order.includes(name));
}

test('what steers the runner is bound alike, in whatever order a shell hands it on', () => {
  const names = ['SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];
  const bound = boundIn(names);
  expect(bound).toHaveLength(3);
  expect(boundIn(names.toReversed())).toEqual(bound);
});

test('the keyring is named whole: set but empty is unset, and a relative one is of this folder', () => {
  vi.stubEnv('GNUPGHOME', '');
  expect(operatorKeyring()).toBe(join(homedir(), '.gnupg'));
  vi.stubEnv('GNUPGHOME', 'keys of ours');
  expect(operatorKeyring()).toBe(resolve('keys of ours'));
});
