import fs, { mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { addSigned } from '../../src/adapters/add-signed.js';
import { createSsh } from '../../src/adapters/ssh/index.js';
import { readSigners } from '../../src/approve/index.js';
import type { Refusal } from '../../src/bind/index.js';
import { approveCommand } from '../../src/cli/authorizing/approve.js';
import { signStatement } from '../../src/cli/authorizing/sign-into.js';
import { outputTaken, writeSigned } from '../../src/cli/authorizing/write-signed.js';
import { draftName } from '../../src/ports/bundle-files.js';
import { openKeys } from '../support/approval.js';
import { syncedBy } from '../support/disk.js';
import { mountSmall } from '../support/project.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gb-ws-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const signed = { text: 'statement\n', signature: 'signature\n' };
const at = (name: string): string => join(folder, name);
const content = (name: string): Promise<string> => readFile(at(name), 'utf8');

test('a signature without its statement is of a command that was killed: the next one goes on', async () => {
  await writeFile(at('a.json.sig'), 'of another\n');
  expect(await writeSigned(at('a.json'), signed)).toBeNull();
  expect([await content('a.json'), await content('a.json.sig')]).toEqual(['statement\n', 'signature\n']);
  expect((await readdir(folder)).sort()).toEqual(['a.json', 'a.json.sig']);
});

test.each([[['a.json']], [['a.json', 'a.json.sig']]])(
  'nothing is overwritten where %j is there',
  async (names) => {
    for (const name of names) await writeFile(at(name), 'mine\n');
    expect(await writeSigned(at('a.json'), signed)).toMatchObject({ code: 'OUTPUT_UNWRITABLE', exit: 4 });
    expect((await readdir(folder)).sort()).toEqual(names);
    for (const name of names) expect(await content(name)).toBe('mine\n');
  },
);

test('a key that its line does not let sign this is told where to look', async () => {
  const keys = openKeys('bo');
  onTestFinished(keys.close);
  const signers = readSigners(keys.line('bo', 'bo', 'namespaces="gatebook-request@v1"'), 'approvers');
  if (!signers.ok) throw new Error(signers.error.message);
  const trust = { signers: signers.value, ssh: createSsh(), now: '2026-11-21T08:00:00.000Z' };
  const toSign = { kind: 'approval', principal: 'bo', key: keys.file('bo'), text: 'x' } as const;
  expect(await signStatement(toSign, trust)).toMatchObject({
    error: { code: 'SIGNATURE_REFUSED', next: expect.stringContaining("options of bo's line") as string },
  });
});

test('a name that only seems free is taken: no signature is left beside it', async () => {
  await symlink('/nonexistent', at('a.json'));
  expect(await writeSigned(at('a.json'), signed)).toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('an output that can’t be written is told before anything is read, let alone a passphrase', async () => {
  await writeFile(at('a.json'), 'mine\n');
  for (const [path, why] of [
    [at('a.json'), 'a file is there already'],
    [folder, 'a folder is there already'],
    [at('none/a.json'), 'there is no folder'],
    [at('a.json/b.json'), /there is no folder|ENOTDIR/],
  ] as const)
    expect(outputTaken(path)).toMatchObject({ exit: 4, message: expect.stringMatching(why) as string });
  expect(outputTaken(at('b.json'))).toBeNull();
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => stderr.mockRestore());
  const options = { slot: 'S', as: 'bo', key: at('none'), output: at('a.json') };
  expect(await approveCommand(at('none.json'), options)).toBe(4);
  expect(stderr.mock.calls.join('')).toContain('is there already [OUTPUT_UNWRITABLE]');
});

test('several that write the same files at once: one does', async () => {
  const both = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7, 8].map(String).map((n) => writeSigned(at('a.json'), { text: n, signature: n })),
  );
  expect(await content('a.json')).toBe(await content('a.json.sig'));
  expect(both.filter((refusal) => refusal === null)).toHaveLength(1);
  expect((await readdir(folder)).sort()).toEqual(['a.json', 'a.json.sig']);
});

