import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openAppendFile } from '../../src/adapters/append-file.js';
import { bundleFiles } from '../../src/adapters/bundle/files.js';
import { createFiles } from '../../src/adapters/files/index.js';
import { openState } from '../../src/adapters/state/index.js';
import type { RunId } from '../../src/base/ids.js';
import type { Result } from '../../src/base/result.js';
import { draftName } from '../../src/ports/bundle-files.js';
import type { KillSwitch } from '../../src/ports/state.js';
import { namesIn, syncedBy } from '../support/disk.js';
import { mountSmall } from '../support/project.js';

// A machine that loses its power keeps what was waited for, and of a name only what its folder was waited for.

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gbd-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));
const at = (...names: string[]): string => join(root, ...names);
function value<T>(result: Result<T, { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

test('the journal: its reserve, its name and its lines', async () => {
  const synced = await syncedBy(async () => {
    const file = await openAppendFile(at('journal'), 'new');
    file.append('one\n');
    file.append('two\n');
    await file.sync();
    await file.close();
  });
  const [reserve, name, ...lines] = synced;
  expect([reserve?.path, reserve?.held.length]).toEqual([at('journal.reserve'), 512 * 1024]);
  expect(name).toEqual({ path: root, held: ['journal', 'journal.reserve'] });
  expect(lines).toEqual([{ path: at('journal'), held: 'one\ntwo\n' }]);
  expect(await readdir(root)).toEqual(['journal']);
});

test('the journal on a disk that is full: a line is there whole or not at all, and no reserve is left', async () => {
  const unmount = await mountSmall(at('small'), 1024 * 1024);
  try {
    const file = await openAppendFile(at('small', 'journal'), 'new');
    file.append('one\n');
    expect(() => file.append('x'.repeat(1024 * 1024))).toThrow();
    await file.releaseReserve();
    file.append('two\n');
    await file.close();
    expect((await stat(at('small', 'journal'))).size).toBe(8);
    expect(await readFile(at('small', 'journal'), 'utf8')).toBe('one\ntwo\n');
    await writeFile(at('small', 'more'), 'x'.repeat(900 * 1024));
    await expect(openAppendFile(at('small', 'another'), 'new')).rejects.toThrow('ENOSPC');
    expect((await readdir(at('small'))).sort()).toEqual(['another', 'journal', 'more']);
  } finally {
    unmount();
  }
});

describe('the state folder', () => {
  const entry: KillSwitch = {
    ...{ scope: 'production', reason: 'stop', by: 'ana', at: '2026-11-21T12:00:00.000Z' },
    ...{ run: null, escalate: null },
  };
  const name = 'kill-switch.production';

  test('what it is made of has names that stay, and so has an approval that is used up', async () => {
    const synced = await syncedBy(async () => {
      const { approvals } = value(await openState(at('new', 'state')));
      value(await approvals.use('0'.repeat(32), 'r' as RunId));
    });
    expect(namesIn(synced, basename(root))[0]).toEqual(['new']);
    expect(namesIn(synced, 'new')[0]).toEqual(['state']);
    expect(namesIn(synced, 'state').at(-1)).toEqual(expect.arrayContaining(['approvals', 'claims', 'runs']));
    expect(namesIn(synced, 'approvals').at(-1)).toEqual([`${'0'.repeat(32)}.used`]);
  });

  test('a switch is whole before it has its name, and its name stays', async () => {
    const { controls } = value(await openState(at('state')));
    const synced = await syncedBy(async () => value(await controls.engage(entry)));
    const [folder, draft] = synced;
    expect(folder).toMatchObject({
      path: at('state'),
      held: expect.arrayContaining(['controls']) as unknown,
    });
    expect(draft?.path).not.toBe(at('state', 'controls', name));
    expect(draft?.held).toBe(`${JSON.stringify(entry)}\n`);
    expect(namesIn(synced, 'controls').at(-1)).toEqual([name]);
  });

  test('a switch goes once the record of who released it is there, and does not come back', async () => {
    const { controls } = value(await openState(at('state')));
    value(await controls.engage(entry));
    const released = { by: 'bo', at: '2026-11-21T12:01:00.000Z', statement: null };
    const synced = await syncedBy(async () => value(await controls.release(entry, released)));
    expect(synced[1]?.held).toBe(`${JSON.stringify({ ...entry, released })}\n`);
    expect(namesIn(synced, 'released').at(-1)).toEqual(['2026-11-21T120100.000Z.production.json']);
    expect(namesIn(synced, 'controls').at(-1)).toEqual(['released']);
  });
});

describe('what a run makes and removes', () => {
  const files = createFiles();

  test('a file is whole before it has its name, and its name stays', async () => {
    const synced = await syncedBy(async () => {
      const file = value(await files.stageFile(at('dump'), files.nonce(), 'text'));
      value(await files.publish(file));
    });
    expect(synced.map(({ held }) => held)).toEqual(['text', ['dump']]);
    expect(synced[0]?.path).not.toBe(at('dump'));
  });

  test('a folder and each that leads to it', async () => {
    const synced = await syncedBy(async () => value(await files.ensureFolder(at('a', 'b'), root)));
    expect(synced).toEqual([
      { path: root, held: ['a'] },
      { path: at('a'), held: ['b'] },
    ]);
    const folder = await syncedBy(async () =>
      value(await files.publish(value(await files.stageFolder(at('d'), files.nonce())))),
    );
    expect(folder.map(({ held }) => held)).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}\n$/),
      ['.gatebook-owner'],
      ['a', 'd'],
    ]);
  });

  test('a private file is overwritten before it loses its name, and the name stays gone', async () => {
    const file = value(await files.stageFile(at('key'), files.nonce(), 'secret'));
    value(await files.publish(file));
    expect(await syncedBy(async () => value(await files.remove(file)))).toEqual([
      { path: at('key'), held: '\0'.repeat(6) },
      { path: root, held: [] },
    ]);
  });
});

test('a file of the evidence: whole before it has its name, and its name stays', async () => {
  const synced = await syncedBy(async () => value(await bundleFiles(root).write('report.md', 'text')));
  expect(synced[0]).toMatchObject({ held: 'text' });
  expect(synced[0]?.path).not.toBe(at('report.md'));
  expect(synced.at(-1)).toEqual({ path: root, held: ['report.md'] });
});

test('a note beside the evidence: both files whole before they have their names, and the signature has its own first', async () => {
  const statement = { text: 'text', signature: 'armor' };
  const synced = await syncedBy(async () =>
    value(await bundleFiles(root).add('annotations/001.json', statement)),
  );
  const names = (held: readonly string[]) => held.filter((name) => !draftName.test(name));
  expect(synced.map(({ held }) => (typeof held === 'string' ? held : names(held)))).toEqual([
    'text',
    'armor',
    ['001.json.sig'],
    ['001.json', '001.json.sig'],
    ['annotations'],
  ]);
});
