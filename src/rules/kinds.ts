import type { Value } from '../base/value.js';
import type { Effect, Gate } from '../model/runbook.js';
import { showTemplate } from '../model/template.js';
import type { ActionPlace, GatePlace } from './places.js';
import type { RuleContext } from './rule.js';

/** A name as it is declared; what an expression will yield isn't known here. */
export const isName = (text: string): boolean => !text.includes('${{');

/** What an action does to the world; `declared` where its command must say it. */
export function effectOf({ action }: ActionPlace, { kinds, runbook }: RuleContext): Effect | 'declared' {
  const effect = kinds.actions.get(action.kind)?.effect ?? 'declared';
  if (typeof effect !== 'function') return effect;
  return effect(showTemplate(action.args), (name) =>
    Object.hasOwn(runbook.targets, name) ? runbook.targets[name] : undefined,
  );
}

/** Targets that an action names, as they are written: what a param names by default is one of several. */
export const targetsAsWritten = ({ action }: ActionPlace, { kinds }: RuleContext): readonly string[] =>
  kinds.actions.get(action.kind)?.references?.(showTemplate(action.args)).targets ?? [];

/** Targets that an action names, in a loop those of each item. */
export function targetsOfAction(
  { action, of }: ActionPlace,
  { kinds, argsOf }: RuleContext,
): readonly string[] {
  const references = kinds.actions.get(action.kind)?.references;
  return argsOf(action.args, of).flatMap((args) => references?.(args).targets ?? []);
}

/** Targets that a gate's probe names, in a loop those of each item. */
export function targetsOfGate({ gate, of }: GatePlace, { kinds, argsOf }: RuleContext): readonly string[] {
  const references = kinds.probes.get(gate.probe.kind)?.references;
  return argsOf(gate.probe.args, of).flatMap((args) => references?.(args).targets ?? []);
}

/** A gate whose failure stops the run, whenever it is evaluated at all. */
export const stops = (gate: Gate): boolean => gate.onFail === 'abort' || gate.onFail === 'hard-abort';

/** A field of an object, where the value is one. */
export function argument(args: Value, key: string): Value | undefined {
  return typeof args === 'object' && args !== null && !Array.isArray(args) && Object.hasOwn(args, key)
    ? (args as Readonly<Record<string, Value>>)[key]
    : undefined;
}
