import type { Limits, Processes } from '../../ports/process.js';

/**
 * Users for servers when the runner is root, one a server, so that what a restored database runs there can't touch
 * another; no entry in passwd is needed. Both ranges are unused in systemd's list of uids. The wide one is so wide
 * that a uid belongs to one server only; a container that maps 65,536 uids has to do with the narrow one.
 */
const wide = { first: 1_900_000_000, size: 200_000_000 };
const narrow = { first: 60_578, size: 606 };

/** Whether everything that runs as this user is one server's. */
export const isExclusiveUid = (uid: number): boolean => uid >= wide.first && uid < wide.first + wide.size;

/** `uidMap` is /proc/self/uid_map: inside, outside, length. */
export function serverUid(random: number, uidMap: string): number {
  const everything = /^\s*0\s+0\s+4294967295\s*$/.test(uidMap);
  const { first, size } = everything ? wide : narrow;
  return first + (random % size);
}

/** Debian's and most others' `nobody`, an entry that is always there. */
const nobody = 65_534;

/**
 * No network; and System V shared memory of its own, of which each server has a piece: it goes with the last process,
 * however that ends, where the machine's would keep what a killed server left.
 */
const apart = ['--net', '--ipc'] as const;

type Argv = readonly [string, ...string[]];
export interface Isolation {
  readonly words: string;
  readonly uid: number | null;
  /** initdb looks its user up in passwd: it sees `nobody`, by a user namespace, and files stay `uid`'s. */
  readonly initdb: (argv: Argv) => Argv;
  readonly server: (argv: Argv) => Argv;
}

/** Measures what this machine gives. As root: an own user always, else `nobody`; a network namespace if it can be had. */
export async function measureIsolation(
  processes: Processes,
  uid: number | null,
  limits: Limits,
): Promise<Isolation> {
  const works = async (...[program, ...args]: Argv): Promise<boolean> => {
    const run = await processes.run({ argv: [program, ...args, 'true'] }, limits);
    return run.ok && run.value.exitCode === 0;
  };
  if (uid === null) {
    const prefix = ['unshare', '--user', '--map-current-user', ...apart, '--'] as const;
    const network = await works(...prefix);
    const alone = (argv: Argv): Argv => (network ? [...prefix, ...argv] : argv);
    return { uid: null, words: network ? 'own-network' : 'none', initdb: alone, server: alone };
  }
  const drop = (to: number) =>
    ['setpriv', '--reuid', `${to}`, '--regid', `${to}`, '--clear-groups', '--no-new-privs'] as const;
  const mapped = [
    'unshare',
    '--user',
    `--map-user=${nobody}`,
    `--map-group=${nobody}`,
    '--ipc',
    '--',
  ] as const;
  const net = ['unshare', ...apart, '--'] as const;
  const own = await works(...drop(uid), '--', ...mapped);
  const network = await works(...net);
  const user = own ? uid : nobody;
  return {
    uid: user,
    words: [own ? 'own-user' : 'user-nobody', ...(network ? ['own-network'] : [])].join(','),
    initdb: (argv) => [...drop(user), '--', ...(own ? mapped : []), ...argv],
    // The death signal is cleared by the change of user, so it is set after it.
    server: (argv) => {
      const dropped = [...drop(user), '--pdeathsig', 'KILL', '--', ...argv] as const;
      return network ? [...net, ...dropped] : dropped;
    },
  };
}
