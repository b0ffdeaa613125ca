import type { CommandId, GateId } from '../../base/ids.js';
import { invariant } from '../../base/invariant.js';
import type { Json } from '../../base/value.js';
import type { Cause, RunEvent } from '../../model/event.js';
import type { Outline } from '../../model/outline.js';
import type { LedgerEntry } from '../../kinds/executor.js';
import { nextCommand, nextGate, nextPhase, nextResource } from './transition.js';
import type { CommandState, GateState, ResourceState, RunPhase } from './transition.js';

export interface GateRecord {
  readonly command: CommandId;
  state: GateState;
  observed?: Json;
}
export interface OpenAction {
  readonly command: CommandId;
  readonly index: number;
}
/** How far an action came: `begun` is one whose end is not recorded, `undone` one that failed and changed nothing. */
export type ActionState = 'begun' | 'passed' | 'failed' | 'undone' | 'cancelled' | 'skipped';
export interface LedgerRecord extends LedgerEntry {
  readonly command: CommandId | null;
}

/**
 * What the journal says, folded: nothing is in here that an event did not bring, so a run that was killed has
 * the same state after its journal has been read again.
 */
export interface RunState {
  phase: RunPhase;
  readonly commands: Map<CommandId, CommandState>;
  readonly gates: Map<GateId, GateRecord>;
  readonly outputs: Map<CommandId, Map<string, Json>>;
  /** Every action that was intended, by its command and place there. */
  readonly actions: Map<CommandId, Map<number, ActionState>>;
  readonly resources: Map<string, LedgerRecord>;
  readonly embargoed: Set<string>;
  /** The action that was begun and whose end is not recorded. */
  open: OpenAction | null;
  cause: Cause | null;
  readonly laterCauses: Cause[];
  leaks: number;
  recovered: boolean;
  /** Set once the run's own failure engaged the kill switch. */
  compensation: Compensated | null;
}
export type Compensated = Extract<RunEvent, { readonly type: 'compensation_engaged' }>;

export function initialState(outline: Outline): RunState {
  const state: RunState = {
    phase: 'admitted',
    commands: new Map(),
    gates: new Map(),
    outputs: new Map(),
    actions: new Map(),
    resources: new Map(),
    embargoed: new Set(),
    open: null,
    cause: null,
    laterCauses: [],
    leaks: 0,
    recovered: false,
    compensation: null,
  };
  for (const command of outline.commands) {
    state.commands.set(command.id, 'pending');
    for (const gate of command.gates) state.gates.set(gate.id, { command: command.id, state: 'pending' });
  }
  return state;
}

/** Folds one event into the state; an event that can't follow is an `IllegalTransition`, a bug of ours. */
export function apply(state: RunState, event: RunEvent): void {
  state.phase = nextPhase(state.phase, event);
  switch (event.type) {
    case 'command_started':
      setCommand(state, event.command, 'running');
      return;
    case 'command_ended':
      if (event.state === 'unknown') state.open = null;
      setCommand(state, event.command, event.state);
      return;
    case 'gate_started':
      setGate(state, event.gate, 'evaluating');
      return;
    case 'gate_ended': {
      setGate(state, event.gate, event.state);
      const gate = state.gates.get(event.gate);
      if (gate !== undefined && event.observed !== undefined) gate.observed = event.observed;
      return;
    }
    case 'action_intended':
      state.open = { command: event.command, index: event.index };
      setAction(state, event, 'begun');
      return;
    case 'action_ended':
      endAction(state, event);
      return;
    case 'resource_intended':
    case 'resource_created':
    case 'resource_destroyed':
    case 'resource_kept':
    case 'resource_leaked':
      applyResource(state, event);
      return;
    case 'embargo':
      for (const target of event.targets) state.embargoed.add(target);
      return;
    case 'abort':
    case 'cause_added':
    case 'run_refused':
      if (state.cause === null) state.cause = event.cause;
      else state.laterCauses.push(event.cause);
      return;
    case 'leak_scan':
      state.leaks += event.hits.length;
      return;
    case 'recovery_started':
      state.recovered = true;
      return;
    case 'compensation_engaged':
      state.compensation = event;
      return;
    case 'run_planned':
    case 'run_started':
    case 'teardown_started':
    case 'parts_evaluated':
    case 'run_ended':
      return;
  }
}

function setCommand(state: RunState, id: CommandId, to: CommandState): void {
  const from = state.commands.get(id);
  invariant(from, `command ${id} is in the plan`);
  state.commands.set(id, nextCommand(id, from, to));
}

function setGate(state: RunState, id: GateId, to: GateState): void {
  const gate = state.gates.get(id);
  invariant(gate, `gate ${id} is in the plan`);
  gate.state = nextGate(id, gate.state, to);
}

function setAction(state: RunState, { command, index }: OpenAction, to: ActionState): void {
  const actions = state.actions.get(command) ?? new Map<number, ActionState>();
  state.actions.set(command, actions.set(index, to));
}

function endAction(state: RunState, event: RunEvent & { type: 'action_ended' }): void {
  state.open = null;
  setAction(state, event, event.problem?.unchanged === true ? 'undone' : event.state);
  if (event.as === undefined || event.outputs === undefined) return;
  const outputs = state.outputs.get(event.command) ?? new Map<string, Json>();
  state.outputs.set(event.command, outputs.set(event.as, event.outputs));
}

type ResourceEvent = Extract<RunEvent, { readonly type: `resource_${string}` }>;

function applyResource(state: RunState, event: ResourceEvent): void {
  if (event.type === 'resource_intended') {
    invariant(!state.resources.has(event.resource), `resource ${event.resource} is new`);
    const { resource, kind, name, durability, command, handle } = event;
    state.resources.set(resource, { resource, kind, name, durability, command, handle, state: 'intended' });
    return;
  }
  const entry = state.resources.get(event.resource);
  invariant(entry, `resource ${event.resource} was intended`);
  const to = event.type.slice('resource_'.length) as ResourceState;
  const handle = 'handle' in event ? event.handle : entry.handle;
  state.resources.set(event.resource, { ...entry, handle, state: nextResource(entry.name, entry.state, to) });
}
