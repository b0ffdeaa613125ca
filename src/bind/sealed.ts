import type { Binding } from '../model/binding.js';
import type { Plan } from '../model/plan.js';
import { isOutside } from '../model/runbook.js';
import type { ConnectionParts } from '../ports/postgres.js';
import type { Here } from './here.js';

/** What may not be shown even as a sha256, each with its name, so that a difference can be named. */
export function sealedValues(
  plan: Plan,
  secrets: readonly (readonly [string, string])[],
  connections: ReadonlyMap<string, ConnectionParts>,
  here: Here,
): Binding['sealed'] {
  const values = [
    // A generated secret is another one in each run.
    ...secrets.flatMap(([name, value]) =>
      isOutside(plan.secrets[name]) ? [[`secrets.${name}`, value] as const] : [],
    ),
    ...[...connections].map(([name, { password }]) => [`targets.${name}.password`, password ?? ''] as const),
    ...here.steering.map(([name, value]) => [`environment.${name}`, value] as const),
  ];
  return values.map(([name, value]) => ({ name, digest: sealOf(name, value, here.seal) }));
}

const sealOf = (name: string, value: string, seal: Here['seal']): string => seal(`${name}\0${value}`);

/** Secrets from outside that are here what they were for the run; a generated one was that run's alone. */
export function secretsAsBound(
  plan: Plan,
  binding: Binding,
  { environment, seal }: Pick<Here, 'environment' | 'seal'>,
): readonly (readonly [string, string])[] {
  return Object.entries(plan.secrets).flatMap(([secret, source]) => {
    const value = isOutside(source) ? environment.get(source) : undefined;
    if (value === undefined) return [];
    const name = `secrets.${secret}`;
    const digest = sealOf(name, value, seal);
    return binding.sealed.some((one) => one.name === name && one.digest === digest) ? [[secret, value]] : [];
  });
}
