import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sarifErrors } from '../support/sarif.js';
import { removeRunners, runAction, type JobEnd } from './composite.js';
import { GithubApi } from './github-api.js';
import { Repository } from './repository.js';
import { library, runbook, settings, weakened, wrong } from './runbooks.js';

const other = runbook.replace('id: example', 'id: other');
let repository: Repository;
let base: string;
let api: GithubApi;

beforeAll(async () => {
  repository = await Repository.make();
  base = await repository.commit({
    'gatebook.yaml': settings,
    'gates/disk.yaml': library,
    'runbooks/a.yaml': runbook,
    'runbooks/b.yaml': other.replace('gates/disk.yaml#free', 'gates/same.yaml#free'),
    'gates/same.yaml': library,
  });
});
afterAll(async () => {
  await repository.remove();
  await removeRunners();
});
beforeEach(async () => {
  api = await GithubApi.start();
  repository.git('checkout', '--quiet', '-B', 'change', base);
});
afterEach(() => api.stop());

const token = 'ghs_0123456789abcdefghijABCDEFGHIJ012345';
const run = (inputs: Record<string, string> = {}): Promise<JobEnd> =>
  runAction({
    workspace: repository.folder,
    inputs,
    api: api.url,
    token,
    event: { pull_request: { number: 7, base: { sha: base } } },
  });

