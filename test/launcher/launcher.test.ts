import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Checkout } from './checkout.js';

const made: Checkout[] = [];
const checkout = async (node?: string | null): Promise<Checkout> => {
  const one = await Checkout.make(node);
  made.push(one);
  return one;
};
afterEach(async () => {
  for (const { folder } of made.splice(0)) await rm(dirname(folder), { recursive: true, force: true });
});

describe('a first use', () => {
  it('installs and builds, saying so on stderr only, and runs', async () => {
    const one = await checkout();
    const ended = await one.call(['status', '--json']);
    expect(ended).toMatchObject({ code: 0, stdout: 'status --json\n' });
    expect(ended.stderr).toContain('installing npm packages');
    expect(await one.npmCalls()).toEqual(['ci', 'run']);
  });

  it('is done once when several start together', async () => {
    const one = await checkout();
    const ended = await Promise.all(['a', 'b', 'c'].map((word) => one.call([word])));
    expect(ended.map(({ code, stdout }) => [code, stdout])).toEqual([
      [0, 'a\n'],
      [0, 'b\n'],
      [0, 'c\n'],
    ]);
    expect(await one.npmCalls()).toEqual(['ci', 'run']);
  });

  it('goes on where the lock went the moment it was met', async () => {
    const one = await checkout();
    const met = join(one.folder, 'met');
    const once = `[ -e ${met} ] || { : >${met}; exit 1; }; exec /bin/mkdir "$@"`;
    await rm(join(one.bin, 'mkdir'), { force: true });
    await one.program('mkdir', `#!/bin/sh\n${once}\n`);
    expect(await one.call(['x'])).toMatchObject({ code: 0, stdout: 'x\n' });
    expect(existsSync(met)).toBe(true);
  });

  it('takes the lock over from a process that is gone', async () => {
    const one = await checkout();
    await mkdir(join(one.folder, '.gatebook-setup.lock'));
    await writeFile(join(one.folder, '.gatebook-setup.lock/pid'), '4194305\n');
    expect(await one.call(['x'])).toMatchObject({ code: 0, stdout: 'x\n' });
  });

  it('that fails says what to do, exits 4, and leaves no lock', async () => {
    const one = await checkout();
    const failed = await one.call(['x'], { env: { NPM_FAILS: 'yes' } });
    expect(failed).toMatchObject({ code: 4, stdout: '' });
    expect(failed.stderr).toContain('npm error code ENOTFOUND');
    expect(failed.stderr).toContain('Offline?');
    const [[log, text] = []] = await one.logs();
    expect(failed.stderr).toContain(`the whole output is in ${log}.`);
    expect(text).toBe('npm error code ENOTFOUND\n');
    expect(await one.call(['x'])).toMatchObject({ code: 0 });
  });
});

describe('a later use', () => {
  it('starts nothing but node', async () => {
    const one = await checkout();
    await one.call([]);
    await one.program('npm', '#!/bin/sh\nexit 9\n');
    for (const tool of ['sh', 'find', 'cat', 'uname']) await rm(join(one.bin, tool));
    expect(await one.call(['again'])).toEqual({ code: 0, stdout: 'again\n', stderr: '' });
  });

  it('works through symlinks, from any folder', async () => {
    const one = await checkout();
    await one.call([]);
    await symlink('../checkout/gatebook', join(one.bin, 'first'));
    await symlink(join(one.bin, 'first'), join(one.bin, 'second'));
    expect(await one.call(['x'], { program: join(one.bin, 'second') })).toMatchObject({
      code: 0,
      stdout: 'x\n',
    });
  });

  it('builds anew when a source is newer than the build', async () => {
    const one = await checkout();
    await one.call([]);
    const later = new Date(Date.now() + 5000);
    await utimes(join(one.folder, 'src/room/line.ts'), later, later);
    await one.call([]);
    expect(await one.npmCalls()).toEqual(['ci', 'run', 'run']);
  });

  it('installs anew when the lock names other versions', async () => {
    const one = await checkout();
    await one.call([]);
    await writeFile(
      join(one.folder, 'package-lock.json'),
      '{"packages": {"node_modules/a": {"version": "2"}}}',
    );
    const later = new Date(Date.now() + 5000);
    await utimes(join(one.folder, 'package-lock.json'), later, later);
    await one.call([]);
    expect(await one.npmCalls()).toEqual(['ci', 'run', 'ci', 'run']);
  });
});

