import { components, dockerClient, type Component, type Installer } from './components.js';
import { askEngine, type EngineFinding, type EngineHere } from './engine.js';

/** What the doctor asks of the machine; reading only. */
export interface Machine {
  readonly platform: string;
  readonly isRoot: boolean;
  readonly node: { readonly version: string; readonly path: string };
  /** Absolute path of a program where a run would look for it, or null. */
  readonly find: (program: string) => Promise<string | null>;
  /** The first line of `PROGRAM --version`, or null where it printed none. */
  readonly versionLine: (path: string) => Promise<string | null>;
  /** What keeps children from outliving the runner here. */
  readonly containment: () => Promise<string>;
  readonly engine: EngineHere;
}

export interface Finding {
  readonly name: string;
  readonly need: Component['need'];
  readonly purpose: string;
  readonly present: boolean;
  /** As the program says it: `15.18`; null where absent or unreadable. */
  readonly version: string | null;
  readonly path: string | null;
  readonly missing: readonly string[];
  /** What that version means for runs; null where there is nothing to say. */
  readonly remark: string | null;
}

export interface Examination {
  /** Nothing that is required is missing. */
  readonly ready: boolean;
  readonly node: { readonly version: string; readonly path: string; readonly supported: boolean };
  readonly containment: string;
  readonly components: readonly Finding[];
  /** Null where no docker program is there to ask with. An engine is never required. */
  readonly engine: EngineFinding | null;
  /** The command that brings all that is missing; null where nothing is, or no installer that we know is here. */
  readonly remedy: string | null;
}

/** Looks at what runs need: what is there, in which version, and the command that brings the rest. */
export async function examine(machine: Machine): Promise<Examination> {
  const relevant = components.filter((c) => c.platform === undefined || c.platform === machine.platform);
  const [findings, installer, containment] = await Promise.all([
    Promise.all(relevant.map((component) => lookFor(component, machine))),
    installerOf(machine),
    machine.containment(),
  ]);
  const canAsk = findings.some(({ name, present }) => name === dockerClient && present);
  const absent = relevant.filter(
    (c) => c.need !== 'optional' && findings.some((f) => f.name === c.name && !f.present),
  );
  const supported = isSupportedNode(machine.node.version);
  return {
    ready: supported && absent.every((component) => component.need !== 'required'),
    node: { ...machine.node, supported },
    containment,
    components: findings,
    engine: canAsk ? await askEngine(machine.engine, machine) : null,
    remedy: installer && remedy(installer, absent, machine.isRoot),
  };
}

async function lookFor(component: Component, machine: Machine): Promise<Finding> {
  const paths = await Promise.all(component.programs.map((program) => machine.find(program)));
  const missing = component.programs.filter((_, index) => paths[index] === null);
  const path = paths[0] ?? null;
  const line = path === null ? null : await machine.versionLine(path);
  const version = versionIn(line);
  const remark = version === null ? null : (component.remark?.(parseInt(version, 10)) ?? null);
  const { name, need, purpose } = component;
  return { name, need, purpose, present: missing.length === 0, version, path, missing, remark };
}

/** `pg_dump (PostgreSQL) 15.18 (Debian …)` → `15.18`; `unshare from util-linux 2.38.1` → `2.38.1`. */
function versionIn(line: string | null): string | null {
  return line === null ? null : (/(?:^|[\s(v])(\d+(?:\.\d+)+)/.exec(line)?.[1] ?? null);
}

export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}

async function installerOf(machine: Machine): Promise<Installer | null> {
  for (const installer of ['apt-get', 'brew'] as const) if (await machine.find(installer)) return installer;
  return null;
}

function remedy(installer: Installer, absent: readonly Component[], isRoot: boolean): string | null {
  const packages = [...new Set(absent.flatMap((component) => component.packages[installer] ?? []))];
  if (packages.length === 0) return null;
  if (installer === 'brew') return `brew install ${packages.join(' ')}`;
  return `${isRoot ? '' : 'sudo '}apt-get install ${packages.join(' ')}`;
}
