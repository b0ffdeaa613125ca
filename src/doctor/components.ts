import { isSupportedServer, supportedServers } from '../base/postgres-versions.js';

/** One thing that runs need of the machine, found by the programs it brings. */
export interface Component {
  readonly name: string;
  readonly programs: readonly [string, ...string[]];
  /** What it is for, as a person who lacks it wants to know. */
  readonly purpose: string;
  /** `advised`: a run goes on without it, with less. `optional`: only runbooks that use it need it. */
  readonly need: 'required' | 'advised' | 'optional';
  /** Where it exists at all; elsewhere it is not looked for. */
  readonly platform?: 'linux';
  readonly packages: Readonly<Record<Installer, string | null>>;
  /** What its major version means for runs, in words; null where that needs no word. */
  readonly remark?: (major: number) => string | null;
}

export type Installer = 'apt-get' | 'brew';

export const dockerClient = 'Docker client';

const backsUp = (major: number): string | null => `backs up servers up to ${major}`;
const copies = (major: number): string | null =>
  isSupportedServer(major) ? null : `not supported: servers are ${supportedServers}`;

/** In the order of the report. The launcher's `scripts/setup.sh` installs the same packages. */
export const components: readonly Component[] = [
  {
    name: 'PostgreSQL server',
    programs: ['postgres', 'initdb', 'pg_ctl'],
    purpose: 'throwaway servers: the stand-in of a rehearsal, the copy of a restore proof',
    need: 'required',
    packages: { 'apt-get': 'postgresql', brew: 'postgresql@17' },
    remark: copies,
  },
  {
    name: 'PostgreSQL client',
    programs: ['pg_dump', 'pg_restore', 'psql'],
    purpose: 'backups and restores',
    need: 'required',
    packages: { 'apt-get': 'postgresql-client', brew: 'postgresql@17' },
    remark: backsUp,
  },
  {
    name: 'GnuPG',
    programs: ['gpg', 'gpg-agent'],
    purpose: 'encrypts and decrypts backups',
    need: 'required',
    packages: { 'apt-get': 'gnupg', brew: 'gnupg' },
  },
  {
    name: 'zstd',
    programs: ['zstd'],
    purpose: 'compresses backups before they are encrypted',
    need: 'required',
    packages: { 'apt-get': 'zstd', brew: 'zstd' },
  },
  {
    name: 'OpenSSH',
    programs: ['ssh-keygen'],
    purpose: 'signs and checks approvals',
    need: 'advised',
    packages: { 'apt-get': 'openssh-client', brew: 'openssh' },
  },
  {
    name: dockerClient,
    programs: ['docker'],
    purpose: 'only for runbooks and servers in containers, and with an engine on a local socket',
    need: 'optional',
    packages: { 'apt-get': 'docker.io', brew: 'docker' },
  },
  {
    name: 'util-linux',
    programs: ['setpriv', 'unshare'],
    purpose: 'contains what a run starts, even when the runner is killed',
    need: 'advised',
    platform: 'linux',
    packages: { 'apt-get': 'util-linux', brew: null },
  },
];
