import type { SandboxEngine } from '../model/binding.js';
import type { Plan } from '../model/plan.js';
import { isTemplateMap } from '../model/template.js';

/** What the container engine of this machine said, before anything is bound. */
export interface ContainersHere {
  /** Of each sandbox: what will run it. */
  readonly sandboxes: Readonly<Record<string, { readonly engine: SandboxEngine; readonly image?: string }>>;
  /** Of each server in a container: the full id of the one that bears the name now. */
  readonly containers: Readonly<Record<string, { readonly name: string; readonly id: string }>>;
}

/** Whether anything of the plan may speak to a container engine: then its address is in the binding. */
export function usesDocker(plan: Plan, here: ContainersHere): boolean {
  const parts = [...plan.commands, ...plan.teardown].flatMap((command) => [
    ...command.actions,
    ...[...command.guards, ...command.expectations].map((gate) => gate.probe),
  ]);
  if (Object.keys(here.containers).length > 0 || (plan.protected?.containers.length ?? 0) > 0) return true;
  if (Object.values(here.sandboxes).some(({ engine }) => engine === 'docker')) return true;
  return parts.some(
    ({ kind, args }) =>
      kind.startsWith('docker.') ||
      ((kind === 'exec' || kind === 'script') && isTemplateMap(args) && args['in'] !== undefined),
  );
}
