import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { findProgram, fixedPath } from '../adapters/process/find.js';
import type { Sha256 } from '../base/ids.js';
import type { Environment } from '../bind/index.js';
import type { Binding } from '../model/binding.js';
import type { Plan } from '../model/plan.js';
import { isTemplateMap } from '../model/template.js';

const maxFileBytes = 64 * 1024;

/** The values that this process was given; a file's last newline is not part of its value. */
export function processEnvironment(project: string): Environment {
  return {
    get: (source) => ('env' in source ? process.env[source.env] : fromFile(resolve(project, source.file))),
    names: () => Object.keys(process.env),
  };
}

function fromFile(path: string): string | undefined {
  try {
    if (statSync(path).size > maxFileBytes) return undefined;
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}

/** Where GnuPG keeps the operator's keys. */
export const operatorKeyring = (): string => process.env['GNUPGHOME'] ?? join(homedir(), '.gnupg');

const programsOf: Readonly<Record<string, readonly string[]>> = {
  'postgres.backup': ['pg_dump', 'gpg', 'zstd'],
  'postgres.restore': ['pg_restore', 'psql', 'gpg', 'zstd'],
  'postgres.sandbox': ['postgres', 'initdb'],
};

/** Path and digest of each program that the plan's actions and probes start. */
export async function boundPrograms(plan: Plan): Promise<Binding['programs']> {
  const names = new Set<string>();
  for (const command of [...plan.commands, ...plan.teardown]) {
    const kinds = [
      ...command.actions,
      ...command.guards.map((g) => g.probe),
      ...command.expectations.map((g) => g.probe),
    ];
    for (const { kind, args } of kinds) {
      for (const name of programsOf[kind] ?? []) names.add(name);
      const argv = kind === 'exec' && isTemplateMap(args) ? args['argv'] : undefined;
      if (Array.isArray(argv) && typeof argv[0] === 'string') names.add(argv[0]);
    }
  }
  const found = await Promise.all(
    [...names].sort().map(async (name) => ({ name, path: await findProgram(name, fixedPath) })),
  );
  const programs: { name: string; path: string; sha256: Sha256 }[] = [];
  for (const { name, path } of found)
    if (path !== null) programs.push({ name, path, sha256: await sha256(path) });
  return programs;
}

async function sha256(path: string): Promise<Sha256> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') as Sha256;
}
