import type { Action, Effect, Gate, LoopedCommand } from '../../model/runbook.js';
import type { TemplateMap } from '../../model/template.js';
import { errorPattern } from '../expect.js';
import { child, type Node } from '../tree.js';
import { buildGate, durationAt } from './gate.js';
import type { Libraries } from './library.js';
import { flagAt, given, textAt, type Scope } from './scope.js';

export const defaultCommandTimeoutMs = 600_000;
const modifiers: ReadonlySet<string> = new Set(['as', 'when', 'expect_error']);

export function buildCommands(node: Node | undefined, scope: Scope, libraries: Libraries): LoopedCommand[] {
  if (node?.kind !== 'map') return [];
  return [...node.entries.values()].map((entry) => buildCommand(entry.key, entry.value, scope, libraries));
}

function buildCommand(id: string, node: Node, scope: Scope, libraries: Libraries): LoopedCommand {
  const actions = child(node, 'do');
  const when = child(node, 'when');
  const forEach = child(node, 'for_each');
  const effect = textAt(node, 'effect');
  const title = child(node, 'title');
  const command = {
    id,
    title: title === undefined ? id : scope.template(title),
    ...given('why', scope.optional(child(node, 'why'))),
    ...given('effect', effect as Effect | undefined),
    ...given('when', when && scope.condition(when)),
    timeoutMs: durationAt(child(node, 'timeout')) ?? defaultCommandTimeoutMs,
    rehearse: flagAt(node, 'rehearse'),
    guards: buildGates(child(node, 'guards'), scope, libraries),
    actions: actions?.kind === 'list' ? actions.items.map((item) => buildAction(item, scope)) : [],
    expectations: buildGates(child(node, 'expectations'), scope, libraries),
    ...given('forEach', forEach && scope.template(forEach)),
  };
  if (
    actions === undefined &&
    child(node, 'guards') === undefined &&
    child(node, 'expectations') === undefined
  ) {
    scope.report(node, 'GB1102', `${id} needs guards, do or expectations`, {
      fix: 'say what it does',
    });
  }
  return command;
}

function buildGates(node: Node | undefined, scope: Scope, libraries: Libraries): readonly Gate[] {
  if (node?.kind !== 'map') return [];
  const gates = [...node.entries.values()].map((e) => buildGate(e.key, e.value, scope, libraries));
  return gates.filter((gate) => gate !== null);
}

function buildAction(node: Node, scope: Scope): Action {
  const entries = node.kind === 'map' ? [...node.entries.values()] : [];
  const kinds = entries.filter((entry) => !modifiers.has(entry.key));
  const [kind] = kinds;
  if (kinds.length !== 1) {
    const names = kinds.map((entry) => entry.key).join(', ');
    const message =
      kind === undefined ? 'an item of do needs an action' : `an item of do takes exactly one of ${names}`;
    scope.report(node, 'GB1108', message, { fix: 'write one action an item' });
  }
  const when = child(node, 'when');
  const error = child(node, 'expect_error');
  return {
    kind: kind?.key ?? '',
    args: kind === undefined ? null : scope.template(kind.value),
    ...given('as', textAt(node, 'as')),
    ...given('when', when && scope.condition(when)),
    ...given('expectError', error && (errorPattern(error, scope) as TemplateMap)),
  };
}
