import { access, constants, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Limits, Processes } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';

export interface Engine {
  /** Folder of initdb, postgres and psql. */
  readonly bin: string;
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

// Debian and Ubuntu; the PGDG's RPMs; Homebrew on both architectures.
const homes: readonly { readonly folder: string; readonly name: RegExp; readonly bin: string }[] = [
  { folder: '/usr/lib/postgresql', name: /^(\d+)$/, bin: 'bin' },
  { folder: '/usr', name: /^pgsql-(\d+)$/, bin: 'bin' },
  { folder: '/opt/homebrew/opt', name: /^postgresql@(\d+)$/, bin: 'bin' },
  { folder: '/usr/local/opt', name: /^postgresql@(\d+)$/, bin: 'bin' },
];

async function installed(): Promise<{ major: number; bin: string }[]> {
  const found: { major: number; bin: string }[] = [];
  for (const { folder, name, bin } of homes)
    for (const entry of await readdir(folder).catch(() => [])) {
      const major = name.exec(entry)?.[1];
      if (major === undefined) continue;
      const path = join(folder, entry, bin);
      const usable = await Promise.all(
        ['initdb', 'postgres', 'psql'].map((p) => access(join(path, p), constants.X_OK)),
      ).then(
        () => true,
        () => false,
      );
      if (usable) found.push({ major: Number(major), bin: path });
    }
  return found.sort((a, b) => b.major - a.major);
}

/** The server programs of one major version, or the newest there are. */
export async function findEngine(
  processes: Processes,
  major: number | undefined,
  limits: Limits,
): Promise<Result<Engine, Problem>> {
  const all = await installed();
  const chosen = major === undefined ? all[0] : all.find((e) => e.major === major);
  if (!chosen) {
    const next = `apt-get install -y postgresql-${major ?? 15} (or brew install postgresql@${major ?? 16})`;
    if (all.length === 0)
      return err({ code: 'ENGINE_MISSING', message: 'no PostgreSQL server programs are installed', next });
    const have = all.map((e) => e.major).join(', ');
    return err({
      code: 'ENGINE_VERSION',
      message: `the source is PostgreSQL ${major}, installed here: ${have}`,
      next,
    });
  }
  const asked = await processes.run({ argv: [join(chosen.bin, 'postgres'), '--version'] }, limits);
  if (!asked.ok) return asked;
  const version = /(\d+)\.(\d+)/.exec(asked.value.stdout);
  if (!version)
    return err({ code: 'ENGINE_MISSING', message: `${chosen.bin}/postgres doesn't say its version` });
  return ok({ bin: chosen.bin, text: version[0], major: Number(version[1]), minor: Number(version[2]) });
}
