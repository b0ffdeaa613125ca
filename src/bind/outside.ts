import { isMap } from '../base/value.js';
import type { Plan, PlannedGate } from '../model/plan.js';
import { isOutside, type Outside } from '../model/runbook.js';
import { showTemplate } from '../model/template.js';

/** What this process was given: environment variables and files, by the names that the runbook writes. */
export interface Environment {
  /** Undefined where it is absent; set but empty is set. */
  readonly get: (source: Outside) => string | undefined;
  /** Every variable's name, to tell a misspelt one. */
  readonly names: () => readonly string[];
}

/** One place where a value from outside enters. */
export interface OutsideName {
  /** Where the runbook names it: `targets.prod.postgres.url`. */
  readonly place: string;
  readonly role: 'target' | 'key' | 'param' | 'secret';
  readonly source: Outside;
  /** A gate is there to observe that it is absent (`env`, `gpg.key`). */
  readonly observed: boolean;
}

/** Everything that a runbook takes from outside; params that were given on the command line are no longer among it. */
export function outsideNames(plan: Plan): readonly OutsideName[] {
  const observed = observedNames(plan);
  const name = (role: OutsideName['role'], place: string, source: unknown, seen = false): OutsideName[] =>
    isOutside(source)
      ? [{ role, place, source, observed: seen || ('env' in source && observed.env.has(source.env)) }]
      : [];
  return [
    ...Object.entries(plan.targets).flatMap(([target, { postgres, identity }]) => [
      ...(postgres.via === 'url' ? name('target', `targets.${target}.postgres.url`, postgres.url) : []),
      ...(postgres.via === 'docker'
        ? name('target', `targets.${target}.postgres.docker.container`, postgres.container)
        : []),
      ...name('target', `targets.${target}.identity.system_identifier`, identity?.system_identifier),
    ]),
    ...Object.entries(plan.keys).flatMap(([key, declared]) =>
      declared.via === 'fingerprint'
        ? name('key', `keys.${key}.gpg.fingerprint`, declared.fingerprint, observed.keys.has(key))
        : [],
    ),
    ...Object.entries(plan.outsideParams).flatMap(([param, { from }]) =>
      name('param', `params.${param}`, from),
    ),
    ...Object.entries(plan.secrets).flatMap(([secret, declared]) =>
      name('secret', `secrets.${secret}`, declared),
    ),
  ];
}

export const showSource = (source: Outside): string => ('env' in source ? source.env : `file ${source.file}`);

function observedNames(plan: Plan): {
  readonly env: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
} {
  const env = new Set<string>();
  const keys = new Set<string>();
  for (const { probe } of gatesOf(plan)) {
    const args = showTemplate(probe.args);
    if (!isMap(args)) continue;
    if (probe.kind === 'env' && typeof args['name'] === 'string') env.add(args['name']);
    if (probe.kind === 'gpg.key' && typeof args['key'] === 'string') keys.add(args['key']);
  }
  return { env, keys };
}

const gatesOf = (plan: Plan): readonly PlannedGate[] =>
  [...plan.commands, ...plan.teardown].flatMap((c) => [...c.guards, ...c.expectations]);
