import type { World } from './server.js';

/** The major version of the PostgreSQL programs that are installed here, and used. */
export async function installedMajor({ processes }: Pick<World, 'processes'>): Promise<number> {
  const signal = new AbortController().signal;
  const asked = await processes.run({ argv: ['pg_dump', '--version'] }, { timeoutMs: 10_000, signal });
  const major = asked.ok ? /\(PostgreSQL\) (\d+)/.exec(asked.value.stdout)?.[1] : undefined;
  if (major === undefined) throw new Error('which PostgreSQL is installed here could not be found out');
  return Number(major);
}