describe('Node', () => {
  it('that is absent is told apart from one that is too old', async () => {
    const absent = await (await checkout(null)).call([]);
    expect(absent).toMatchObject({ code: 4, stdout: '' });
    expect(absent.stderr).toContain('Node is not installed');

    const one = await checkout(null);
    await one.program('node', '#!/bin/sh\necho v18.20.4\n');
    const old = await one.call([]);
    expect(old).toMatchObject({ code: 4, stdout: '' });
    expect(old.stderr).toMatch(/Node 18\.20\.4 \(.*\) is too old; Gatebook needs 20\.19 or newer/);
    expect(old.stderr).toContain('https://nodejs.org');
  });

  it.each(['v20.18.3', 'v19.99.0', 'v0.12.0'])('%s is too old', async (version) => {
    const one = await checkout(null);
    await one.program('node', `#!/bin/sh\necho ${version}\n`);
    expect((await one.call([])).code).toBe(4);
  });
});

describe('the set-up of the tests', () => {
  const aptGet = '#!/bin/sh\necho "$*" >>apt.log\n[ "$1" != "${APT_FAILS-}" ]\n';
  const prepared = async () => {
    const one = await checkout();
    await one.program('apt-get', aptGet);
    await one.program('id', '#!/bin/sh\necho 0\n');
    await one.program('env', '#!/bin/sh\nshift\nexec "$@"\n');
    // The machine's own policy of services is left alone, whether it has one or not.
    await one.program('tee', '#!/bin/sh\nwhile read -r _; do :; done\n');
    await one.program('chmod', '#!/bin/sh\n');
    const call = (env: Record<string, string> = {}, step = 'tests') =>
      one.call(['scripts/setup.sh', step], { program: join(one.bin, 'sh'), env, cwd: one.folder });
    const log = () => readFile(join(one.folder, 'apt.log'), 'utf8').catch(() => '');
    return { one, call, log };
  };

  it('installs what is missing, and nothing when all is there', async () => {
    const { one, call, log } = await prepared();
    const ended = await call();
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    const alike = ['git', 'pre-commit', 'faketime', 'openssl', 'pgbouncer', 'shellcheck'];
    expect(ended.stderr).toContain(`missing: ${alike.join(' ')} ip xmllint`);
    expect(await log()).toContain(`${alike.join(' ')} iproute2 libxml2-utils procps`);
    await rm(join(one.folder, 'apt.log'));
    for (const name of [...alike, 'ip', 'xmllint']) await one.program(name, '#!/bin/sh\n');
    expect(await call()).toMatchObject({ code: 0, stderr: '' });
    expect(await log()).toBe('');
  });

  it('says what failed, and with exit 4', async () => {
    const { one, call } = await prepared();
    const { code, stderr } = await call({ APT_FAILS: 'install' });
    expect(code).toBe(4);
    expect(stderr).toContain('apt-get install failed');
    const [[log, text] = [], ...others] = await one.logs();
    expect(stderr).toContain(`the whole output is in ${log}.`);
    expect([text, others]).toEqual(['exit code 1, without a word\n', []]);
  });

  it.each([
    ["in the engine's package", '', 1, 'docker.io'],
    ['in a package of its own', 'Package: docker-cli', 0, 'docker.io docker-cli'],
  ])("brings the engine's client %s", async (_, shown, exit, packages) => {
    const { one, call, log } = await prepared();
    await one.program('apt-cache', `#!/bin/sh\necho '${shown}'\nexit ${exit}\n`);
    expect((await call({}, 'engine')).code).toBe(0);
    expect((await log()).trimEnd().split('force-confold ')[1]).toBe(packages);
  });

  it('leaves no log of what it goes on without', async () => {
    const { one, call } = await prepared();
    const { code, stderr } = await call({ APT_FAILS: 'update' });
    expect([code, stderr]).toEqual([0, expect.stringContaining('apt-get update failed; trying')]);
    // A checkout without the script that fetches them.
    expect((await call({}, 'servers')).stderr).toContain('were not fetched');
    expect(await one.logs()).toEqual(new Map());
  });

  it('leaves no log where it is interrupted', async () => {
    const { one, call } = await prepared();
    await one.program('apt-get', '#!/bin/sh\nkill -TERM $PPID\n');
    expect((await call()).code).toBe(143);
    expect(await one.logs()).toEqual(new Map());
  });
});
