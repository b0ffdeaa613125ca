import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Closeout, Closeouts, Edit } from '../support/closeouts.js';
import { allPass, numbered, openCloseouts, withoutLetters } from '../support/closeouts.js';
import { filesBelow, projectRoot } from '../support/gatebook.js';
import type { Production } from '../support/production.js';
import { publicKeyring, startProduction } from '../support/production.js';
import type { World } from '../support/server.js';
import { openWorld } from '../support/server.js';

let at: Closeouts;
/** On the engine that needs no Docker. */
beforeEach(async () => {
  at = await openCloseouts();
  for (const id of ['v0.3-closeout', 'v0.4-closeout', 'v0.4-dry-run'] as const)
    await at.edit(`runbooks/${id}.yaml`, (text) => text.replaceAll('engine: auto', 'engine: local'));
});
afterEach(() => at.close());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('without Docker', () => {
  test('v0.3-closeout: the read layer, restored without its roles and with them', async () => {
    const ended = await at.run('v0.3-closeout');
    const { report, markdown, gate, notHeld, skipped, checks, verified } = await at.outcome('v0.3-closeout');
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(report).toMatchObject({ verdict: 'PASS', exit_code: 0, teardown: { status: 'clean' } });
    expect(notHeld).toEqual([]);
    expect(skipped).toEqual(['G-04', 'G-17a', 'G-30']);
    expect(checks).toEqual(allPass(11, 8));
    expect(gate('G-16')?.observed).toMatchObject({ role_references: { cutter_ro: { GRANT: 13 } } });
    expect(gate('G-24')?.observed).toMatchObject({ total: expect.any(Number), differences: [] });
    expect(markdown).toMatch(/\| directus \| ALTER OWNER \| 870 \|/);
    expect(verified).toMatchObject({ code: 0 });
  });

  test('v0.4-dry-run: C-01 to C-13 and G-01 to G-25, each of them, and nothing is left', async () => {
    const ended = await at.run('v0.4-dry-run');
    const { report, markdown, notHeld, skipped, checks, gate, path } = await at.outcome('v0.4-dry-run');
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(notHeld).toEqual([]);
    expect(skipped).toEqual(['G-02a', 'G-03', 'G-07', 'G-12a', 'G-24']);
    expect(checks).toEqual(allPass(14, 13));
    expect(withoutLetters(report.commands.map((c) => c.id))).toEqual(numbered('C', 13));
    expect(withoutLetters(report.gates.map((g) => g.id))).toEqual(numbered('G', 25));
    expect(gate('G-13c[S9]')?.observed).toMatchObject({ outcomes: '42501 x7' });
    expect(gate('G-13e')?.observed).toMatchObject({ sqlstate: '42501' });
    const kept = [...(await filesBelow(join(path, 'kept'))).keys()].map((file) => file.split('/').at(-1));
    expect(kept).toHaveLength(25);
    expect(kept).toContain('SHA256SUMS');
    expect(markdown).toContain(
      '- kept, as the runbook means it to be: kept-file kept/dry-run, 25 files (evidence, in this bundle)\n',
    );
    const { started_at: start, ended_at: end, duration_ms: took } = report.run;
    expect(Math.abs(Date.parse(end) - Date.parse(start) - took)).toBeLessThan(500);
  });
});
describe('a restore with a real error among a thousand benign ones', () => {
  test('fails, and shows that one', async () => {
    // A function that finds its table by a search_path, which a restore empties.
    await writeFile(
      join(at.project, 'runbooks/embedded/careless.sql'),
      `CREATE TABLE public.rate (n integer);
       CREATE FUNCTION public.known(n integer) RETURNS boolean LANGUAGE sql IMMUTABLE
         AS 'SELECT count(*) >= 0 FROM rate';
       CREATE TABLE public.careless (n integer CHECK (public.known(n)));
       SET search_path = public; INSERT INTO public.careless VALUES (1); RESET search_path;`,
    );
    await at.edit('runbooks/v0.4-closeout.yaml', (text) =>
      text.replace(
        'runbooks/embedded/estate.sql]',
        'runbooks/embedded/estate.sql, runbooks/embedded/careless.sql]',
      ),
    );
    const ended = await at.run('v0.4-closeout');
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    const { report, checks } = await at.outcome('v0.4-closeout');
    expect(report).toMatchObject({ verdict: 'FAIL', cause: { command: 'C-04', code: 'RESTORE_ERRORS' } });
    expect(report.cause?.message).toMatch(
      /1 error of the restore not allowed, beside 1,4\d\d that are: 42P01 relation "rate" does not exist \[COPY public\.careless/,
    );
    expect(checks.slice(2, 4)).toEqual(['3 NOT RUN', '4 NOT RUN']);
  });
});

describe('a governance cell that differs while every count is right', () => {
  test('fails on that cell, and the other checks are made all the same', async () => {
    await at.edit('runbooks/v0.4-closeout.yaml', (text) =>
      text
        .replace(
          '        as: restore\n',
          `        as: restore
      - sql: {target: copy, query: "UPDATE cutter_governance.verify_result SET outcome = 'fail'"}
`,
        )
        .replace(
          '    title: Restore into an isolated server\n',
          '    title: Restore into an isolated server\n    effect: change\n',
        ),
    );
    const ended = await at.run('v0.4-closeout');
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    const { report, gate, notHeld, checks } = await at.outcome('v0.4-closeout');
    expect(notHeld).toEqual(['G-16 failed', 'G-17 failed']);
    expect(gate('G-15')).toMatchObject({ state: 'passed', observed: { total: 15 } });
    expect(gate('G-16')?.difference?.words).toEqual([
      '[0].verify_result.633f2c51-2e9b-4d76-b083-f4a95c1e8d60.outcome: expected pass, observed fail',
    ]);
    expect(gate('G-17')?.observed).toMatchObject({
      differences: [
        expect.stringMatching(/^table cutter_governance\.verify_result: 1 row as expected, but not the same/),
      ],
    });
    expect(checks).toEqual(allPass(10, 9).map((check) => (check === '4 PASS' ? '4 FAIL' : check)));
    expect(report).toMatchObject({ verdict: 'FAIL', exit_code: 1, teardown: { status: 'clean' } });
  });
});

describe('a password that the harness writes into a log that is kept', () => {
  test('is found by file and line, never by value, and the log is not kept', async () => {
    const harness = 'runbooks/scripts/dr-harness.psql';
    const pinned = sha256(await readFile(join(at.project, harness), 'utf8'));
    // What a careless author does to find out why a login fails.
    await at.edit(harness, (text) =>
      text.replace(
        '\\connect - cutter_exec\n',
        '\\connect - cutter_exec\n\\o :logs/why.txt\n\\qecho the passwords are\n\\qecho `cat "$PGPASSFILE"`\n\\o\n',
      ),
    );
    const leaking = sha256(await readFile(join(at.project, harness), 'utf8'));
    await at.edit('runbooks/v0.4-dry-run.yaml', (text) => {
      const only = text.replace(/^ {4}S(?:[3-8]|1[0-2]): .*\n/gm, '');
      return only.replaceAll(pinned, leaking);
    });
    const ended = await at.run('v0.4-dry-run');
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    const { report, gate, path } = await at.outcome('v0.4-dry-run');
    expect(gate('G-13d[S1]')).toMatchObject({ state: 'failed' });
    const hits = (gate('G-22')?.observed as { hits: { file: string; line: number; kind: string }[] }).hits;
    expect(hits.map((hit) => hit.file.split('/').at(-1))).toEqual(expect.arrayContaining(['why.txt']));
    expect(hits.every((hit) => hit.line > 1)).toBe(true);
    expect(report.commands.find((c) => c.id === 'C-12')?.actions).toContainEqual(
      expect.objectContaining({ kind: 'keep', problem: expect.objectContaining({ code: 'LEAK_FOUND' }) }),
    );
    for (const [file, bytes] of await filesBelow(path)) {
      expect(file).not.toContain('/kept/');
      expect(bytes.toString('utf8'), file).not.toMatch(/cutter_exec:[0-9a-f]{48}/);
    }
  });
});

describe('with a production that is there', () => {
  let world: World;
  let production: Production;
  let keyring: Awaited<ReturnType<typeof publicKeyring>>;
  beforeAll(async () => {
    world = await openWorld();
    const seeds = ['runbooks/embedded/production.sql', 'runbooks/embedded/estate.sql'];
    production = await startProduction(world, seeds[0] ?? '', 'directus', {
      seed: await Promise.all(
        seeds.map(async (name) => ({ name, sql: await readFile(join(projectRoot, name), 'utf8') })),
      ),
    });
    keyring = await publicKeyring();
  });
  afterAll(async () => {
    await keyring.close();
    await production.close();
    await world.close();
  });
  const environment = () => ({
    PROD_DATABASE_URL: production.url('the_reader'),
    PROD_SYSTEM_IDENTIFIER: production.server.systemIdentifier,
    BACKUP_GPG_FPR: keyring.fingerprint,
    GNUPGHOME: keyring.home,
  });
  const protect = async (id: Closeout): Promise<void> => {
    await writeFile(join(at.project, 'protected.env'), 'A=1\n');
    await at.edit(`runbooks/${id}.yaml`, (text) => text.replace('/opt/incomex/docker/.env', 'protected.env'));
  };
  const rowsOfProduction = async () => {
    const rows = await production.admin.query(
      `SELECT count(*) AS n, (SELECT count(*) FROM pg_roles) AS roles FROM pg_class`,
    );
    return rows.ok ? rows.value.rows : [];
  };

  test('v0.4-closeout: ten checks, fifteen rows, and the artifact stays', async () => {
    await protect('v0.4-closeout');
    const before = await rowsOfProduction();
    const ended = await at.run('v0.4-closeout', environment());
    const { report, notHeld, checks, markdown, gate, verified } = await at.outcome('v0.4-closeout');
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(report).toMatchObject({ verdict: 'PASS', exit_code: 0, run: { mode: 'live' } });
    expect(notHeld).toEqual([]);
    expect(checks).toEqual(allPass(10, 9));
    expect(gate('G-05')?.observed).toMatchObject({
      clusters: [{ target: 'prod', system_identifier: production.server.systemIdentifier }],
      files: [{ path: 'protected.env', sha256: sha256('A=1\n') }],
    });
    expect(markdown).toContain('| **Total** | **15** | **15** |');
    expect(await readdir(join(at.folders.state, 'artifacts'), { recursive: true })).toContainEqual(
      expect.stringMatching(/prod-directus-.*\.gpg$/),
    );
    expect(verified).toMatchObject({ code: 0 });
    expect(await rowsOfProduction()).toEqual(before);
  });

  test('v0.4-dry-run pointed at production itself: nothing runs, and G-10 says that it was not reached', async () => {
    await protect('v0.4-dry-run');
    await at.edit('runbooks/v0.4-dry-run.yaml', pointedAtProduction);
    const before = await rowsOfProduction();
    const ended = await at.run('v0.4-dry-run', {
      ...environment(),
      // Another address of the same server, as another user.
      DR_DATABASE_URL: production.url('the_boss'),
    });
    expect(ended, ended.stderr).toMatchObject({ code: 6 });
    const { report, gate } = await at.outcome('v0.4-dry-run');
    expect(report).toMatchObject({ verdict: 'REFUSED', cause: { code: 'IDENTITY_MISMATCH' } });
    expect(gate('G-10')).toMatchObject({ state: 'not_evaluated' });
    expect(report.commands.flatMap((c) => c.actions).every((a) => a.state === 'not_run')).toBe(true);
    expect(await rowsOfProduction()).toEqual(before);
  });
});

/** The isolated database is a URL, so that it can be one that somebody got wrong. */
const pointedAtProduction: Edit = (text) =>
  text
    .replace(
      /postgres:\n {6}sandbox:\n {8}engine: local\n(?: {8}.*\n)+/,
      'postgres: {url: {env: DR_DATABASE_URL}}\n',
    )
    .replace(/ {6}- postgres\.sandbox: \{target: dr\}\n {8}as: dr\n/, '')
    .replace(
      / {6}- postgres\.restore:\n(?: {10}.*\n)+ {8}as: restore\n/,
      '      - sql: {target: dr, query: CREATE TABLE public.it_was_production (n integer)}\n        as: restore\n',
    )
    .replace('    title: Restore\n', '    title: Restore\n    effect: change\n')
    // Which no program is ever handed (GB2315).
    .replace(/,? +connect: dr\b(?=\n|,)\n?/g, '')
    .replace(
      / {6}G-08:\n(?: {8}.*\n)+/,
      '      G-08: {title: there, probe: {postgres.identity: {target: dr}}, expect: {database: directus}}\n',
    )
    .replaceAll("${{ commands['C-04'].dr.container }}", 'nobody')
    .replace(/\$\{\{ commands\['C-04'\]\.dr\.\w+ \}\}/g, '?')
    .replace(/\$\{\{ (?:grouped\()?commands\['C-05'\]\.restore\.\w+\)? \}\}/g, '?')
    .replace('destroy: [harness, dr, net', 'destroy: [harness, net')
    .replace('expect: {created: {some: {name: dr}}}', 'expect: {created: {some: {name: wd}}}');

test('a protected file that is altered during the run is named', async () => {
  await writeFile(join(at.project, 'watched.env'), 'A=1\n');
  await writeFile(
    join(at.project, 'runbooks/watch.yaml'),
    `gatebook: v1
id: watch
title: Watch
revision: 1
protected: {files: [watched.env]}
commands:
  C-01:
    title: Careless
    effect: create
    guards:
      G-01: {title: captured, probe: {protected: {}}, expect: {files: {length: 1}}}
    do:
      - exec: {argv: [cp, gatebook.yaml, watched.env], cwd: "\${{ run.project }}"}
teardown:
  C-02:
    title: After
    expectations:
      G-02: {title: as it was, probe: {protected: {}}, expect: {unchanged_since: G-01}, on_fail: fail}
`,
  );
  const ended = await at.run('watch');
  const { gate } = await at.outcome('watch');
  expect(ended, ended.stderr).toMatchObject({ code: 1 });
  const failed = gate('G-02');
  expect(failed).toMatchObject({ state: 'failed' });
  expect(JSON.stringify(failed?.difference?.words)).toContain('sha256');
  expect(failed?.observed_words).toContain('watched.env');
});
