import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bundleFiles } from '../../src/adapters/bundle/files.js';
import { openState } from '../../src/adapters/state/index.js';
import type { RunId } from '../../src/base/ids.js';
import { sealBundle } from '../../src/bundle/seal.js';
import { voidCommand } from '../../src/cli/controls/void.js';
import type { StateFolder } from '../../src/ports/state.js';
import { writeBundle } from '../support/bundle.js';
import { journalBytes } from '../support/journal.js';
import { failed } from '../support/o9-events.js';
import { mountSmall } from '../support/project.js';

const run = '20261121T081502Z-7c1e' as RunId;
const target = 'target 7611578671664259111/directus';
const events = failed();
const unended = events.filter(({ type }) => type !== 'run_ended');

let folder: string;
let bundle: string;
let state: StateFolder;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbv-'));
  bundle = join(folder, 'bundle');
  await mkdir(bundle);
  const opened = await openState(join(folder, 'state'));
  if (!opened.ok) throw new Error(opened.error.message);
  state = opened.value;
  await state.createRun({
    ...{ id: run, runbook: 'o9-backup', path: 'o9.yaml', project: folder, admitted: true, mode: 'live' },
    ...{ bundle, startedAt: '2026-11-21T08:15:02.000Z', process: null },
  });
  await state.claim(target, run);
  await state.hold(run);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const journal = (content: Buffer | string) => writeFile(join(bundle, 'journal.jsonl'), content);
const attested = () => writeFile(join(bundle, 'attestation.json'), '{}');
const declareVoid = (more: { readonly as?: string; readonly key?: string; readonly reason?: string } = {}) =>
  voidCommand(run, { reason: 'taken back by hand', state: state.path, ...more });
const holds = async () => {
  const claims = await state.claims();
  return claims.ok && claims.value.some(({ name, held }) => name === target && held);
};
const isVoid = async () => {
  const voided = await state.controls.voided();
  return voided.ok && voided.value.length > 0;
};

describe('a run that may still be at work keeps its target', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['it has not begun, and nobody has torn it down', () => Promise.resolve()],
    ['it has no end', () => journal(journalBytes(unended))],
    ['it has no end, though it bears a seal', () => journal(journalBytes(unended)).then(attested)],
    ['it has ended and is not sealed', () => journal(journalBytes(events))],
    ['its journal is damaged', () => journal('{}\n').then(attested)],
    ['it was torn down and goes on', () => journal(journalBytes(unended)).then(() => state.clear(run))],
  ])('where %s', async (_, made) => {
    await made();
    expect(await declareVoid()).toBe(6);
    expect([await holds(), await isVoid()]).toEqual([true, false]);
  });
});

describe('what has ended gives it back', () => {
  test('sealed', async () => {
    await journal(journalBytes(events));
    await attested();
    expect(await declareVoid()).toBe(0);
    expect([await holds(), await isVoid()]).toEqual([false, true]);
  });
  test('also where one who was killed had got no further than to write it down', async () => {
    await journal(journalBytes(events));
    await attested();
    await state.controls.voidRun({ run, reason: 'x', by: 'bo', at: '2026-11-21T08:15:02.000Z' });
    expect(await declareVoid()).toBe(0);
    expect(await holds()).toBe(false);
  });
  const saidBy = async (): Promise<string> => {
    let said = '';
    const write = ((text: string, then?: () => void) => {
      said += text;
      then?.();
      return true;
    }) as typeof process.stderr.write;
    const spies = [process.stdout, process.stderr].map((to) =>
      vi.spyOn(to, 'write').mockImplementation(write),
    );
    await declareVoid();
    for (const spy of spies) spy.mockRestore();
    return said;
  };
  test('and says so where its bundle can’t say it', async () => {
    await journal(journalBytes(events));
    await attested();
    const said = await saidBy();
    expect(said).toContain('is void; what it kept is given back, ');
    expect(said).toContain('; no note could be added to it: the bundle is not what was sealed');
  });
  test('but for one that kept nothing', async () => {
    await journal(journalBytes(events));
    await attested();
    await state.release(run);
    expect(await saidBy()).toContain('is void; it kept no target, ');
  });
  test('and says so in its bundle, signed with the key that was given', async () => {
    await rm(bundle, { recursive: true });
    await writeBundle(bundle);
    expect(await sealBundle(bundleFiles(bundle), null)).toMatchObject({ ok: true });
    const key = join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    expect(await declareVoid({ as: 'ana', key })).toBe(0);
    const note = await readFile(join(bundle, 'annotations/001.json'), 'utf8');
    expect(JSON.parse(note)).toMatchObject({ who: 'ana', signed: true });
    expect(note).toContain('The run is void: taken back by hand');
  });
  test('and says so in its bundle once, also where who declared it was killed before', async () => {
    await rm(bundle, { recursive: true });
    await writeBundle(bundle);
    expect(await sealBundle(bundleFiles(bundle), null)).toMatchObject({ ok: true });
    await state.controls.voidRun({ run, reason: 'x', by: 'bo', at: '2026-11-21T08:15:02.000Z' });
    for (const _ of ['again', 'and again']) {
      expect(await declareVoid({ reason: 'another' })).toBe(0);
      expect(await readdir(join(bundle, 'annotations'))).toEqual(['001.json']);
    }
    const note = await readFile(join(bundle, 'annotations/001.json'), 'utf8');
    expect(JSON.parse(note)).toMatchObject({ who: 'bo', text: 'The run is void: x', signed: false });
  });
  test('and says so in its bundle once where two declare it at the same instant', async () => {
    await rm(bundle, { recursive: true });
    await writeBundle(bundle);
    expect(await sealBundle(bundleFiles(bundle), null)).toMatchObject({ ok: true });
    const both = await Promise.all([declareVoid(), declareVoid()]);
    expect(both).toEqual([0, 0]);
    expect(await readdir(join(bundle, 'annotations'))).toEqual(['001.json']);
  });
  test('torn down before it had begun', async () => {
    await state.clear(run);
    expect(await declareVoid()).toBe(0);
    expect([await holds(), await isVoid()]).toEqual([false, true]);
  });
  test('not where that it is void can’t be written down', async () => {
    await state.clear(run);
    const full = join(state.path, 'void');
    const unmount = await mountSmall(full, 4096);
    try {
      await chmod(full, 0o700);
      await writeFile(join(full, 'filler'), 'x'.repeat(4096));
      expect(await declareVoid()).toBe(4);
      expect(await holds()).toBe(true);
    } finally {
      unmount();
    }
    expect(await declareVoid()).toBe(0);
  });
  test('not by half a signature, nor without a reason', async () => {
    await state.clear(run);
    for (const half of [{ as: 'ana' }, { key: '/k' }, { reason: ' ' }])
      expect(await declareVoid(half)).toBe(2);
    expect(await holds()).toBe(true);
  });
});

test('what is known of it can’t be read: exit 4; what is known of another is no matter', async () => {
  await state.clear(run);
  await writeFile(join(state.path, 'runs/other.json'), '');
  const other = (id: string) => voidCommand(id, { reason: 'x', state: state.path });
  expect([await other('other'), await other('unknown'), await declareVoid()]).toEqual([4, 2, 0]);
});
