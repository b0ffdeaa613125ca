import type { TargetDeclaration } from './runbook.js';

type Targets = Readonly<Record<string, TargetDeclaration>>;
const declared = (targets: Targets, name: string): TargetDeclaration | undefined =>
  Object.hasOwn(targets, name) ? targets[name] : undefined;

/** Another session user on a production server is on production, whatever its own declaration says. */
export function isProduction(targets: Targets, name: string): boolean {
  const target = declared(targets, name);
  if (target === undefined) return false;
  const { postgres } = target;
  return target.production || (postgres.via === 'of' && declared(targets, postgres.of)?.production === true);
}

/** The declarations as a run takes them: of each it is said whether it is on production. */
export const asTaken = (targets: Targets): Targets =>
  Object.fromEntries(
    Object.entries(targets).map(([name, target]) => [
      name,
      { ...target, production: isProduction(targets, name) },
    ]),
  );

/** Names of the targets that a run may change and whose change nobody takes back by itself. */
export const writableProduction = (targets: Targets): readonly string[] =>
  Object.keys(targets).filter((name) => targets[name]?.access === 'write' && isProduction(targets, name));
