import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openState } from '../../../src/adapters/state/index.js';
import { createFile } from '../../../src/adapters/state/create-file.js';
import type { RunId } from '../../../src/base/ids.js';
import { ok } from '../../../src/base/result.js';
import type { KillSwitch, RunEntry, StateFolder } from '../../../src/ports/state.js';
import { namesIn, syncedBy } from '../../support/disk.js';
import { mountSmall } from '../../support/project.js';

const run = '20261121T120000Z-0001' as RunId;
const entry = (bundle: string): RunEntry => ({
  ...{ id: run, runbook: 'first', path: 'first.yaml', project: '/p', admitted: true, mode: 'live', bundle },
  ...{ startedAt: '2026-11-21T12:00:00.000Z', process: null },
});
const runner = { pid: 7, bootId: 'b', startTime: '1' };
const engaged: KillSwitch = {
  ...{ scope: 'production', reason: 'stop', by: 'ana', at: '2026-11-21T12:00:00.000Z' },
  ...{ run: null, escalate: null },
};

let folder: string;
let root: string;
let state: StateFolder;
const at = (...names: string[]): string => join(root, ...names);
const opened = async (): Promise<StateFolder> => {
  const result = await openState(root);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbs-'));
  root = join(folder, 'state');
  state = await opened();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What may stand in the place of a file, and is none. */
const replacements: readonly (readonly [string, (path: string) => unknown])[] = [
  ['a link that leads nowhere', (path) => symlink('/nonexistent', path)],
  ['a link to what would release it', (path) => symlink('/dev/null', path)],
  ['a FIFO that nobody writes to', (path) => execFileSync('mkfifo', [path])],
  ['a folder', (path) => mkdir(path)],
  ['larger than any', (path) => writeFile(path, ' '.repeat(1 << 20))],
];

describe('a kill switch', () => {
  const file = 'kill-switch.production';
  beforeEach(async () => {
    expect(await state.controls.engage(engaged)).toEqual({ ok: true, value: true });
  });

  test.each([
    ['empty', ''],
    ['no object', 'null'],
    ['a list', '[]'],
    ['without its scope', JSON.stringify({ ...engaged, scope: undefined })],
    ['of another scope than its name says', JSON.stringify({ ...engaged, scope: 'rehearsal' })],
    ['of no instant', JSON.stringify({ ...engaged, at: 'yesterday' })],
    ['of an instant in another form', JSON.stringify({ ...engaged, at: '2026-11-21' })],
    ['of a slot that is no text', JSON.stringify({ ...engaged, escalate: 7 })],
  ])('that is %s refuses as one that is engaged', async (_, text) => {
    await writeFile(at('controls', file), text);
    expect(await state.controls.engaged('production')).toMatchObject({
      ok: false,
      error: { code: 'STATE_IO', message: expect.stringContaining(file) as string },
    });
    expect(await state.controls.switches()).toMatchObject({ ok: false });
  });

  test.each(replacements)('in whose place is %s refuses, and is not waited for', async (_, replace) => {
    await rm(at('controls', file));
    await replace(at('controls', file));
    expect(await state.controls.engaged('production')).toMatchObject({ ok: false });
  });

  test('whose folder is a link refuses, also where the link leads nowhere', async () => {
    for (const to of ['/nonexistent', folder]) {
      await rm(at('controls'), { recursive: true });
      await symlink(to, at('controls'));
      expect(await state.controls.engaged('production')).toMatchObject({ ok: false });
      expect(await openState(root)).toMatchObject({ ok: false, error: { code: 'STATE_IO' } });
    }
  });
});

describe('an approval', () => {
  const nonce = 'ab'.repeat(16);
  test.each(replacements)('whose revocation is %s is not one that holds', async (_, replace) => {
    await state.approvals.revoke(nonce, 'statement', 'signature');
    await rm(at('approvals', `${nonce}.revoked`));
    await replace(at('approvals', `${nonce}.revoked`));
    expect(await state.approvals.revocation(nonce)).toMatchObject({ ok: false });
  });

  test('whose folder was replaced is not one that holds, and not one that is new', async () => {
    await state.approvals.use(nonce, run);
    await rm(at('approvals'), { recursive: true });
    await symlink('/nonexistent', at('approvals'));
    expect(await state.approvals.revocation(nonce)).toMatchObject({ ok: false });
    expect(await state.approvals.usedBy(nonce)).toMatchObject({ ok: false });
    expect(await state.approvals.use(nonce, run)).toMatchObject({ ok: false });
  });
});

describe('what is kept of approvals', () => {
  const nonce = 'ab'.repeat(16);
  test('a revocation has its signature beside it, from the first moment on', async () => {
    const synced = await syncedBy(() => state.approvals.revoke(nonce, 'statement', 'signature'));
    const [first] = namesIn(synced, 'approvals');
    expect(first).toContain(`${nonce}.revoked.sig`);
    expect(first).not.toContain(`${nonce}.revoked`);
    expect(await readFile(at('approvals', `${nonce}.revoked.sig`), 'utf8')).toBe('signature');
  });
  test('a signature alone is of a revocation that was killed, and gives way to that of the next', async () => {
    await mkdir(at('approvals'));
    await writeFile(at('approvals', `${nonce}.revoked.sig`), 'of another statement');
    expect(await state.approvals.revoke(nonce, 'statement', 'signature')).toMatchObject({ ok: true });
    expect(await readFile(at('approvals', `${nonce}.revoked.sig`), 'utf8')).toBe('signature');
    expect((await readdir(at('approvals'))).sort()).toEqual([`${nonce}.revoked`, `${nonce}.revoked.sig`]);
  });
  test.each(['', '../claims/x', `${nonce}/..`, nonce.slice(1), `x${nonce}`])(
    'nothing by the name %j, which is no nonce',
    async (name) => {
      expect(await state.approvals.use(name, run)).toMatchObject({ ok: false, error: { code: 'STATE_IO' } });
      expect(await state.approvals.revoke(name, '', '')).toMatchObject({ ok: false });
      expect((await readdir(root)).sort()).toEqual(['artifacts', 'claims', 'id', 'key', 'runs']);
    },
  );
});

describe('a run', () => {
  test.each([
    ['empty', ''],
    ['cut short', JSON.stringify(entry('/b')).slice(0, 40)],
    ['null', 'null'],
    ['a number', '5'],
    ['of another name', JSON.stringify({ ...entry('/b'), id: 'other' })],
    ['begun at no instant', JSON.stringify({ ...entry('/b'), startedAt: 'x' })],
    ['of what is no process', JSON.stringify({ ...entry('/b'), process: 7 })],
    ['of a process without its start', JSON.stringify({ ...entry('/b'), process: { pid: 7, bootId: 'b' } })],
    ['of a pid that is text', JSON.stringify({ ...entry('/b'), process: { ...runner, pid: '7' } })],
  ])('whose entry is %s: the list is refused and names the file', async (_, text) => {
    await state.createRun(entry('/b'));
    expect(await state.runs()).toMatchObject({ ok: true, value: [{ id: run }] });
    await writeFile(at('runs', `${run}.json`), `${text}\n`);
    expect(await state.runs()).toMatchObject({
      ok: false,
      error: { code: 'STATE_IO', message: expect.stringContaining(`${run}.json`) as string },
    });
  });

  test('gives back its own, whatever else lies among the claims', async () => {
    await state.claim('runbook first', run);
    await writeFile(at('claims', '%zz'), 'x\n');
    execFileSync('mkfifo', [at('claims', 'pipe')]);
    await state.release(run);
    expect((await readdir(at('claims'))).sort()).toEqual(['%zz', 'pipe']);
  });
});

test('one run is found whatever became of the entries of others; a name outside is none', async () => {
  await state.createRun(entry('/b'));
  await writeFile(at('runs', 'other.json'), '');
  expect(await state.runs()).toMatchObject({ ok: false });
  expect(await state.find(run)).toMatchObject({ ok: true, value: { id: run } });
  expect(await state.find('other')).toMatchObject({ ok: false, error: { code: 'STATE_IO' } });
  for (const none of ['another', `../runs/${run}`, '']) expect(await state.find(none)).toEqual(ok(null));
});

test('a file among the claims that bears no name of a claim is none', async () => {
  await state.claim('runbook first', run);
  await writeFile(at('claims', '100%'), `${run}\n`);
  expect(await state.claims()).toMatchObject({ ok: true, value: [{ name: 'runbook first' }] });
});

describe('what the folder is known by', () => {
  test.each(['id', 'key'])('%s: emptied or replaced it is refused, and never made anew', async (name) => {
    const whole = await readFile(at(name), 'utf8');
    for (const text of ['', whole.slice(0, 10), `${whole}${whole}`]) {
      await writeFile(at(name), text);
      expect(await openState(root)).toMatchObject({ ok: false, error: { code: 'STATE_IO' } });
    }
  });
  test.each(replacements)(
    'in whose place is %s: put it back, no other folder will do',
    async (_, replace) => {
      await rm(at('key'));
      await replace(at('key'));
      expect(await openState(root)).toMatchObject({
        ok: false,
        error: {
          message: expect.stringContaining(at('key')) as string,
          next: expect.stringContaining('put it back from a copy') as string,
        },
      });
    },
  );

  test('is the same for all who open it at the same instant for the first time', async () => {
    root = join(folder, 'another');
    const all = await Promise.all(Array.from({ length: 12 }, opened));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(new Set(all.map(({ seal }) => seal('x'))).size).toBe(1);
  });
});

test('a file that found the disk full leaves nothing under its name', async () => {
  const small = join(folder, 'small');
  const unmount = await mountSmall(small, 64 * 1024);
  try {
    await expect(createFile(join(small, 'claim'), 'x'.repeat(1 << 20))).rejects.toThrow('ENOSPC');
    expect(await readdir(small)).toEqual([]);
    await createFile(join(small, 'claim'), 'run\n');
    await expect(createFile(join(small, 'claim'), 'other\n')).rejects.toThrow('EEXIST');
    expect(await readFile(join(small, 'claim'), 'utf8')).toBe('run\n');
  } finally {
    unmount();
  }
});

describe('a state folder is refused', () => {
  const unsafe = { ok: false, error: { code: 'STATE_UNSAFE' } };
  test.each([0o770, 0o702])('where others may write in it: %o', async (mode) => {
    await chmod(root, mode);
    expect(await openState(root)).toMatchObject(unsafe);
    expect((await stat(root)).mode & 0o777).toBe(mode);
  });
  test('where it is a link', async () => {
    await symlink(root, join(folder, 'link'));
    expect(await openState(join(folder, 'link'))).toMatchObject(unsafe);
  });
  test.runIf(process.getuid?.() === 0)('where it is another user’s', async () => {
    await chown(root, 4711, 4711);
    expect(await openState(root)).toMatchObject(unsafe);
  });
  test.each(['runs', 'claims', 'artifacts', 'approvals', 'controls', 'void'])(
    'where %s in it leads elsewhere',
    async (name) => {
      await rm(at(name), { recursive: true, force: true });
      await symlink(folder, at(name));
      expect(await openState(root)).toMatchObject({ ok: false, error: { code: 'STATE_IO' } });
    },
  );
});

test('a state folder that others could read is closed to them', async () => {
  await chmod(root, 0o755);
  await opened();
  expect((await stat(root)).mode & 0o777).toBe(0o700);
});

test('a folder that holds other things is left as it is', async () => {
  const other = join(folder, 'other');
  await mkdir(other, { mode: 0o755 });
  await writeFile(join(other, 'index.html'), '');
  expect(await openState(other)).toMatchObject({ ok: false, error: { code: 'STATE_UNSAFE' } });
  expect((await stat(other)).mode & 0o777).toBe(0o755);
  expect(await readdir(other)).toEqual(['index.html']);
});

test('a volume that was just mounted holds nothing yet', async () => {
  const volume = join(folder, 'volume');
  await mkdir(join(volume, 'lost+found'), { recursive: true });
  await writeFile(join(volume, '.gitignore'), '*\n');
  expect(await openState(volume)).toMatchObject({ ok: true });
});
