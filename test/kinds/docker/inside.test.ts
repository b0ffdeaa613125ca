import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execute as container } from '../../../src/kinds/actions/docker.container/execute.js';
import { execute as copy } from '../../../src/kinds/actions/docker.copy/execute.js';
import { execute as exec } from '../../../src/kinds/actions/exec/execute.js';
import { execute as script } from '../../../src/kinds/actions/script/execute.js';
import { execute as probe } from '../../../src/kinds/probes/exec/execute.js';
import { problem, value } from '../../adapters/docker/support.js';
import { sha256 } from '../../support/kind-context.js';
import { openKit, type Kit } from './support.js';

let kit: Kit;
beforeAll(async () => {
  kit = await openKit();
  const { image, name } = kit.bench;
  value(
    await kit.act('box', container, {
      name: name('box'),
      image,
      argv: ['sleep', 'infinity'],
      env: { OWN: 'own' },
    }),
  );
});
afterAll(() => kit.close());
const inside = { in: 'box' };

describe('exec in a container', () => {
  test('has the folder, the environment and the input that it is given', async () => {
    const argv = ['sh', '-c', 'pwd; echo "$OWN $TOKEN"; cat; echo to-stderr >&2'];
    const given = { ...inside, argv, cwd: '/usr/bin', env: { TOKEN: 'a b\nc' }, stdin: 'typed\n' };
    const ended = value(await kit.act('ran', exec, given));
    expect(ended.outputs).toEqual({
      exit_code: 0,
      stdout: '/usr/bin\nown a b\nc\ntyped',
      stderr: 'to-stderr',
    });
  });

  test('has the exit code of its program', async () => {
    const failed = problem(
      await kit.act('ran', exec, { ...inside, argv: ['sh', '-c', 'echo why >&2; exit 9'] }),
    );
    expect(failed).toMatchObject({ code: 'EXIT_CODE', exitCode: 9, message: 'sh ended with code 9: why' });
    const fine = value(
      await kit.act('ran', exec, { ...inside, argv: ['sh', '-c', 'exit 9'], ok_codes: [9] }),
    );
    expect(fine.outputs).toMatchObject({ exit_code: 9 });
  });

  test('reads output as JSON, as a probe too', async () => {
    const given = { ...inside, argv: ['echo', '{"n": 9007199254740993}'], output: 'json' as const };
    expect(await kit.look(probe, given)).toMatchObject({ stdout: { n: 9007199254740993n } });
  });

  test('is ended inside when its time is up', async () => {
    const given = { ...inside, argv: ['sleep', '7001'], timeout: '500ms' };
    const { code, message } = problem(await kit.act('ran', exec, given));
    expect(`${code} ${message}`).toMatch(/^TIMEOUT .*nothing of it runs in .* any more/);
    expect(await kit.bench.cli('top', String(kit.entries[0]?.handle['id']))).not.toContain('7001');
  });

  test('takes no other container, no relative folder and no connection', async () => {
    const theirs = await kit.bench.container();
    const refused = async (given: object) =>
      problem(await kit.act('ran', exec, { ...inside, argv: ['true'], ...given })).code;
    expect(await refused({ in: theirs.name })).toBe('NOT_OURS');
    expect(await refused({ in: theirs.id ?? '' })).toBe('NOT_OURS');
    expect(await refused({ cwd: 'relative' })).toBe('CWD_RELATIVE');
    expect(await refused({ connect: 'copy' })).toBe('CONNECT_REFUSED');
  });
});

describe('script in a container', () => {
  const text = '#!/bin/sh\necho "$# $1"\n';

  test('is copied in, checked, and that copy is run', async () => {
    kit.scripts.set('s.sh', text);
    const given = { ...inside, file: 's.sh', sha256: sha256(text), args: ['an argument'] };
    const ended = value(await kit.act('ran', script, given));
    expect(ended.outputs).toMatchObject({
      stdout: '1 an argument',
      sha256: sha256(text),
      ran_sha256: sha256(text),
    });
    const interpreted = value(await kit.act('ran', script, { ...given, interpreter: ['sh', '-e'] }));
    expect(interpreted.outputs).toMatchObject({ stdout: '1 an argument' });
  });

  test('is not run where it is not what is pinned', async () => {
    kit.scripts.set('s.sh', text);
    const given = { ...inside, file: 's.sh', sha256: sha256('other') };
    expect(problem(await kit.act('ran', script, given)).code).toBe('SCRIPT_CHANGED');
  });
});

describe('docker.copy', () => {
  const given = (file: string, path: string, content: string) => ({
    to: 'box',
    file,
    path,
    sha256: sha256(content),
  });

  test("copies the plan's file, and says what arrived", async () => {
    kit.scripts.set('h.py', 'print(1)\n');
    const copied = value(
      await kit.act('copied', copy, { ...given('h.py', '/tmp/h.py', 'print(1)\n'), mode: '0755' }),
    );
    expect(copied.outputs).toEqual({
      ...{ path: '/tmp/h.py', size_bytes: 9 },
      ...{ sha256: sha256('print(1)\n'), copied_sha256: sha256('print(1)\n') },
    });
    const box = String(kit.entries[0]?.handle['id']);
    expect(await kit.bench.cli('exec', box, 'stat', '-c', '%a %U', '/tmp/h.py')).toBe('755 root');
  });

  test('copies a file that the run made', async () => {
    const path = join(kit.context.run.work, 'made');
    writeFileSync(path, 'made\n');
    value(await kit.act('copied', copy, given(path, '/tmp/made', 'made\n')));
  });

  test('refuses a file that is another by the time it arrives', async () => {
    const path = join(kit.context.run.work, 'changing');
    writeFileSync(path, 'made\n');
    const { files } = kit.context;
    const hashed: typeof files.sha256 = async (...of) => {
      const found = await files.sha256(...of);
      writeFileSync(path, 'else\n');
      return found;
    };
    const args = given(path, '/tmp/changing', 'made\n');
    const copied = await kit.act('copied', copy, args, { files: { ...files, sha256: hashed } });
    expect(problem(copied)).toMatchObject({
      code: 'PIN_MISMATCH',
      message: expect.stringContaining('the copy of') as string,
    });
  });

  test('refuses another content, and writes over nothing', async () => {
    kit.scripts.set('h.py', 'print(2)\n');
    const code = async (args: ReturnType<typeof given>) => problem(await kit.act('copied', copy, args)).code;
    expect(await code(given('h.py', '/tmp/other', 'print(1)\n'))).toBe('PIN_MISMATCH');
    expect(await code(given('h.py', '/etc/passwd', 'print(2)\n'))).toBe('FILE_EXISTS');
    expect(await code(given('h.py', '/absent/h.py', 'print(2)\n'))).toBe('FILE_ABSENT');
    expect(await code(given('absent.py', '/tmp/absent', 'x'))).toBe('FILE_ABSENT');
    expect(await code({ ...given('h.py', '/tmp/x', 'print(2)\n'), to: 'bax' })).toBe('NOT_OURS');
  });
});

test('a container that another hand removed fails what depends on it, by its name', async () => {
  const { image, name } = kit.bench;
  const lost = name('lost');
  value(await kit.act('lost', container, { name: lost, image, argv: ['sleep', 'infinity'] }));
  await kit.bench.cli('rm', '-f', lost);
  const { code, message } = problem(
    await kit.act('ran', exec, { in: 'lost', argv: ['false'], ok_codes: [1] }),
  );
  expect(`${code} ${message}`).toBe(
    `CONTAINER_GONE the container ${lost} is gone: something else than this run removed it`,
  );
});
