import { execFileSync } from 'node:child_process';
import { appendFile, cp, readdir, readFile, rm, symlink, truncate, writeFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/index.js';
import { projectRoot, startGatebook } from '../support/gatebook.js';
import { asleep, inShell, journalSays, mountSmall, openProject, until } from '../support/project.js';
import type { Project } from '../support/project.js';

let project: Project;
beforeEach(async () => {
  project = await openProject();
});
afterEach(async () => {
  expect(await project.processes()).toEqual([]);
  await project.close();
});

describe('every exit code', () => {
  test('0: PASS, and nothing is left', async () => {
    const ended = await project.run('quick.yaml', '--json');
    expect(ended).toMatchObject({ code: 0 });
    const report = JSON.parse(ended.stdout) as Report;
    expect(report).toMatchObject({
      verdict: 'PASS',
      exit_code: 0,
      teardown: { status: 'clean' },
      run: { mode: 'live' },
    });
    const [run] = await project.runs();
    expect(run).toMatchObject({ state: 'sealed', verdict: 'PASS' });
    expect((await project.verify(run?.bundle ?? '')).code).toBe(0);
    expect(await project.leftovers()).toEqual([]);
  });

  test('0: a program finds the folder of what is kept, which goes where nothing was put', async () => {
    const run = async (script: string): Promise<readonly string[]> => {
      await writeFile(
        join(project.folder, 'keeps.yaml'),
        `gatebook: v1
id: keeps
title: A program that keeps a file
revision: 1
authorization: {none: writes one file}
commands:
  C-01:
    title: Keep
    effect: observe
    do:
      - exec: {argv: [sh, -c, '${script}'], env: {KEPT: "\${{ run.artifacts }}"}}
`,
      );
      const ended = await project.run('keeps.yaml');
      expect(ended, ended.stderr).toMatchObject({ code: 0 });
      return readdir(join(project.state, 'artifacts'), { recursive: true });
    };
    expect(await run('test -d "$KEPT"')).toEqual([]);
    expect(await run('echo roles > "$KEPT/globals.sql"')).toContainEqual(
      expect.stringMatching(/\/globals\.sql$/),
    );
  });

  test('a program that is missing: 0 where that is what is to be proved, and 4 where it is needed', async () => {
    const gate =
      '{title: room, probe: {disk: {path: "${{ run.artifacts }}"}}, expect: {free_bytes: {gt: 1}}}';
    const runbook = (needed: string): string => `gatebook: v1
id: absent
title: A program that is not there
revision: 1
authorization: {none: touches nothing}
commands:
  C-01:
    title: It can't be started
    effect: change
    guards: {G-01: ${gate}}
    do:
      - exec: {argv: [no-such-program-here]}
        expect_error: {code: PROGRAM_MISSING}
        as: tried
${needed}`;
    await writeFile(join(project.folder, 'absent.yaml'), runbook(''));
    const proved = await project.run('absent.yaml');
    expect(proved, proved.stderr).toMatchObject({ code: 0 });
    await writeFile(
      join(project.folder, 'absent.yaml'),
      runbook('      - exec: {argv: [no-such-program-here]}\n'),
    );
    const refused = await project.run('absent.yaml');
    expect(refused, refused.stderr).toMatchObject({ code: 4 });
    expect(refused.stderr).toContain('needs no-such-program-here, which is not installed here');
  });

  test('0: a dry run in which every guard holds; no action runs', async () => {
    expect((await project.run('verbose.yaml', '--dry-run')).code).toBe(0);
    expect(await journalSays(project, 'action_intended')).toBe(false);
    expect(await project.leftovers()).toEqual([]);
  });

  test('0: a dry run says how much of a command it looked at, and never that it passed', async () => {
    const gate = (id: string, path: string) =>
      `{${id}: {title: room, probe: {disk: {path: "${path}"}}, expect: {free_bytes: {gt: 1}}}}`;
    const command = `title: A note, effect: create, do: [{write_file: {path: "\${{ run.work }}/note", content: a}, as: note}]`;
    await writeFile(
      join(project.folder, 'dry.yaml'),
      `gatebook: v1
id: dry
title: Looked at in part
revision: 1
authorization: {none: touches nothing but folders of its own}
commands:
  C-01: {${command}, guards: ${gate('G-01', '${{ run.artifacts }}')}, expectations: ${gate('G-02', '${{ run.work }}')}}
teardown:
  C-02: {title: Gone, do: [{destroy: [note]}]}
`,
    );
    const ended = await project.run('dry.yaml', '--dry-run');
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(ended.stderr).toMatch(/^C-01 1 of 2 gates looked at; no action runs · /m);
    expect(ended.stderr).toMatch(/^not looked at: C-02$/m);
    const [report = ''] = /(?<=^report {3}).+$/m.exec(ended.stderr) ?? [];
    const markdown = await readFile(resolve(project.folder, report), 'utf8');
    expect(markdown).toMatch(/\| 1 of 2 gates looked at; no action runs \| \*\*LOOKED AT\*\* .*\|/);
    expect(markdown).toMatch(/\| C-02 \| .* \| \*\*NOT LOOKED AT\*\* \|/);
    expect(ended.stderr + markdown).not.toMatch(/passed|\*\*PASS/);
  });

  test('1: gates that stop nothing are named at the end; a dry run says how long it looked', async () => {
    const ended = await project.run('every-check.yaml');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^FAIL · .*exit 1\nG-02 and G-04 did not hold: shown above\n/m);
    const dry = await project.run('every-check.yaml', '--dry-run', '--json');
    expect(dry.code).toBe(1);
    const [command] = (JSON.parse(dry.stdout) as Report).commands;
    expect(command?.duration_ms).toBeGreaterThanOrEqual(400);
    expect(command?.state).toBe('failed');
  });

  test('1: a gate failed; what was made is gone', async () => {
    const ended = await project.run('quick.yaml', '--param', 'count=4', '--json');
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ verdict: 'FAIL', cause: { gate: 'G-02' } });
    const [, ...next] = /^next {5}gatebook (\S+) (\S+) (--gate) (G-02) .+\n$/m.exec(ended.stderr) ?? [];
    const inFull = await startGatebook(next, project.env, project.folder).ended;
    expect(inFull.stdout, ended.stderr).toMatch(/^G-02 .+ · failed · in C-01\n/);
    expect(await project.leftovers()).toEqual([]);
  });

  test('a refusal without a bundle is one JSON document, too', async () => {
    const said = async (...args: readonly [string, ...string[]]) => {
      const { code, stdout } = await project.run(...args, '--json');
      return { code, said: JSON.parse(stdout) as unknown };
    };
    expect(await said('quick.yaml', '--param', 'count=many')).toMatchObject({
      code: 2,
      said: {
        schema: 'gatebook/refusal@1',
        exit_code: 2,
        problems: [{ next: expect.any(String) as string }],
      },
    });
    await writeFile(join(project.folder, 'broken.yaml'), 'gatebook: v1\nid: [');
    expect(await said('broken.yaml')).toMatchObject({
      code: 3,
      said: { schema: 'gatebook/diagnostics@1', valid: false },
    });
    expect(await said('quick.yaml', '--run-id', 'once')).toMatchObject({ code: 0 });
    expect(await said('quick.yaml', '--run-id', 'once')).toMatchObject({
      code: 6,
      said: { exit_code: 6, problems: [{ code: 'RUN_ID_USED' }] },
    });
  });

  test.each([
    [['--param', 'count']],
    [['--param', 'nobody=1']],
    [['--param', 'count=many']],
    [['--param', 'count=1', '--param', 'count=2']],
    [['--nonsense']],
    [['--embedded']],
    [['--run-id', '../up']],
  ])('2: wrong usage %j, and nothing is written', async (args) => {
    const ended = await project.run('quick.yaml', ...args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).not.toContain('    at ');
    expect(await project.runs()).toEqual([]);
  });

  test.each([
    ['an unknown key', (text: string) => `${text}colour: blue\n`],
    ['not UTF-8', (text: string) => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe, 0x0a])])],
    ['no YAML', () => '{{{{'],
    ['nothing', () => ''],
  ])('3: %s, without a stack trace', async (_, spoil) => {
    const path = join(project.folder, 'spoilt.yaml');
    await writeFile(path, spoil(await readFile(join(project.folder, 'quick.yaml'), 'utf8')));
    const ended = await project.run('spoilt.yaml');
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('spoilt.yaml');
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  test('3: a runbook of 100 MB is refused at once', async () => {
    const path = join(project.folder, 'huge.yaml');
    await writeFile(path, '');
    await truncate(path, 100 * 1024 * 1024);
    const started = performance.now();
    expect((await project.run('huge.yaml')).code).toBe(3);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('5: something is left that should be gone, and it is named', async () => {
    const ended = await project.run('replaced.yaml', '--json');
    expect(ended.code).toBe(5);
    expect(ended.stderr.trimEnd().split('\n').slice(-2).join('\n')).toMatch(
      /gatebook teardown \S+ --state \S+ {4}finishes what is left$/,
    );
    const report = JSON.parse(ended.stdout) as Report;
    expect(report.teardown.status).toBe('incomplete');
    expect(report.teardown.resources).toContainEqual(
      expect.objectContaining({ name: 'place', state: 'leaked' }),
    );
    expect(await readFile(join(project.folder, 'place/file'), 'utf8')).toBe('mine\n');
    const [run] = await project.runs();
    expect(run?.state).toBe('incomplete');
    expect((await project.call('teardown', run?.id ?? '')).code).toBe(5);
    await rm(join(project.folder, 'place'), { recursive: true });
    expect((await project.call('teardown', run?.id ?? '')).code).toBe(0);
    expect((await project.runs())[0]?.state).toBe('sealed');
    expect((await project.verify(run?.bundle ?? '')).code).toBe(0);
  });

  test('6: a run id is used once, and the refusal holds nothing back', async () => {
    expect((await project.run('quick.yaml', '--run-id', 'mine')).code).toBe(0);
    expect((await project.run('quick.yaml', '--run-id', 'mine')).code).toBe(6);
    expect((await project.run('quick.yaml')).code).toBe(0);
  });

  test('6: two at once; the second is refused with a report, the first goes on', async () => {
    const first = project.start('torn.yaml');
    await until('the first holds its claim', () => journalSays(project, 'run_started'));
    const second = await project.run('torn.yaml', '--json');
    expect(second.code).toBe(6);
    expect(JSON.parse(second.stdout)).toMatchObject({
      verdict: 'REFUSED',
      exit_code: 6,
      cause: { code: 'CLAIMED' },
    });
    expect((await first.ended).code).toBe(0);
    expect((await project.run('quick.yaml')).code).toBe(0);
  });

  test('7: PARTIAL', async () => {
    const { code, stderr } = await project.run('recorded.yaml');
    expect(code).toBe(7);
    expect(stderr).toContain('exit 7\nG-01 did not hold: shown above\n');
  });
});

describe('what must not stop a run', () => {
  test.each([
    ['stdout and stderr closed', '"$1" "$2" run quick.yaml --json --state "$3" --reports "$4" >&- 2>&-'],
    [
      'readers that go away',
      '{ "$1" "$2" run quick.yaml --json --state "$3" --reports "$4" 2>&1; echo $? > code; } | true; exit $(cat code)',
    ],
    ['standard input closed', '"$1" "$2" run quick.yaml --state "$3" --reports "$4" <&-'],
  ])('%s', async (_, script) => {
    expect(await inShell(script, project)).toBe(0);
    expect(await project.runs()).toMatchObject([{ state: 'sealed', verdict: 'PASS' }]);
  });
});

describe('a disk that is full', () => {
  test.skipIf(process.getuid?.() !== 0)(
    'before the run begins: refused or failed, with a next step and no stack trace',
    async () => {
      const unmount = await mountSmall(project.reports, 64 * 1024);
      try {
        const ended = await project.run('quick.yaml');
        expect(ended.code).toBe(4);
        expect(ended.stderr).not.toMatch(/^\s+at /m);
        expect(await project.leftovers()).toEqual([]);
      } finally {
        unmount();
      }
      expect((await project.run('quick.yaml')).code).toBe(0);
    },
  );

  test.skipIf(process.getuid?.() !== 0)(
    'in the middle: abort, teardown from the reserve, and a sealed report',
    async () => {
      const unmount = await mountSmall(project.reports, 2 * 1024 * 1024);
      try {
        const run = project.start('slow.yaml');
        await asleep(project);
        await writeFile(join(project.reports, 'ballast'), Buffer.alloc(4 * 1024 * 1024)).catch(
          () => undefined,
        );
        run.kill('SIGTERM');
        expect((await run.ended).code).toBe(143);
        expect(await project.runs()).toMatchObject([{ state: 'sealed', verdict: 'ABORTED' }]);
        expect(await project.leftovers()).toEqual([]);
      } finally {
        unmount();
      }
    },
  );

  test.skipIf(process.getuid?.() !== 0)(
    'or by then can only be read, that of the state: sealed all the same, and what stays claimed is told',
    async () => {
      const unmount = await mountSmall(project.state, 2 * 1024 * 1024);
      const remount = (how: 'ro' | 'rw') => execFileSync('mount', ['-o', `remount,${how}`, project.state]);
      try {
        const run = project.start('slow.yaml');
        await asleep(project);
        remount('ro');
        run.kill('SIGTERM');
        const { code, stderr } = await run.ended;
        expect(code, stderr).toBe(143);
        expect(stderr).toMatch(/could not be given back: EROFS[^]*\nnext {5}gatebook teardown \S+ --state/);
        expect(stderr).not.toMatch(/internal error/);
        remount('rw');
        const [ended] = await project.runs();
        expect(ended).toMatchObject({ state: 'sealed', verdict: 'ABORTED' });
        expect((await project.run('slow.yaml')).stderr).toContain(`gatebook teardown ${ended?.id}`);
        expect((await project.call('teardown', ended?.id ?? '')).code).toBe(0);
        expect(await readdir(join(project.state, 'claims'))).toEqual([]);
      } finally {
        unmount();
      }
    },
  );

  test('a bundle that can’t be sealed is unfinished, whatever its verdict is to be', async () => {
    await writeFile(
      join(project.folder, 'unsealed.yaml'),
      `gatebook: v1
id: unsealed
title: Something stands where its report is to be
revision: 1
authorization: {none: touches nothing but its own bundle}
commands:
  C-01:
    title: A folder of that name
    effect: create
    guards: {G-01: {title: room, probe: {disk: {path: "\${{ run.logs }}"}}, expect: {free_bytes: {gt: 1}}}}
    do: [{exec: {argv: [mkdir, "\${{ run.logs }}/../report.md", "\${{ run.logs }}/../report.md/in"]}}]
`,
    );
    const { code, stdout, stderr } = await project.run('unsealed.yaml', '--json');
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toMatch(
      /\nUNFINISHED · exit 5\ngatebook: the bundle is not sealed: .*report.md.*\nnext {5}gatebook teardown .*\n$/,
    );
    expect(stderr).not.toContain('PASS');
    const [run] = await project.runs();
    expect(run).toMatchObject({ state: 'unfinished', verdict: null });
    await rm(join(run?.bundle ?? '', 'report.md'), { recursive: true });
    expect((await project.call('teardown', run?.id ?? '')).code).toBe(0);
    expect(await project.runs()).toMatchObject([{ state: 'sealed', verdict: 'PASS' }]);
  });
});

const seedOf = ({ folder }: Project): string => join(folder, 'runbooks/embedded/production.sql');

describe('the whole runbook of the language page', () => {
  const language = join(projectRoot, 'test/fixtures/valid');
  let whole: Project;
  beforeEach(async () => {
    whole = await openProject(language);
    await cp(join(projectRoot, 'test/fixtures/e2e/production.sql'), seedOf(whole));
  });
  afterEach(async () => {
    expect(await whole.processes()).toEqual([]);
    await whole.close();
  });

  test('passes in a rehearsal, keeps nothing, and says what it was', async () => {
    const ended = await whole.run('restore-rehearsal.yaml', '--param', 'min_free=1MiB', '--json');
    expect(ended.stderr).toContain('No production was backed up.');
    expect(ended.code).toBe(0);
    const report = JSON.parse(ended.stdout) as Report;
    expect(report).toMatchObject({
      verdict: 'PASS',
      run: { mode: 'rehearsal' },
      teardown: { status: 'clean' },
    });
    expect(report.gates.map((gate) => [gate.id, gate.state])).toEqual(
      ['G-01', 'G-02', 'G-03', 'G-04', 'G-05', 'G-06'].map((id) => [id, 'passed']),
    );
    expect(await whole.leftovers()).toEqual([]);
  });

  test('an artifact folder that is a symbolic link is not followed', async () => {
    const elsewhere = join(whole.root, 'elsewhere');
    await mkdir(elsewhere);
    await mkdir(whole.state, { mode: 0o700 });
    await symlink(elsewhere, join(whole.state, 'artifacts'));
    const ended = await whole.run('restore-rehearsal.yaml', '--param', 'min_free=1MiB');
    expect([1, 4]).toContain(ended.code);
    expect(await whole.leftovers()).toEqual([]);
  });

  test.skipIf(process.getuid?.() !== 0)(
    'no room for the dump: nothing is published, teardown, exit 1',
    async () => {
      await appendFile(
        seedOf(whole),
        `alter table public.information_unit add noise text;
         update public.information_unit set noise =
           (select string_agg(md5(random()::text || id || n), '') from generate_series(1, 200) n);`,
      );
      const unmount = await mountSmall(whole.state, 1024 * 1024);
      try {
        const ended = await whole.run('restore-rehearsal.yaml', '--param', 'min_free=1KiB');
        expect(ended.code).toBe(1);
        expect(ended.stderr).toMatch(/\[DISK_FULL\]\s+no room in \/\S+: gpg .*No space left/);
        expect(await whole.leftovers()).toEqual([]);
      } finally {
        unmount();
      }
    },
  );
});

test('a teardown of a run that nobody knows is wrong usage', async () => {
  expect((await project.call('teardown', 'nobody')).code).toBe(2);
  expect((await startGatebook([], project.env).ended).code).toBe(2);
});
