import { describe, expect, it } from 'vitest';
import { err, ok } from '../../src/base/result.js';
import { examine, isSupportedNode, type Machine } from '../../src/doctor/examine.js';
import { renderExamination } from '../../src/doctor/render.js';

const everything = [
  ...['postgres', 'initdb', 'pg_ctl', 'pg_dump', 'pg_restore', 'psql', 'gpg', 'gpg-agent', 'zstd'],
  ...['ssh-keygen', 'setpriv', 'unshare', 'apt-get'],
];

function machine(absent: readonly string[], changes: Partial<Machine> = {}): Machine {
  const present = new Set(everything.filter((program) => !absent.includes(program)));
  return {
    platform: 'linux',
    isRoot: false,
    node: { version: '20.20.2', path: '/usr/bin/node' },
    find: (program) => Promise.resolve(present.has(program) ? `/usr/bin/${program}` : null),
    versionLine: (path) => Promise.resolve(`${path} (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`),
    containment: () => Promise.resolve('pid-namespace'),
    engine: {
      host: 'unix:///run/e.sock',
      named: false,
      ask: () => Promise.resolve(ok({ version: '20.10' })),
    },
    ...changes,
  };
}

describe('examine', () => {
  it('finds nothing to say where all is there', async () => {
    const examination = await examine(machine([]));
    expect(examination).toMatchObject({ ready: true, remedy: null });
    expect(examination.components[0]).toMatchObject({ version: '15.18', path: '/usr/bin/postgres' });
    expect(renderExamination(examination)).toContain('All here.');
  });

  it('says which servers can be backed up, and that a version is not supported', async () => {
    const of = async (version: string) => {
      const versionLine = () => Promise.resolve(`program (PostgreSQL) ${version}`);
      return renderExamination(await examine(machine([], { versionLine })));
    };
    expect(await of('17.10')).toMatch(/PostgreSQL client +17\.10 .*backs up servers up to 17$/m);
    expect(await of('17.10')).not.toContain('not supported');
    expect(await of('13.23')).toMatch(/PostgreSQL server +13\.23 .*not supported: servers are 14 to 18$/m);
  });

  it('names each missing program and one command that brings them all', async () => {
    const examination = await examine(machine(['initdb', 'gpg', 'pg_dump']));
    expect(examination.ready).toBe(false);
    expect(examination.remedy).toBe('sudo apt-get install postgresql postgresql-client gnupg');
    expect(renderExamination(examination)).toMatch(
      /✖ PostgreSQL server {2}missing {3}initdb — throwaway servers/,
    );
  });

  it('needs no sudo as root', async () => {
    expect((await examine(machine(['zstd'], { isRoot: true }))).remedy).toBe('apt-get install zstd');
  });

  it('is ready without what is only advised, and says how to bring it', async () => {
    const examination = await examine(machine(['setpriv']));
    expect(examination).toMatchObject({ ready: true, remedy: 'sudo apt-get install util-linux' });
    expect(renderExamination(examination)).toContain('All that is required is here. To bring the rest:');
  });

  it('misses nothing where there is no Docker, and says what it would be for', async () => {
    const examination = await examine(machine([]));
    expect(examination.components).toContainEqual(
      expect.objectContaining({ name: 'Docker client', present: false, need: 'optional' }),
    );
    expect(renderExamination(examination)).toMatch(/· Docker client +missing +docker — only for runbooks/);
  });

  it('asks brew for each package once, and looks for nothing that only Linux has', async () => {
    const find = (program: string) => Promise.resolve(program === 'brew' ? '/opt/homebrew/bin/brew' : null);
    const examination = await examine(machine([], { platform: 'darwin', find }));
    expect(examination.remedy).toBe('brew install postgresql@17 gnupg zstd openssh');
    expect(examination.components.map(({ name }) => name)).not.toContain('util-linux');
  });

  it('without an installer that it knows says what to install', async () => {
    const examination = await examine(machine(['gpg', 'apt-get']));
    expect(examination.remedy).toBeNull();
    expect(renderExamination(examination)).toContain('install GnuPG with your package manager');
  });

  it('is not ready on a Node that is too old', async () => {
    const examination = await examine(machine([], { node: { version: '20.18.0', path: '/usr/bin/node' } }));
    expect(examination.ready).toBe(false);
    expect(renderExamination(examination)).toContain('too old: 20.19 or newer is needed');
  });
});

describe('a Docker engine', () => {
  const withDocker = (answer: Machine['engine']['ask'], changes: Partial<Machine> = {}, named = false) =>
    machine([], {
      find: (program) => Promise.resolve(`/usr/bin/${program}`),
      engine: { host: 'unix:///run/e.sock', named, ask: answer },
      ...changes,
    });
  const failing =
    (message: string, code = 'ENGINE_DOWN') =>
    () =>
      Promise.resolve(err({ code, message }));

  it('is not asked for where there is no docker program', async () => {
    const ask = () => Promise.reject(new Error('it was asked'));
    const examination = await examine(
      machine([], { engine: { host: 'unix:///run/e.sock', named: false, ask } }),
    );
    expect(examination.engine).toBeNull();
    expect(renderExamination(examination)).not.toContain('Docker engine');
  });

  it('that answers is told with its version', async () => {
    const examination = await examine(withDocker(() => Promise.resolve(ok({ version: '20.10.24' }))));
    expect(renderExamination(examination)).toMatch(/✔ Docker engine +20\.10\.24 +unix:\/\/\/run\/e\.sock/);
  });

  it.each([
    ['is silent', failing('no such file'), {}, false, 'sudo service docker restart'],
    [
      'is named and silent',
      failing('no such file'),
      {},
      true,
      'unset DOCKER_HOST   # or start the engine that is to listen there',
    ],
    ['is silent on a Mac', failing('no such file'), { platform: 'darwin' }, false, 'open -a Docker'],
    [
      'keeps this user out',
      failing('dial unix: permission denied'),
      {},
      false,
      'sudo usermod -aG docker "$USER"   # then log in again',
    ],
  ] as const)(
    'that %s comes with what mends it, and is missed by nobody',
    async (_, ask, changes, named, remedy) => {
      const examination = await examine(withDocker(ask, changes, named));
      expect(examination).toMatchObject({ ready: true, engine: { version: null, remedy } });
      expect(renderExamination(examination)).toContain(`  ${remedy}\n`);
      expect(renderExamination(examination)).toContain('All here.');
    },
  );

  it('cannot write to the terminal by what it says', async () => {
    const examination = await examine(withDocker(failing('\u001b[2Jgone\nall')));
    expect(renderExamination(examination)).not.toContain('\u001b');
    expect(examination.engine?.trouble).not.toContain('\n');
  });
});

describe('isSupportedNode', () => {
  it.each(['20.19.0', '20.20.2', '22.1.0', '26.10.0'])('%s is', (version) =>
    expect(isSupportedNode(version)).toBe(true),
  );
  it.each(['20.18.9', '18.20.4', '', 'x'])('%j is not', (version) =>
    expect(isSupportedNode(version)).toBe(false),
  );
});
