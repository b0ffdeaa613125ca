import { syncBuiltinESMExports } from 'node:module';
import fs, { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { addSigned } from '../../src/adapters/add-signed.js';

// Of two that write the same statement at once, the one on a slow disk may be taken for dead. Where each of them is when
// the other goes on, the tests say by what it waits for before it syncs the folder or renames a file.

const { open, rename } = fs;
let folder: string;
let syncs: (() => Promise<unknown>)[];
let renames: (() => Promise<unknown>)[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gba-'));
  [syncs, renames] = [[], []];
  fs.open = async (path, ...more) => {
    if (path === folder) await syncs.shift()?.();
    return open(path, ...more);
  };
  fs.rename = async (from, to) => {
    await renames.shift()?.();
    return rename(from, to);
  };
  syncBuiltinESMExports();
});
afterEach(async () => {
  Object.assign(fs, { open, rename });
  syncBuiltinESMExports();
  await rm(folder, { recursive: true, force: true });
});

const add = (by: string): Promise<boolean> =>
  addSigned(join(folder, 'a.json'), { text: by, signature: `of ${by}` });
const kept = async (): Promise<readonly string[]> => {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => `${name}: ${await readFile(join(folder, name), 'utf8')}`));
};
const of = (by: string): readonly string[] => [`a.json: ${by}`, `a.json.sig: of ${by}`];
interface Signal {
  readonly give: () => void;
  readonly given: Promise<void>;
}
function signal(): Signal {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { give, given };
}

test('who was taken for dead and comes second leaves the signature of the first', async () => {
  let second: Promise<boolean> | undefined;
  syncs.push(() => (second = add('bob')));
  expect(await add('alice')).toBe(false);
  expect(await second).toBe(true);
  expect(await kept()).toEqual(of('bob'));
});

describe('who was taken for dead and comes first has its own signature', () => {
  /** Alice waits for the disk until Bob is where `first` goes on: then she ends, before he does. */
  const race = async (first: Signal): Promise<void> => {
    const alice = add('alice').finally(first.give);
    await vi.waitFor(async () => expect(await readdir(folder)).toContain('a.json.sig'));
    const bob = add('bob');
    expect([await alice, await bob]).toEqual([true, false]);
    expect(await kept()).toEqual(of('alice'));
  };

  test('where the other has replaced it', async () => {
    const [replaced, first] = [signal(), signal()];
    syncs.push(
      () => replaced.given,
      () => {
        replaced.give();
        return first.given;
      },
    );
    await race(first);
  });

  test('where the other replaces it while its own statement gets its name', async () => {
    const [replacing, first] = [signal(), signal()];
    syncs.push(() => replacing.given);
    renames.push(() => {
      replacing.give();
      return first.given;
    });
    await race(first);
  });
});
