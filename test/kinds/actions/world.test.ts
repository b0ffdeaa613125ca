import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { err, ok } from '../../../src/base/result.js';
import { execute as destroy } from '../../../src/kinds/actions/destroy/execute.js';
import { execute as exec } from '../../../src/kinds/actions/exec/execute.js';
import { execute as keep } from '../../../src/kinds/actions/keep/execute.js';
import { execute as manual } from '../../../src/kinds/actions/manual/execute.js';
import { execute as mkdir } from '../../../src/kinds/actions/mkdir/execute.js';
import { execute as wait } from '../../../src/kinds/actions/wait/execute.js';
import { execute as writeFile } from '../../../src/kinds/actions/write_file/execute.js';
import { alreadyGone } from '../../../src/ports/docker.js';
import { kindContext, sha256 } from '../../support/kind-context.js';

let kit: ReturnType<typeof kindContext>;
beforeEach(() => (kit = kindContext({ as: 'it' })));
afterEach(() => kit.done());
const problem = (code: string) => ({ ok: false, error: { code } });
const work = (name: string) => join(kit.context.run.work, name);
const mode = (path: string) => (lstatSync(path).mode & 0o7777).toString(8);

it('exec gives its outputs, and its exit code in words', async () => {
  expect(await exec({ argv: ['echo', 'x'] }, kit.context)).toEqual({
    ok: true,
    value: { outputs: { exit_code: 0, stdout: 'x', stderr: '' }, words: 'exit code 0' },
  });
});

describe('mkdir and write_file', () => {
  it('are in the ledger before they exist, under their `as` name', async () => {
    const made = await mkdir({ path: work('d') }, kit.context);
    expect(made).toEqual({ ok: true, value: { outputs: { path: work('d') }, words: 'mode 0700' } });
    expect(kit.log).toEqual(['intended it', 'created it']);
    expect(kit.entries[0]).toMatchObject({
      kind: 'folder',
      durability: 'ephemeral',
      handle: { path: work('d') },
    });
    const written = await writeFile({ path: work('f'), content: 'text', mode: '0640' }, kit.context);
    expect(written).toMatchObject({
      value: { outputs: { path: work('f'), sha256: sha256('text'), size_bytes: 4 } },
    });
    expect([mode(work('d')), mode(work('f'))]).toEqual(['700', '640']);
  });
  it('touch nothing that exists and go through no link; the ledger then lists nothing left', async () => {
    writeFileSync(work('f'), 'theirs');
    mkdirSync(work('real'));
    symlinkSync(work('real'), work('link'));
    expect(await writeFile({ path: work('f'), content: 'x' }, kit.context)).toMatchObject(
      problem('FILE_EXISTS'),
    );
    expect(await mkdir({ path: work('f') }, kit.context)).toMatchObject(problem('FILE_EXISTS'));
    expect(await writeFile({ path: work('link/f'), content: 'x' }, kit.context)).toMatchObject(
      problem('FILE_SYMLINK'),
    );
    expect(readFileSync(work('f'), 'utf8')).toBe('theirs');
    expect(kit.entries.every((e) => e.state === 'destroyed')).toBe(true);
  });
});