describe('who is taken for dead between the two, since the disk was slow', () => {
  const [json, sig] = ['a.json', 'a.json.sig'] as const;
  /** Once our signature has its name, and before our statement has. */
  const writtenWhile = async (others: () => Promise<void>): Promise<Refusal | null> => {
    let refusal: Refusal | null = null;
    let waits = 0;
    await syncedBy(
      async () => (refusal = await writeSigned(at(json), signed)),
      async ({ path }) => path === folder && waits++ === 0 && (await others()),
    );
    return refusal;
  };
  const putInPlace = async (name: string): Promise<void> => {
    await writeFile(at('other'), 'of another\n');
    await rename(at('other'), at(name));
  };

  test.each([
    ['has replaced the signature', () => putInPlace(sig)],
    ['has removed it, to write without one', () => rm(at(sig))],
  ])('keeps its own pair where it comes first: the other %s', async (_, others) => {
    expect(await writtenWhile(others)).toBeNull();
    expect([await content(json), await content(sig)]).toEqual(['statement\n', 'signature\n']);
    expect((await readdir(folder)).sort()).toEqual([json, sig]);
  });

  test('leaves the other’s pair alone where that came first', async () => {
    const refusal = await writtenWhile(async () => {
      for (const name of [sig, json]) await putInPlace(name);
      for (const name of await readdir(folder)) if (draftName.test(name)) await rm(at(name));
    });
    expect(refusal).toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining('already') as string,
    });
    expect([await content(json), await content(sig)]).toEqual(['of another\n', 'of another\n']);
    expect((await readdir(folder)).sort()).toEqual([json, sig]);
  });
});

test('who writes without a signature waits for the statement of one that stands there alone', async () => {
  await writeFile(at('a.json.sig'), 'of another\n');
  const written = addSigned(at('a.json'), { text: 'mine\n', signature: null });
  await writeFile(at('a.json'), 'of another\n');
  expect(await written).toBe(false);
  expect((await readdir(folder)).sort()).toEqual(['a.json', 'a.json.sig']);
  for (const name of ['a.json', 'a.json.sig']) expect(await content(name)).toBe('of another\n');
});

test('a statement that can’t get its name takes the signature with it', async () => {
  // Both drafts and the signature's name fit in.
  const unmount = await mountSmall(folder, 64 * 1024, 4);
  try {
    const refusal = await writeSigned(at('a.json'), signed);
    expect(refusal).toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringMatching(/ENOSPC.*link/) as string,
    });
    expect(await readdir(folder)).toEqual([]);
  } finally {
    unmount();
  }
});

describe('on a file system without hard links', () => {
  beforeEach(() => {
    const link = vi
      .spyOn(fs, 'link')
      .mockRejectedValue(Object.assign(new Error('no links'), { code: 'EPERM' }));
    syncBuiltinESMExports();
    onTestFinished(() => {
      link.mockRestore();
      syncBuiltinESMExports();
    });
  });
  test('both are written all the same, and a name that only seems free is not written through', async () => {
    expect(await writeSigned(at('a.json'), signed)).toBeNull();
    expect([await content('a.json'), await content('a.json.sig')]).toEqual(['statement\n', 'signature\n']);
    await symlink(at('elsewhere'), at('b.json'));
    expect(await writeSigned(at('b.json'), signed)).toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    expect((await readdir(folder)).sort()).toEqual(['a.json', 'a.json.sig', 'b.json']);
  });

  test('each is on the disk under its own name, and has none where that can’t be waited for', async () => {
    const synced = await syncedBy(() => writeSigned(at('a.json'), signed));
    expect(synced).toContainEqual({ path: at('a.json'), held: 'statement\n' });
    expect(synced).toContainEqual({ path: at('a.json.sig'), held: 'signature\n' });
    let refusal: Refusal | null = null;
    await syncedBy(
      async () => (refusal = await writeSigned(at('b.json'), signed)),
      ({ path }) => {
        if (path === at('b.json')) throw new Error('the disk is gone');
      },
    );
    expect(refusal).toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    expect((await readdir(folder)).sort()).toEqual(['a.json', 'a.json.sig']);
  });
});
