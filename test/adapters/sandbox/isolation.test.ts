import { describe, expect, test } from 'vitest';
import { isExclusiveUid, measureIsolation, serverUid } from '../../../src/adapters/sandbox/isolation.js';
import { ok } from '../../../src/base/result.js';
import type { Processes } from '../../../src/ports/process.js';

const limits = { timeoutMs: 1000, signal: new AbortController().signal };
/** A machine on which a command works that has none of these words. */
const machine = (...lacks: readonly string[]): Processes =>
  ({
    run: ({ argv }: { readonly argv: readonly string[] }) =>
      Promise.resolve(ok({ exitCode: argv.some((word) => lacks.includes(word)) ? 1 : 0 })),
  }) as unknown as Processes;
const own = 1_900_000_007;
const measured = (uid: number | null, ...lacks: readonly string[]) =>
  measureIsolation(machine(...lacks), uid, limits);

describe('a server that root starts', () => {
  test('gives up root, its groups and any way back, and dies with its runner', async () => {
    const { uid, words, server } = await measured(own);
    expect([uid, words]).toEqual([own, 'own-user,own-network']);
    const argv = server(['postgres', '-D', 'x']).join(' ');
    expect(argv).toMatch(/^unshare --net --ipc -- setpriv .* -- postgres -D x$/);
    for (const option of [`--reuid ${own}`, `--regid ${own}`, '--clear-groups', '--no-new-privs'])
      expect(argv).toContain(` ${option} `);
    expect(argv.indexOf('--pdeathsig KILL')).toBeGreaterThan(argv.indexOf('--reuid'));
  });

  test('is nobody where a user of its own can’t be had, and never root', async () => {
    const { uid, words, initdb, server } = await measured(own, '--user');
    expect([uid, words]).toEqual([65_534, 'user-nobody,own-network']);
    for (const argv of [initdb(['initdb']), server(['postgres'])])
      expect(argv.join(' ')).toContain('--reuid 65534 --regid 65534 --clear-groups');
  });

  test('says so where no network of its own can be had', async () => {
    const { words, server } = await measured(own, '--net');
    expect(words).toBe('own-user');
    expect(server(['postgres'])[0]).toBe('setpriv');
  });
});

test('a server of who is not root has a network of its own where that can be had', async () => {
  const { uid, words, server } = await measured(null);
  expect([uid, words]).toEqual([null, 'own-network']);
  expect(server(['postgres']).join(' ')).toMatch(
    /^unshare --user --map-current-user --net --ipc -- postgres$/,
  );
  const without = await measured(null, '--net');
  expect([without.words, without.server(['postgres'])]).toEqual(['none', ['postgres']]);
});

test.each([
  ['0 0 4294967295', true],
  ['0 0 65536', false],
  ['0 100000 65536', false],
  ['0 0 1\n1 100000 65536', false],
  ['', false],
])('where %j is mapped, a user that is one server’s alone: %s', (map, alone) => {
  for (const random of [0, 1, 605, 606, 2 ** 32 - 1]) {
    const uid = serverUid(random, map);
    expect(isExclusiveUid(uid)).toBe(alone);
    if (!alone) expect(uid).toBeLessThan(65_534);
    expect(uid).toBeGreaterThan(60_000);
  }
});
