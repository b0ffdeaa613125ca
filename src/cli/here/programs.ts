import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  findProgram,
  fixedPath,
  isProgram,
  postgresFolders,
  postgresPrograms,
} from '../../adapters/process/find.js';
import type { Sha256 } from '../../base/ids.js';
import { toJson } from '../../base/value.js';
import type { Refusal } from '../../bind/index.js';
import type { ContainersHere } from '../../bind/index.js';
import type { LoadedRunbook } from '../../document/index.js';
import { actions } from '../../kinds/actions/index.js';
import { probes } from '../../kinds/probes/index.js';
import type { Binding } from '../../model/binding.js';
import type { Plan } from '../../model/plan.js';
import { isExpression, isTemplateList, isTemplateMap, showTemplate } from '../../model/template.js';
import type { Template, TemplateMap } from '../../model/template.js';

/** Used where they are there; what contains the others comes last. */
const optional = ['zstd'] as const;
/** What an approval relies on beside that: what checks the signatures, what the runner runs on, and its helpers. */
const ofAuthorization = ['ssh-keygen', process.execPath] as const;
const helpers = ['git', 'gpg-agent', 'gpgconf', 'gzip', 'setpriv', 'unshare'] as const;

export interface NeededPrograms {
  readonly found: Binding['programs'];
  /** Not on the run's PATH, and neither a `tool` gate nor `expect_error` is there to observe that. */
  readonly missing: readonly string[];
  /** `C-03: ${{ … }}`: only the run knows what it starts there, so that no approval can cover it. */
  readonly unknown: readonly string[];
}

/** Path and digest of each program that the plan's actions and probes start. */
export async function neededPrograms(
  plan: Plan,
  files: LoadedRunbook['files'],
  containers: ContainersHere,
): Promise<NeededPrograms> {
  const authorized = 'slots' in plan.authorization;
  const needed = new Set<string>([...(authorized ? ofAuthorization : []), ...ofServers(containers)]);
  const observed = new Set<string>();
  const absent = new Set<string>();
  const unknown: string[] = [];
  for (const { kind, args, command, absence, programs } of kindsOf(plan)) {
    for (const name of programs) needed.add(name);
    if (!isTemplateMap(args)) continue;
    if (kind === 'tool' && typeof args['name'] === 'string') observed.add(args['name']);
    for (const program of startedBy(kind, args, files)) {
      if (typeof program === 'string') (absence ? absent : needed).add(program);
      // The runner itself, which is held as such.
      else if (!isExpression(program) || program.source.trim() !== 'run.gatebook')
        unknown.push(`${command}: ${JSON.stringify(toJson(showTemplate(program)))}`);
    }
  }
  const found: { name: string; path: string; sha256: Sha256 }[] = await ownPrograms(authorized);
  const missing: string[] = [];
  const whereThere = [
    ...observed,
    ...absent,
    ...optional,
    ...forProtected(plan),
    ...(authorized ? helpers : []),
  ];
  for (const name of [...new Set([...needed, ...whereThere])].sort()) {
    const path = await findProgram(name, fixedPath);
    if (path !== null) found.push({ name, path, sha256: await sha256(path) });
    else if (needed.has(name) && !observed.has(name)) missing.push(name);
  }
  if (authorized) found.push(...(await otherVersions(needed, found)));
  return { found, missing, unknown };
}

/** What asks after protected containers; without it their gate says so, or rests in a rehearsal. */
const forProtected = ({ protected: things }: Plan): readonly string[] =>
  (things?.containers.length ?? 0) > 0 ? ['docker'] : [];

/** What throwaway servers are made with, and what speaks to servers in containers. */
function ofServers({ sandboxes, containers }: ContainersHere): readonly string[] {
  const engines = Object.values(sandboxes).map(({ engine }) => engine);
  return [
    ...(engines.includes('local') ? ['postgres', 'initdb'] : []),
    ...(engines.includes('docker') || Object.keys(containers).length > 0 ? ['docker'] : []),
  ];
}

