import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openState } from '../../src/adapters/state/index.js';
import { bridgesOf } from '../../src/cli/finishing/reopen.js';
import type { RunId } from '../../src/base/ids.js';
import type { StateFolder } from '../../src/ports/state.js';
import { startGatebook } from '../support/gatebook.js';

const run = 'killed' as RunId;
let folder: string;
let bundle: string;
let state: StateFolder;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbt-'));
  bundle = join(folder, 'bundle');
  const opened = await openState(join(folder, 'state'));
  if (!opened.ok) throw new Error(opened.error.message);
  state = opened.value;
  await state.createRun({
    ...{ id: run, runbook: 'change', path: 'change.yaml', project: folder, admitted: true, mode: 'live' },
    ...{ bundle, startedAt: '2026-11-21T08:15:02.000Z', process: null },
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const journal = async (text: string): Promise<void> => {
  await mkdir(bundle);
  await writeFile(join(bundle, 'journal.jsonl'), text);
};
const tornDown = async () => {
  const { code, stderr } = await startGatebook(['teardown', run, '--state', state.path], {}, folder).ended;
  const claims = await state.claims();
  return { code, stderr, claims: claims.ok && claims.value.length, cleared: state.isCleared(run) };
};

test.each([
  ['before it had a bundle', false, () => Promise.resolve()],
  ['before its first record', true, () => journal('')],
  ['in the midst of its first record', true, () => journal('{"seq":0')],
])('a run that was killed %s is gone, with what it claimed', async (_, claims, made) => {
  await made();
  if (claims) await state.claim('runbook change', run);
  expect(await tornDown()).toEqual({
    ...{ code: 0, stderr: 'nothing of killed is left\n', claims: 0, cleared: true },
  });
});

test.each([
  ['damaged', false, () => journal('{}\n')],
  ['missing', false, () => mkdir(bundle)],
  ['missing', false, () => Promise.resolve()],
  ['missing', true, () => Promise.resolve()],
])('what a run claimed whose journal is %s stays claimed', async (how, held, made) => {
  await made();
  await state.claim('target db/shop', run);
  if (held) await state.hold(run);
  expect(await tornDown()).toEqual({
    ...{ code: 5, claims: 1, cleared: false },
    stderr: expect.stringContaining(`the journal of killed is ${how}`) as string,
  });
});

test('a bridge that a killed teardown had to a container goes with the next one', async () => {
  const bridges = bridgesOf(state, run);
  await mkdir(join(bridges, 'b012345'), { recursive: true });
  await writeFile(join(bridges, 'b012345/.s.PGSQL.5432'), '');
  expect((await tornDown()).code).toBe(0);
  expect(existsSync(bridges)).toBe(false);
});

test('what a dead runner set aside for a full disk is given back before its turn is taken', async () => {
  await journal('');
  const reserve = join(bundle, 'journal.jsonl.reserve');
  await writeFile(reserve, '');
  await mkdir(join(state.path, 'turns', run, '1'), { recursive: true });
  expect((await tornDown()).code).toBe(4);
  expect(existsSync(reserve)).toBe(false);
});

test.each([
  ['emptied', (file: string) => writeFile(file, '')],
  ['cut short', (file: string) => writeFile(file, '{"pid":1')],
  ['of what is no process', (file: string) => writeFile(file, '{}')],
  ['a folder', (file: string) => mkdir(file)],
  ['a link that leads nowhere', (file: string) => symlink('/nonexistent', file)],
])('a turn that is %s is named, with what to do', async (_, make) => {
  const file = join(state.path, 'turns', run, '1');
  await mkdir(join(state.path, 'turns', run), { recursive: true });
  await make(file);
  expect(await tornDown()).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(new RegExp(`${file} doesn't say[^]*then remove it`)) as string,
  });
  await rm(file, { recursive: true });
  expect((await tornDown()).code).toBe(0);
});

test('whatever became of what is known of another run; of its own, exit 4', async () => {
  await writeFile(join(state.path, 'runs/other.json'), '');
  expect((await tornDown()).code).toBe(0);
  await writeFile(join(state.path, 'runs', `${run}.json`), '');
  expect(await tornDown()).toMatchObject({
    code: 4,
    stderr: expect.stringContaining(`${run}.json`) as string,
  });
});

test('what can’t be torn down is one JSON document where that was asked for', async () => {
  const unknown = ['teardown', 'nosuch', '--state', state.path];
  const { code, stdout } = await startGatebook([...unknown, '--json'], {}, folder).ended;
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ exit_code: 2, problems: [{ code: 'RUN_UNKNOWN' }] });
  expect((await startGatebook(unknown, {}, folder).ended).stdout).toBe('');
});
