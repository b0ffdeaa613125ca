import { listed } from '../base/words.js';
import { actions } from '../kinds/actions/index.js';
import { probes } from '../kinds/probes/index.js';
import type { Plan, PlannedCommand } from '../model/plan.js';
import { asTaken } from '../model/production.js';
import { isOutside } from '../model/runbook.js';
import type { IdentityDeclaration, KeyDeclaration, Outside, PostgresTarget } from '../model/runbook.js';
import { showTemplate } from '../model/template.js';
import type { Review } from './schema.js';
import { text } from './words.js';

type Touches = Review['touches'];

/** What the plan names outside itself: servers, keys, environment variables and files. Nothing is looked up. */
export function touchesOf(plan: Plan): Touches {
  const used = uses([...plan.commands, ...plan.teardown]);
  return {
    targets: productionFirst(plan).map(([name, target]) => ({
      name,
      production: target.production,
      access: target.access,
      reached: reached(target.postgres),
      identity: identityWords(target.identity),
      superuser: target.superuser ?? null,
      stand_in: standIn(target.postgres),
      used_by: used.targets(name),
    })),
    keys: Object.entries(plan.keys).map(([name, key]) => ({
      name,
      from: keyWords(key),
      used_by: used.keys(name),
    })),
    outside: outsideNames(plan),
    protected: protectedThings(plan),
  };
}

const productionFirst = ({ targets }: Plan) =>
  Object.entries(asTaken(targets)).toSorted(([, a], [, b]) => Number(b.production) - Number(a.production));

/** `from PROD_DATABASE_URL`, of the environment, or from a file, or a literal. */
export const given = (value: string | Outside): string => (typeof value === 'string' ? value : from(value));
export const from = (outside: Outside): string =>
  'env' in outside ? `from ${outside.env}` : `from the file ${outside.file}`;

export function reached(postgres: PostgresTarget): string {
  if (postgres.via === 'url')
    return typeof postgres.url === 'string'
      ? 'a server whose URL stands in the runbook'
      : `the server whose URL comes ${from(postgres.url)}`;
  if (postgres.via === 'sandbox') {
    const { version, image, network } = postgres;
    const more = [
      ...(version === undefined ? [] : [`PostgreSQL ${text(version)}`]),
      ...(image === undefined ? [] : [`image ${text(image)}`]),
      ...(network === undefined ? [] : [`network ${text(network)}`]),
      ...(postgres.engine === 'auto' ? [] : [`engine ${postgres.engine}`]),
    ];
    return `a throwaway server of this run${more.length === 0 ? '' : ` (${more.join(', ')})`}`;
  }
  if (postgres.via === 'docker') {
    const { container, database, user } = postgres;
    return `the server in the container ${given(container)}, database ${database}, as ${user}`;
  }
  return `the server of ${postgres.of}, as ${text(postgres.user)}`;
}

export function standIn(postgres: PostgresTarget): string | null {
  const embedded = 'embedded' in postgres ? postgres.embedded : undefined;
  if (embedded === undefined) return null;
  const { seed, user } = embedded;
  return `a throwaway server filled from ${listed(seed)}${user === undefined ? '' : `, sessions as ${user}`}`;
}

export function identityWords(identity: IdentityDeclaration | undefined): string[] {
  const words: string[] = [];
  if (identity?.database !== undefined) words.push(`database ${text(identity.database)}`);
  const sysid = identity?.system_identifier;
  if (sysid !== undefined) words.push(`system identifier ${isOutside(sysid) ? from(sysid) : text(sysid)}`);
  if (identity?.differs_from !== undefined) words.push(`another cluster than ${identity.differs_from}`);
  return words;
}

export const keyWords = (key: KeyDeclaration): string =>
  key.via === 'generate'
    ? 'a key pair of this run, destroyed with it'
    : `fingerprint ${given(key.fingerprint)}`;

/** Commands by the targets and keys that they name. */
function uses(commands: readonly PlannedCommand[]) {
  const targets = new Map<string, Set<string>>();
  const keys = new Map<string, Set<string>>();
  const add = (map: Map<string, Set<string>>, names: readonly string[] | undefined, id: string): void => {
    for (const name of names ?? []) map.set(name, (map.get(name) ?? new Set()).add(id));
  };
  for (const { base, guards, actions: list, expectations } of commands) {
    const found = [
      ...[...guards, ...expectations].map(({ probe }) =>
        probes.get(probe.kind)?.references?.(showTemplate(probe.args)),
      ),
      ...list.map(({ kind, args }) => actions.get(kind)?.references?.(showTemplate(args))),
    ];
    for (const names of found) {
      add(targets, names?.targets, base);
      add(keys, names?.keys, base);
    }
  }
  const of = (map: Map<string, Set<string>>) => (name: string) => [...(map.get(name) ?? [])];
  return { targets: of(targets), keys: of(keys) };
}

interface Taken {
  readonly outside: Outside;
  readonly gives: string;
  readonly secret: boolean;
}

/** Every name outside the runbook whose value a run takes, in the order of the language. */
function outsideNames(plan: Plan): Touches['outside'] {
  const byName = new Map<string, { kind: 'env' | 'file'; name: string; gives: string[]; secret: boolean }>();
  for (const { outside, gives, secret } of taken(plan)) {
    const kind = 'env' in outside ? 'env' : 'file';
    const name = 'env' in outside ? outside.env : outside.file;
    const known = byName.get(`${kind} ${name}`) ?? { kind, name, gives: [], secret: false };
    known.gives.push(gives);
    known.secret ||= secret;
    byName.set(`${kind} ${name}`, known);
  }
  return [...byName.values()];
}

function taken(plan: Plan): readonly Taken[] {
  const all: Taken[] = [];
  const add = (value: unknown, gives: string, secret = false): void => {
    if (isOutside(value)) all.push({ outside: value, gives, secret });
  };
  for (const [name, param] of Object.entries(plan.outsideParams)) add(param.from, `params.${name}`);
  for (const [name, { postgres, identity }] of Object.entries(plan.targets)) {
    // A URL may hold a password, so that it is treated as one.
    if (postgres.via === 'url') add(postgres.url, `targets.${name}.postgres.url`, true);
    if (postgres.via === 'docker') add(postgres.container, `targets.${name}.postgres.docker.container`);
    add(identity?.system_identifier, `targets.${name}.identity.system_identifier`);
  }
  for (const [name, key] of Object.entries(plan.keys))
    if (key.via === 'fingerprint') add(key.fingerprint, `keys.${name}.fingerprint`);
  for (const [name, secret] of Object.entries(plan.secrets)) add(secret, `secrets.${name}`, true);
  return all;
}

function protectedThings({ protected: things }: Plan): Touches['protected'] {
  if (things === undefined) return [];
  return [
    ...things.containers.map((name) => ({ kind: 'container' as const, name: text(name) })),
    ...things.clusters.map((name) => ({ kind: 'cluster' as const, name })),
    ...things.files.map((name) => ({ kind: 'file' as const, name: text(name) })),
  ];
}