/** What can't be started at all, or not be approved. */
export function programRefusal({ missing, unknown }: NeededPrograms, plan: Plan): Refusal | null {
  if (missing.length > 0)
    return {
      code: 'PROGRAM_MISSING',
      exit: 4,
      message: `the runbook needs ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not installed here`,
      next: 'gatebook doctor   says what brings it',
    };
  if (unknown.length === 0 || 'none' in plan.authorization) return null;
  return {
    code: 'PROGRAM_UNKNOWN',
    exit: 6,
    message: `only the run would know which program it starts, so that no approval can cover it: ${unknown.join('; ')}`,
    next: 'name the program in the runbook',
  };
}

/** What `exec` and `script` start: the first word of argv, the interpreter, or what the script's first line names. */
function startedBy(kind: string, args: TemplateMap, files: LoadedRunbook['files']): readonly Template[] {
  // In a container it is the engine that starts it.
  if ((kind === 'exec' || kind === 'script') && args['in'] !== undefined) return ['docker'];
  if (kind === 'exec' && isTemplateList(args['argv'])) return args['argv'].slice(0, 1);
  if (kind !== 'script') return [];
  if (isTemplateList(args['interpreter'])) return args['interpreter'].slice(0, 1);
  const part = files.find(({ path }) => path === args['file']);
  return part === undefined
    ? []
    : interpreters(Buffer.from(part.content).subarray(0, 256).toString('latin1'));
}

/** `#!/usr/bin/env python3`: both of them. */
function interpreters(head: string): readonly string[] {
  const [line = ''] = head.split('\n');
  if (!line.startsWith('#!')) return [];
  const [program = '', ...rest] = line.slice(2).trim().split(/\s+/);
  const named = program.endsWith('/env') ? rest.find((word) => !word.startsWith('-')) : undefined;
  return [program, ...(named === undefined ? [] : [named])].filter((name) => name !== '');
}

/** The runner: its entry, and the bundle that holds the rest of it. */
async function ownPrograms(authorized: boolean): Promise<{ name: string; path: string; sha256: Sha256 }[]> {
  if (!authorized) return [];
  const entry = await realpath(process.argv[1] ?? '');
  const bundle = join(dirname(entry), 'bundle', 'gatebook.cjs');
  return [
    { name: 'gatebook', path: entry, sha256: await sha256(entry) },
    { name: 'gatebook.cjs', path: bundle, sha256: await sha256(bundle) },
  ];
}

/** PostgreSQL's programs are taken as they suit a server, whose version isn't known yet: any of these may be the ones. */
async function otherVersions(
  needed: ReadonlySet<string>,
  found: Binding['programs'],
): Promise<Binding['programs']> {
  const known = new Set(found.map(({ path }) => path));
  // A throwaway server is made and seeded with those that stand beside it.
  const names = [...needed, ...(needed.has('initdb') ? ['psql'] : [])].filter((name) =>
    postgresPrograms.has(name),
  );
  const others: { name: string; path: string; sha256: Sha256 }[] = [];
  for (const { major, folder } of await postgresFolders())
    for (const name of [...new Set(names)].sort()) {
      const path = join(folder, name);
      if (!known.has(path) && (await isProgram(path)))
        others.push({ name: `${name} ${major}`, path, sha256: await sha256(path) });
    }
  return others;
}

interface Started {
  readonly kind: string;
  readonly args: Template;
  readonly command: string;
  /** That it is missing is what the action is to prove. */
  readonly absence: boolean;
  readonly programs: readonly string[];
}
const kindsOf = (plan: Plan): readonly Started[] =>
  [...plan.commands, ...plan.teardown].flatMap((command) => [
    ...command.actions.map(({ kind, args, expectError }) => ({
      ...{ kind, args, command: command.id },
      absence: expectError?.['code'] === 'PROGRAM_MISSING',
      programs: actions.get(kind)?.programs ?? [],
    })),
    ...[...command.guards, ...command.expectations].map(({ probe: { kind, args } }) => ({
      ...{ kind, args, command: command.id },
      absence: false,
      programs: probes.get(kind)?.programs ?? [],
    })),
  ]);

async function sha256(path: string): Promise<Sha256> {
  const hash = createHash('sha256');
  // Node itself has 100 MB: in small pieces the reading costs more than the hashing.
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex') as Sha256;
}
