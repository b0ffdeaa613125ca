import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Closeout, Closeouts } from '../support/closeouts.js';
import { allPass, numbered, openCloseouts, withoutLetters } from '../support/closeouts.js';
import type { TestEngine } from '../support/docker.js';
import { testEngine } from '../support/docker.js';

let engine: TestEngine;
let at: Closeouts;
beforeAll(async () => {
  engine = await testEngine();
});
beforeEach(async () => {
  at = await openCloseouts({ DOCKER_HOST: engine.host });
  await writeFile(join(at.project, 'gatebook.yaml'), `gatebook: v1\nsandbox: {image: "${engine.image}"}\n`);
});
afterEach(async () => {
  // Other tests have containers of theirs in the same engine.
  const runs = (await readdir(at.folders.reports, { recursive: true })).filter((path) =>
    /^[^/]+\/[^/]+$/.test(path),
  );
  expect(runs.length).toBeGreaterThan(0);
  for (const run of runs.map((path) => `label=gatebook.run=${basename(path)}`)) {
    expect(docker('ps', '--all', '--quiet', '--filter', run)).toBe('');
    expect(docker('network', 'ls', '--quiet', '--filter', run)).toBe('');
  }
  await at.close();
});
const docker = (...args: readonly string[]): string =>
  execFileSync('docker', ['--host', engine.host, ...args], { encoding: 'utf8' }).trim();

// `auto` takes Docker where an engine answers and has the image.
test.each<[Closeout, number, readonly string[]]>([
  ['v0.3-closeout', 11, []],
  ['v0.4-closeout', 10, ['G-12']],
  ['v0.4-dry-run', 14, ['G-07a']],
])('%s: every check, and what is skipped is what only a local server has', async (id, checks, skipped) => {
  const ended = await at.run(id);
  const found = await at.outcome(id);
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  expect(found.notHeld).toEqual([]);
  expect(found.skipped).toEqual(skipped);
  expect(found.checks).toEqual(allPass(checks));
  expect(found.verified).toMatchObject({ code: 0 });
  if (id === 'v0.4-dry-run') {
    expect(withoutLetters(found.report.gates.map((g) => g.id))).toEqual(numbered('G', 25));
    expect(found.gate('G-07')?.observed).toMatchObject({ ports: [], privileged: false });
    expect(found.gate('G-12a')?.observed).toMatchObject({ ports: [] });
  }
});

test('a protected container that is restarted during the run is named, and left as it is', async () => {
  const name = 'pg-dry-run-hb05';
  const id = docker(
    ...['run', '--detach', '--name', name, '--network', 'none', engine.image],
    'sleep',
    '1000',
  );
  try {
    await writeFile(
      join(at.project, 'runbooks/watch.yaml'),
      `gatebook: v1
id: watch
title: Watch
revision: 1
protected: {containers: [${name}]}
commands:
  C-01:
    title: Careless
    effect: change
    guards:
      G-01: {title: captured, probe: {protected: {}}, expect: {containers: {length: 1}}}
    do:
      - exec: {argv: [docker, --host, "${engine.host}", restart, --time, "0", ${name}]}
teardown:
  C-02:
    title: After
    expectations:
      G-24: {title: as it was, probe: {protected: {}}, expect: {unchanged_since: G-01}, on_fail: fail}
`,
    );
    const ended = await at.run('watch');
    const { gate } = await at.outcome('watch');
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    expect(gate('G-24')).toMatchObject({ state: 'failed', observed: { containers: [{ name, id }] } });
    expect(gate('G-24')?.difference?.words.join('\n')).toContain('started_at');
    expect(docker('inspect', '--format', '{{.State.Status}}', id)).toBe('running');
  } finally {
    docker('rm', '--force', '--volumes', id);
  }
});
