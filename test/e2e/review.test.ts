import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Review } from '../../src/review/index.js';
import { base, edited, files } from '../review/base.js';
import { projectRoot, startGatebook } from '../support/gatebook.js';

const cli = join(projectRoot, 'dist/cli.js');
const head = 'gatebook: v1\nid: example\ntitle: Example\nrevision: 1\n';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gbr-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('a review touches nothing', () => {
  /** Node itself refuses children, workers and writing; the network namespace has nothing in it. */
  const permission =
    Number(process.versions.node.split('.')[0]) >= 24 ? '--permission' : '--experimental-permission';
  const sealed = (...args: readonly string[]) => {
    const namespace = process.geteuid?.() === 0 ? ['-n'] : ['-r', '-n'];
    const node = [process.execPath, permission, '--allow-fs-read=*', '--no-warnings', cli];
    return spawnSync('unshare', [...namespace, 'env', '-i', `PATH=${join(root, 'bin')}`, ...node, ...args], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
  };
  beforeAll(async () => {
    await mkdir(join(root, 'bin'));
    await symlink(process.execPath, join(root, 'bin/node'));
  });

  test.each(['md', 'json', 'html'])(
    '%s without network, environment, programs, children or writing',
    (format) => {
      const ended = sealed('review', 'runbooks/o9-backup.yaml', '--format', format);
      expect(ended.stderr).toBe('');
      expect(ended.status).toBe(0);
      expect(ended.stdout).toContain('NOTHING EXECUTED');
    },
  );

  test('the proof proves: a child is refused there', () => {
    const code = 'require("child_process").spawnSync("/bin/true").error && process.exit(9)';
    const argv = ['-n', process.execPath, permission, '--allow-fs-read=*', '-e', code];
    expect(spawnSync('unshare', process.geteuid?.() === 0 ? argv : ['-r', ...argv]).status).not.toBe(0);
  });

  test('a runbook that is invalid is not reviewed: its mistakes are told, exit 3', async () => {
    await writeFile(join(root, 'wrong.yaml'), `${head}commands:\n  C-01: {title: t, guard: {}}\n`);
    const ended = await startGatebook(['review', 'wrong.yaml'], {}, root).ended;
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(ended.stderr).toContain('wrong.yaml:6:20 error GB1101');
    expect(ended.stderr).toMatch(/\nnext {5}put it right, then review again\n$/);
  });
});

describe('a review against an older state', () => {
  let folder: string;
  const git = (...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
  const put = async (text: string, bytes?: string): Promise<void> => {
    for (const [name, content] of Object.entries(files(text, bytes)))
      await writeFile(join(folder, 'ops', name), name === 'runbook.yaml' ? head + content : content);
  };
  const review = (...args: readonly string[]) =>
    startGatebook(['review', 'ops/runbook.yaml', ...args], { PATH: '/nonexistent' }, folder).ended;
  const changes = async (...args: readonly string[]) => {
    const ended = await review('--format', 'json', ...args);
    expect(ended.stderr).toBe('');
    return (JSON.parse(ended.stdout) as Review).comparison;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(root, 'repo-'));
    await mkdir(join(folder, 'ops'));
    await writeFile(join(folder, 'ops/gatebook.yaml'), 'gatebook: v1\n');
    git('init', '-q', '-b', 'main');
    await put(base);
    git('add', '.');
    git('commit', '-q', '-m', 'one');
  });

  test('the first line says what weakens, and where', async () => {
    await put(edited(['on_fail: hard-abort', 'on_fail: note']));
    const ended = await review('--against', 'main');
    expect(ended.code).toBe(0);
    const commit = git('rev-parse', 'main').trim();
    expect(ended.stdout.split('\n')[0]).toBe(
      `**1 change in meaning, 1 weakens a guard** — against main (commit ${commit.slice(0, 12)})`,
    );
    expect(ended.stdout).toMatch(/\*\*G-02\*\* `ops\/runbook\.yaml:\d+:7` .*hard-abort \| note/);
  });

  test('libraries, scripts and data are those of the ref, not those of today', async () => {
    await put(base, '#!/bin/sh\nexit 1\n');
    const comparison = await changes('--against', 'HEAD');
    expect(comparison?.changes.map(({ kind }) => kind)).toEqual(['program-changed']);
  });

  test('nothing changed: it says so', async () => {
    expect((await changes('--against', 'HEAD'))?.summary).toBe('Nothing changed in meaning');
  });

  test('another file', async () => {
    await writeFile(
      join(folder, 'ops/other.yaml'),
      head + (files(edited(['gt: 100', 'gt: 1000']))['runbook.yaml'] ?? ''),
    );
    const comparison = await changes('--against', 'ops/other.yaml');
    expect(comparison).toMatchObject({ against: 'ops/other.yaml', changes: [{ weight: 'weakens' }] });
  });

  test('--fail-on weakens: 1 where something weakens, else 0', async () => {
    await put(edited(['gt: 100', 'gt: 1000']));
    expect((await review('--against', 'main', '--fail-on', 'weakens')).code).toBe(0);
    await put(edited(['gt: 100', 'gt: 10']));
    const ended = await review('--against', 'main', '--fail-on', 'weakens');
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('less is asked of free_inodes');
    expect((await review('--fail-on', 'weakens')).code).toBe(2);
  });

  test('a runbook that was not there is new', async () => {
    git('rm', '-q', '--cached', 'ops/runbook.yaml');
    git('commit', '-q', '-m', 'gone');
    const comparison = await changes('--against', 'main', '--fail-on', 'weakens');
    expect(comparison).toMatchObject({ is_new: true, before_digest: null, changes: [] });
  });

  test.each([
    ['--output=/tmp/x', 2, 'REF_MALFORMED'],
    ['-c', 2, 'REF_MALFORMED'],
    ['main other', 2, 'REF_MALFORMED'],
    ['nosuch', 4, 'REF_UNKNOWN'],
    ['main:ops', 4, 'REF_UNKNOWN'],
    ['main..main', 4, 'REF_UNKNOWN'],
  ])('the ref %s is refused', async (ref, code, named) => {
    const ended = await review(`--against=${ref}`);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(`[${named}]`);
    expect(ended.stderr).toMatch(/\nnext {5}.+\n$/);
  });

  test('no hook, pager, filter or alias of the repository runs', async () => {
    const mark = join(folder, 'ran');
    const program = join(folder, 'program');
    await writeFile(program, `#!/bin/sh\ntouch ${mark}\ncat\n`);
    await chmod(program, 0o755);
    for (const setting of [
      'core.fsmonitor',
      'core.pager',
      'pager.show',
      'diff.external',
      'gpg.program',
      'diff.x.textconv',
      'filter.x.smudge',
    ])
      git('config', setting, program);
    git('config', 'log.showSignature', 'true');
    await writeFile(join(folder, '.gitattributes'), '* diff=x filter=x\n');
    await put(edited(['gt: 100', 'gt: 10']));
    expect((await changes('--against', 'main'))?.changes).toHaveLength(1);
    expect(existsSync(mark)).toBe(false);
  });

  test('a link that leads out of the project at the ref is not followed', async () => {
    await rm(join(folder, 'ops/run.sh'));
    await symlink('/etc/hostname', join(folder, 'ops/run.sh'));
    git('commit', '-q', '-am', 'link');
    await rm(join(folder, 'ops/run.sh'));
    await put(base);
    const ended = await review('--against', 'HEAD');
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('GB3005 run.sh was not a regular file at HEAD');
    expect(ended.stderr).not.toContain(readFileSync('/etc/hostname', 'utf8').trim());
  });

  test('outside a repository a ref is refused', async () => {
    await rm(join(folder, '.git'), { recursive: true });
    const ended = await review('--against', 'main');
    expect(ended).toMatchObject({ code: 4, stdout: '' });
    expect(ended.stderr).toContain('[NO_REPOSITORY]');
  });
});
