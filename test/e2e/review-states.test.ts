import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Review } from '../../src/review/index.js';
import { base, edited, files } from '../review/base.js';
import { startGatebook } from '../support/gatebook.js';

const head = 'gatebook: v1\nid: example\ntitle: Example\nrevision: 1\n';

let root: string;
let folder: string;
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
const weaker = edited(['gt: 100', 'gt: 10']);
const put = async (text: string, runbook = 'ops/runbook.yaml'): Promise<void> => {
  for (const [name, content] of Object.entries(files(text))) {
    const path = name === 'runbook.yaml' ? join(folder, runbook) : join(folder, 'ops', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, name === 'runbook.yaml' ? head + content : content);
  }
};
const commit = (message: string): string => {
  git('add', '-A');
  git('commit', '-q', '-m', message);
  return git('rev-parse', 'HEAD');
};
const review = (args: readonly string[], env = {}, runbook = 'ops/runbook.yaml', cwd = folder) =>
  startGatebook(['review', runbook, '--format', 'json', ...args], env, cwd).ended;
const compared = async (...args: Parameters<typeof review>) => {
  const ended = await review(...args);
  expect(ended.stderr).toBe('');
  return (JSON.parse(ended.stdout) as Review).comparison;
};
const oneWeakens = { is_new: false, changes: [{ weight: 'weakens' }] };

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gbr-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'repo-'));
  git('init', '-q', '-b', 'main');
  await put(base);
  await writeFile(join(folder, 'ops/gatebook.yaml'), 'gatebook: v1\n');
  commit('one');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a name that could be something else is refused', () => {
  const refused = async (against: string, code: string): Promise<void> => {
    const ended = await review(['--against', against, '--fail-on', 'weakens']);
    expect(ended, ended.stderr).toMatchObject({ code: code === 'REF_AMBIGUOUS' ? 4 : 2, stdout: '' });
    expect(ended.stderr).toContain(`[${code}]`);
    expect(ended.stderr).toMatch(/\nnext {5}.+\n$/);
  };
  beforeEach(async () => {
    git('checkout', '-q', '-b', 'change');
    await put(weaker);
  });

  test('a file of the pull request that is called like the branch or the commit', async () => {
    const id = git('rev-parse', 'main');
    for (const name of ['main', id, 'refs/heads/main']) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await cp(join(folder, 'ops/runbook.yaml'), join(folder, name));
      await refused(name, 'AGAINST_AMBIGUOUS');
    }
    // Written as a file it is one, and the commit is found once the file is gone.
    await cp(join(folder, 'ops'), join(folder, 'main-ops'), { recursive: true });
    expect(await compared(['--against', './main-ops/runbook.yaml'])).toMatchObject({ changes: [] });
    await rm(join(folder, 'main'));
    expect(await compared(['--against', 'main'])).toMatchObject(oneWeakens);
  });

  test('a tag called like the branch, and a branch called like the beginning of a commit id', async () => {
    const short = git('rev-parse', '--short', 'main');
    const change = commit('weaker');
    for (const ref of ['refs/tags/main', 'refs/main']) {
      git('update-ref', ref, change);
      await refused('main', 'REF_AMBIGUOUS');
      await refused('main~0', 'REF_AMBIGUOUS');
      expect(await compared(['--against', 'refs/heads/main'])).toMatchObject(oneWeakens);
      git('update-ref', '-d', ref);
    }
    expect(await compared(['--against', short])).toMatchObject(oneWeakens);
    git('branch', short);
    await refused(short, 'REF_AMBIGUOUS');
  });
});

describe('a runbook whose file was renamed', () => {
  test('is compared with what had its id, and where that was is said', async () => {
    await rename(join(folder, 'ops/runbook.yaml'), join(folder, 'ops/other.yaml'));
    await put(weaker, 'ops/other.yaml');
    const ended = await review(['--against', 'main', '--fail-on', 'weakens'], {}, 'ops/other.yaml');
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    expect((JSON.parse(ended.stdout) as Review).comparison).toMatchObject({
      ...oneWeakens,
      against: expect.stringMatching(/^main \(commit \w+\), where it was ops\/runbook\.yaml$/) as string,
    });
  });

  test('is new where nothing had its id, or more than one file had', async () => {
    await cp(join(folder, 'ops/runbook.yaml'), join(folder, 'ops/copy.yaml'));
    commit('two of one id');
    await put(weaker, 'ops/third.yaml');
    expect(await compared(['--against', 'main'], {}, 'ops/third.yaml')).toMatchObject({ is_new: true });
  });
});

describe('the older state is found', () => {
  test('in folders whose names hold newlines, blanks and quotes', async () => {
    const odd = join(root, 'a\nb \'c" d');
    await cp(folder, odd, { recursive: true });
    await rm(folder, { recursive: true });
    folder = odd;
    const runbook = 'ops/su b/r "u\'n.yaml';
    await put(base, runbook);
    commit('odd');
    await put(weaker, runbook);
    expect(await compared(['--against', 'main'], {}, runbook)).toMatchObject(oneWeakens);
  });

  test('in a work tree, in a submodule and in a shallow clone', async () => {
    const tree = join(root, 'tree');
    git('worktree', 'add', '-q', '-b', 'change', tree);
    const above = join(root, 'above');
    git('init', '-q', above);
    const local = ['-c', 'protocol.file.allow=always'];
    git('-C', above, ...local, 'submodule', '--quiet', 'add', folder, 'sub');
    const shallow = join(root, 'shallow');
    git('clone', '-q', '--depth', '1', `file://${folder}`, shallow);
    for (const at of [tree, join(above, 'sub'), shallow]) {
      const main = folder;
      folder = at;
      await put(weaker);
      expect(await compared(['--against', 'main'])).toMatchObject(oneWeakens);
      folder = main;
    }
    const ended = await review(['--against', 'main~1'], {}, 'ops/runbook.yaml', shallow);
    expect(ended.stderr).toContain('[REF_UNKNOWN]');
    expect(ended.code).toBe(4);
  });

  test('whatever the caller has set for git', async () => {
    await put(weaker);
    const trace = join(folder, 'trace');
    const env = {
      ...{ GIT_DIR: '/nonexistent', GIT_WORK_TREE: '/', GIT_INDEX_FILE: '/dev/null', GIT_TRACE: trace },
      ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.worktree', GIT_CONFIG_VALUE_0: '/' },
      ...{ GIT_NAMESPACE: 'x', GIT_CEILING_DIRECTORIES: root, GIT_OBJECT_DIRECTORY: '/', GIT_PREFIX: 'x' },
    };
    expect(await compared(['--against', 'main'], env)).toMatchObject(oneWeakens);
  });
});
