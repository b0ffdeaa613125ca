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
import { isTemplateList, isTemplateMap } from '../model/template.js';
import type { Template } from '../model/template.js';

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

/** What the kinds start; zstd is used where it is there. */
const programsOf: Readonly<Record<string, readonly string[]>> = {
  'gpg.key': ['gpg'],
  'postgres.backup': ['pg_dump', 'gpg'],
  'postgres.restore': ['pg_restore', 'psql', 'gpg'],
  'postgres.dump': ['pg_restore', 'gpg'],
  'postgres.sandbox': ['postgres', 'initdb'],
};
const optional = ['zstd'] as const;

export interface NeededPrograms {
  readonly found: Binding['programs'];
  /** Not on the run's PATH, and no `tool` gate is there to observe that. */
  readonly missing: readonly string[];
}

/** Path and digest of each program that the plan's actions and probes start. */
export async function neededPrograms(plan: Plan): Promise<NeededPrograms> {
  const needed = new Set<string>();
  const observed = new Set<string>();
  for (const { kind, args } of kindsOf(plan)) {
    for (const name of programsOf[kind] ?? []) needed.add(name);
    if (!isTemplateMap(args)) continue;
    if (kind === 'tool' && typeof args['name'] === 'string') observed.add(args['name']);
    const argv = kind === 'exec' ? args['argv'] : undefined;
    if (isTemplateList(argv) && typeof argv[0] === 'string') needed.add(argv[0]);
  }
  const found: { name: string; path: string; sha256: Sha256 }[] = [];
  const missing: string[] = [];
  for (const name of [...needed, ...optional].sort()) {
    const path = await findProgram(name, fixedPath);
    if (path !== null) found.push({ name, path, sha256: await sha256(path) });
    else if (needed.has(name) && !observed.has(name)) missing.push(name);
  }
  return { found, missing };
}

const kindsOf = (plan: Plan): readonly { readonly kind: string; readonly args: Template }[] =>
  [...plan.commands, ...plan.teardown].flatMap((command) => [
    ...command.actions,
    ...[...command.guards, ...command.expectations].map((gate) => gate.probe),
  ]);

async function sha256(path: string): Promise<Sha256> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') as Sha256;
}