describe('a pull request that weakens a guard', () => {
  beforeEach(() => repository.commit({ 'runbooks/a.yaml': weakened, 'README.md': '# x\n' }));

  test('gets the change in meaning first: summary, one comment, a warning at the line', async () => {
    const first = await run();
    expect(first.log).not.toContain(token);
    expect(first.success).toBe(true);
    expect(first.summary).toMatch(/^## Gatebook: .*1 weakens a guard/);
    expect(first.summary).toContain('**weakens** `G-02`');
    expect(first.summary).toContain('NOTHING EXECUTED');
    expect(first.outputs).toMatchObject({ errors: '0', weakens: '1', changed: '["runbooks/a.yaml"]' });
    expect(first.outputs['comment-url']).toContain('issuecomment-100');
    const [warning] = first.annotations.filter(({ command }) => command === 'warning');
    expect(warning?.properties['file']).toBe('runbooks/a.yaml');
    expect(weakened.split('\n')[Number(warning?.properties['line']) - 1]).toContain('G-02:');

    const second = await run();
    expect(second.success).toBe(true);
    expect(api.writes()).toEqual([
      'POST /repos/acme/ops/issues/7/comments',
      'PATCH /repos/acme/ops/issues/comments/100',
    ]);
    expect(api.comments).toHaveLength(1);
    expect(api.comments[0]?.body).toMatch(/^<!-- gatebook review [0-9a-f]{12} -->\n## Gatebook: /);
  });

  test('fails where that is asked for', async () => {
    const { success, annotations } = await run({ 'fail-on': 'error, weakens' });
    expect(success).toBe(false);
    expect(annotations.at(-1)).toMatchObject({ command: 'error', message: 'gatebook: weakens: 1' });
  });

  test("of a fork, whose token can't write, gets the summary and a warning", async () => {
    api.readOnly = true;
    const { success, summary, annotations } = await run();
    expect(success).toBe(true);
    expect(summary).toContain('1 weakens a guard');
    expect(annotations.at(-1)?.message).toMatch(/^no comment .*403 Resource not accessible/);
  });

  test('says what to do where the clone is too shallow', async () => {
    const { success, annotations } = await run({ against: '0123456789012345678901234567890123456789' });
    expect(success).toBe(false);
    expect(annotations.at(-1)?.message).toContain('fetch-depth: 0');
  });
});

test('a change of a library is a change of the runbooks that use it', async () => {
  await repository.commit({ 'gates/disk.yaml': library.replace('104857600', '1024') });
  const { outputs, summary } = await run({ comment: 'false' });
  expect(outputs['changed']).toBe('["runbooks/a.yaml"]');
  expect(summary).toContain('weakens');
  expect(api.requests).toEqual([]);
});

test('what the base gained since is not a change of this pull request', async () => {
  repository.git('checkout', '--quiet', '-B', 'main', base);
  const moved = await repository.commit({ 'runbooks/b.yaml': other });
  repository.git('checkout', '--quiet', 'change');
  await repository.commit({ 'README.md': '# y\n' });
  const { outputs, success } = await run({ against: moved });
  expect({ success, changed: outputs['changed'] }).toEqual({ success: true, changed: '[]' });
  expect(api.writes()).toEqual([]);
});

test('a new, a removed and a broken runbook are named as such', async () => {
  await repository.commit({
    'runbooks/a.yaml': null,
    'runbooks/b.yaml': wrong,
    'runbooks/c.yaml': runbook.replace('id: example', 'id: third'),
  });
  const { success, summary, annotations, outputs } = await run();
  expect(success).toBe(false);
  expect(summary).toContain('**`runbooks/a.yaml`** — a runbook is removed');
  expect(summary).toContain("**`runbooks/b.yaml`** — a runbook can't be reviewed");
  expect(JSON.parse(outputs['changed'] ?? '')).toContain('runbooks/c.yaml');
  const error = annotations.find(({ command }) => command === 'error');
  expect(error).toMatchObject({ properties: { file: 'runbooks/b.yaml' } });
});

test('what cannot be compared may weaken anything: it is said, and fails where weakening does', async () => {
  const malformed = await repository.commit({
    'runbooks/a.yaml': runbook.replace('title: Example', 'titel: x'),
  });
  const needy = runbook
    .replace('id: example', 'id: needy')
    .replace('commands:', 'params:\n  size: {type: integer, description: how much}\ncommands:')
    .replace('gte: 104857600', 'gte: "${{ params.size }}"');
  await repository.commit({ 'runbooks/a.yaml': runbook, 'runbooks/needy.yaml': needy });
  const lenient = await run({ against: malformed, comment: 'false' });
  expect(lenient.success).toBe(true);
  expect(lenient.summary).toContain("**`runbooks/a.yaml`** — a runbook can't be compared with what it was");
  expect(lenient.summary).toContain("**`runbooks/needy.yaml`** — a runbook can't be reviewed");
  expect(lenient.summary).toContain('size');
  const strict = await run({ against: malformed, comment: 'false', 'fail-on': 'weakens' });
  expect(strict.success).toBe(false);
});

describe('params', () => {
  const sized = (id: string): string =>
    runbook
      .replace('id: example', `id: ${id}`)
      .replace('commands:', 'params:\n  size: {type: integer, description: how much}\ncommands:')
      .replace('gte: 104857600', 'gte: "${{ params.size }}"');
  beforeEach(() => repository.commit({ 'runbooks/a.yaml': weakened, 'runbooks/sized.yaml': sized('sized') }));

  test('one a line, each for the runbooks that declare it', async () => {
    const { success, summary, annotations } = await run({ params: '\n  size=4096\n  unheard_of=a b\n' });
    expect(success).toBe(true);
    expect(summary).not.toContain("can't be reviewed");
    expect(summary).toContain('4096');
    expect(summary).toContain('**weakens** `G-02`');
    const said = annotations.map(({ message }) => message).filter((message) => message.startsWith('params:'));
    expect(said).toEqual(['params: no runbook declares unheard_of']);
  });

  test('without them a runbook that needs one is told as such', async () => {
    const { summary } = await run();
    expect(summary).toContain("**`runbooks/sized.yaml`** — a runbook can't be reviewed");
  });

  test.each(['size', '--state=/tmp', '=4'])('a line that is no name=value is refused: %s', async (line) => {
    const { success, annotations } = await run({ params: line });
    expect(success).toBe(false);
    expect(annotations.at(-1)?.message).toContain(`params: ${line}`);
  });
});

test('SARIF is a file, named by an output', async () => {
  await repository.commit({ 'runbooks/a.yaml': wrong });
  const { outputs, success } = await run({ format: 'sarif', 'fail-on': 'never' });
  expect(success).toBe(true);
  const sarif = JSON.parse(await readFile(outputs['sarif'] ?? '', 'utf8')) as {
    runs: [{ results: object[] }];
  };
  expect(sarifErrors(sarif)).toEqual([]);
  expect(sarif.runs[0].results).toHaveLength(Number(outputs['errors']) + Number(outputs['warnings']));
});

test.each([
  ['format', 'xml'],
  ['fail-on', 'everything'],
])('an input %s: %s is refused', async (name, value) => {
  const { success, annotations } = await run({ [name]: value, comment: 'false' });
  expect(success).toBe(false);
  expect(annotations.at(-1)?.message).toContain(value);
});
