import { describe, expect, it } from 'vitest';
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

describe('isSupportedNode', () => {
  it.each(['20.19.0', '20.20.2', '22.1.0', '26.10.0'])('%s is', (version) =>
    expect(isSupportedNode(version)).toBe(true),
  );
  it.each(['20.18.9', '18.20.4', '', 'x'])('%j is not', (version) =>
    expect(isSupportedNode(version)).toBe(false),
  );
});