describe('destroy', () => {
  it('removes by name what this run made, and lets a name pass that was never created', async () => {
    await writeFile({ path: work('f'), content: 'x' }, kit.context);
    const gone = await destroy(['it', 'never'], kit.context);
    expect(gone).toMatchObject({ value: { outputs: { destroyed: ['it'] } } });
    expect(existsSync(work('f'))).toBe(false);
    expect(kit.entries[0]?.state).toBe('destroyed');
    expect(await destroy(['it'], kit.context)).toMatchObject({ value: { outputs: { destroyed: [] } } });
  });
  it('removes the newest first, and nothing whose name only begins so', async () => {
    for (const as of ['it', 'it_too', 'it'])
      await writeFile({ path: work(`f${kit.entries.length}`), content: 'x' }, { ...kit.context, as });
    const order: string[] = [];
    const noted: typeof kit.context.destroy = (entry) => {
      order.push(entry.resource);
      return kit.context.destroy(entry);
    };
    await destroy(['it'], { ...kit.context, destroy: noted });
    expect(order).toEqual(['R-3', 'R-1']);
    expect(kit.entries.map(({ state }) => state)).toEqual(['destroyed', 'created', 'destroyed']);
  });
  it('says what another hand had removed, and names everything that is left', async () => {
    for (const as of ['a', 'b', 'c', 'd'])
      await writeFile({ path: work(as), content: 'x' }, { ...kit.context, as });
    const some: typeof kit.context.destroy = ({ name }) =>
      Promise.resolve(name === 'a' ? ok(`${alreadyGone}: a`) : ok('gone'));
    const gone = await destroy(['a', 'b'], { ...kit.context, destroy: some });
    expect(gone).toMatchObject({
      value: {
        outputs: { destroyed: ['b', 'a'] },
        words: `b destroyed; a ${alreadyGone}, removed by something else than this run`,
      },
    });
    const none: typeof kit.context.destroy = ({ name }) =>
      Promise.resolve(err({ code: 'STILL_THERE', message: `no ${name}` }));
    expect(await destroy(['c', 'd'], { ...kit.context, destroy: none })).toMatchObject({
      error: { message: 'd is left: no d; c is left: no c' },
    });
    expect(kit.entries.map(({ state }) => state)).toEqual(['destroyed', 'destroyed', 'created', 'created']);
  });
  it('attempts every one, and names each that is left', async () => {
    for (const [as, name] of [
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
    ] as const)
      await writeFile({ path: work(name), content: 'x' }, { ...kit.context, as });
    writeFileSync(work('other'), 'theirs');
    const { renameSync } = await import('node:fs');
    renameSync(work('other'), work('b'));
    const gone = await destroy(['a', 'b', 'c'], kit.context);
    expect(gone).toMatchObject({
      error: { code: 'FILE_NOT_OURS', message: expect.stringContaining('b is left') },
    });
    expect([existsSync(work('a')), readFileSync(work('b'), 'utf8'), existsSync(work('c'))]).toEqual([
      false,
      'theirs',
      false,
    ]);
  });
});

