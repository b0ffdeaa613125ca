import type { CommandEnd, GateEnd, RunEvent } from '../../model/event.js';

export type CommandState = 'pending' | 'running' | CommandEnd;
export type GateState = 'pending' | 'evaluating' | GateEnd;
export type ResourceState = 'intended' | 'created' | 'destroyed' | 'kept' | 'leaked';
export type RunPhase = 'admitted' | 'running' | 'tearing_down' | 'sealed' | 'refused';

/** Which state may follow which. What isn't here can't happen; trying it is a bug of ours. */
const commandNext: Readonly<Record<CommandState, readonly CommandState[]>> = {
  pending: ['running', 'skipped', 'not_run'],
  running: ['passed', 'failed', 'error', 'cancelled', 'skipped', 'unknown'],
  passed: [],
  failed: [],
  error: [],
  cancelled: [],
  skipped: [],
  not_run: [],
  unknown: [],
};
const gateNext: Readonly<Record<GateState, readonly GateState[]>> = {
  pending: ['evaluating', 'skipped', 'not_evaluated'],
  evaluating: ['passed', 'failed', 'error', 'noted', 'recorded', 'cancelled', 'skipped', 'not_evaluated'],
  passed: [],
  failed: [],
  error: [],
  noted: [],
  recorded: [],
  cancelled: [],
  skipped: [],
  not_evaluated: [],
};
const resourceNext: Readonly<Record<ResourceState, readonly ResourceState[]>> = {
  intended: ['created', 'destroyed', 'kept', 'leaked'],
  created: ['created', 'destroyed', 'kept', 'leaked'],
  // A later recovery may still find and destroy what an earlier one could not.
  leaked: ['destroyed', 'leaked'],
  kept: ['destroyed', 'leaked'],
  destroyed: [],
};
const phaseNext: Readonly<Record<RunPhase, readonly RunPhase[]>> = {
  admitted: ['running', 'refused', 'tearing_down'],
  running: ['tearing_down', 'sealed'],
  tearing_down: ['tearing_down', 'sealed', 'refused'],
  sealed: [],
  refused: ['sealed', 'tearing_down'],
};

export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition';
}

function step<S extends string>(what: string, table: Readonly<Record<S, readonly S[]>>, from: S, to: S): S {
  if (!table[from].includes(to)) throw new IllegalTransition(`${what} can't go from ${from} to ${to}`);
  return to;
}

export const nextCommand = (id: string, from: CommandState, to: CommandState): CommandState =>
  step(`command ${id}`, commandNext, from, to);
export const nextGate = (id: string, from: GateState, to: GateState): GateState =>
  step(`gate ${id}`, gateNext, from, to);
export const nextResource = (id: string, from: ResourceState, to: ResourceState): ResourceState =>
  step(`resource ${id}`, resourceNext, from, to);

/** The phase after an event; events that don't move the run leave it where it is. */
export function nextPhase(from: RunPhase, event: RunEvent): RunPhase {
  switch (event.type) {
    case 'run_started':
      return step('the run', phaseNext, from, 'running');
    case 'run_refused':
      return step('the run', phaseNext, from, 'refused');
    case 'teardown_started':
      return step('the run', phaseNext, from, 'tearing_down');
    case 'run_ended':
      return step('the run', phaseNext, from, 'sealed');
    default:
      return from;
  }
}