describe('keep', () => {
  it('copies a file or a folder into kept/', async () => {
    mkdirSync(work('d/sub'), { recursive: true });
    writeFileSync(work('d/one'), '1');
    writeFileSync(work('d/sub/two'), '2');
    expect(await keep({ path: 'out', from: work('d') }, kit.context)).toEqual({
      ok: true,
      value: { outputs: { path: 'kept/out', files: 2 }, words: '2 files' },
    });
    expect(readFileSync(join(kit.context.run.kept, 'out/sub/two'), 'utf8')).toBe('2');
    expect(kit.entries.map((e) => `${e.kind} ${e.name} ${e.state}`)).toEqual([
      'kept-file kept/out/one kept',
      'kept-file kept/out/sub/two kept',
    ]);
    expect(await keep({ path: 'out/one', from: work('d/one') }, kit.context)).toMatchObject(
      problem('FILE_EXISTS'),
    );
  });
  it('keeps what a folder of the run holds, and not the mark that makes it ours', async () => {
    await mkdir({ path: work('d') }, kit.context);
    writeFileSync(work('d/one'), '1');
    expect(await keep({ path: 'out', from: work('d') }, kit.context)).toMatchObject({
      value: { outputs: { files: 1 } },
    });
  });
  it('refuses what holds a secret, a link, or nothing', async () => {
    writeFileSync(work('f'), 'password=s3cr3t');
    symlinkSync(work('f'), work('l'));
    const refused = await keep({ path: 'f', from: work('f') }, kit.context);
    expect(refused).toMatchObject(problem('LEAK_FOUND'));
    expect(JSON.stringify(refused)).not.toContain('s3cr3t');
    expect(await keep({ path: 'l', from: work('l') }, kit.context)).toMatchObject(problem('FILE_SYMLINK'));
    expect(await keep({ path: 'n', from: work('none') }, kit.context)).toMatchObject(problem('FILE_ABSENT'));
    expect(existsSync(kit.context.run.kept)).toBe(false);
  });
  it.each(['back\\slash', 'new\nline', `${'d/'.repeat(40)}deep`])(
    'refuses a name that could never be sealed, before anything is copied: %j',
    async (name) => {
      mkdirSync(work(join('d', name, '..')), { recursive: true });
      writeFileSync(work(join('d', 'a')), '1');
      writeFileSync(work(join('d', name)), '2');
      expect(await keep({ path: 'out', from: work('d') }, kit.context)).toMatchObject(
        problem('NAME_UNSEALABLE'),
      );
      expect(existsSync(kit.context.run.kept)).toBe(false);
    },
  );
  it('never leaves kept/, whatever an expression gave for its name', async () => {
    writeFileSync(work('f'), '1');
    for (const path of ['../report.md', 'a/../../logs/x', './x', ''])
      expect(await keep({ path, from: work('f') }, kit.context)).toMatchObject(problem('NAME_UNSEALABLE'));
  });
  it('takes back what it had copied where another file stands in the way, which stays', async () => {
    mkdirSync(work('d'));
    for (const name of ['a', 'b']) writeFileSync(work(join('d', name)), 'ours');
    mkdirSync(join(kit.context.run.kept, 'out'), { recursive: true });
    writeFileSync(join(kit.context.run.kept, 'out/b'), 'theirs');
    expect(await keep({ path: 'out', from: work('d') }, kit.context)).toMatchObject(problem('FILE_EXISTS'));
    expect(existsSync(join(kit.context.run.kept, 'out/a'))).toBe(false);
    expect(readFileSync(join(kit.context.run.kept, 'out/b'), 'utf8')).toBe('theirs');
    expect(kit.entries.every(({ state }) => state === 'destroyed')).toBe(true);
  });
  describe('when what it copies was changed after the first look', () => {
    const changed = (seen: (readonly string[])[] = []): typeof kit.context.scan => {
      return (paths) => {
        const hits = seen.push(paths) > 1 ? [{ file: 'f', line: 1, kind: 'password' }] : [];
        return Promise.resolve(ok({ hits, filesScanned: paths.length }));
      };
    };
    it('takes the copy back, which is what it looked at', async () => {
      writeFileSync(work('f'), 'clean');
      const seen: (readonly string[])[] = [];
      const context = { ...kit.context, scan: changed(seen) };
      expect(await keep({ path: 'f', from: work('f') }, context)).toMatchObject(problem('LEAK_FOUND'));
      expect(seen).toEqual([[work('f')], [join(kit.context.run.kept, 'f')]]);
      expect(existsSync(join(kit.context.run.kept, 'f'))).toBe(false);
      expect(kit.entries[0]?.state).toBe('destroyed');
    });
    it('says of no copy that it is gone which could not be taken back', async () => {
      writeFileSync(work('f'), 'clean');
      const remove = () => Promise.resolve(err({ code: 'FILE_IO', message: 'EACCES' }));
      const context = { ...kit.context, scan: changed(), files: { ...kit.context.files, remove } };
      expect(await keep({ path: 'f', from: work('f') }, context)).toMatchObject({
        error: {
          code: 'LEAK_FOUND',
          message: expect.stringMatching(/kept\/f could not be.*EACCES$/) as string,
        },
      });
      expect(kit.entries[0]?.state).toBe('kept');
    });
  });
});

it('manual needs a person', async () => {
  const given = { instructions: 'do it', confirm: 'done' };
  expect(await manual(given, kit.context)).toMatchObject(problem('NO_TERMINAL'));
  const confirm: typeof kit.context.confirm = (instructions, word) =>
    Promise.resolve(instructions === 'do it' && word === 'done' ? ok(null) : err({ code: 'X', message: '' }));
  expect(await manual(given, { ...kit.context, confirm })).toEqual({
    ok: true,
    value: { outputs: { confirmed: true } },
  });
});

it('wait waits, and ends when cancelled', async () => {
  const started = performance.now();
  expect(await wait({ for: '60ms' }, kit.context)).toEqual({ ok: true, value: { outputs: {} } });
  expect(performance.now() - started).toBeGreaterThan(55);
  expect(await wait({ for: '60s' }, { ...kit.context, signal: AbortSignal.timeout(20) })).toMatchObject(
    problem('CANCELLED'),
  );
});
