import type { Window } from '../../approve/index.js';
import type { World } from '../../execute/context.js';
import type { Cause } from '../../model/event.js';
import type { Mode } from '../../model/runbook.js';
import type { StateFolder } from '../../ports/state.js';
import { scopeOf } from '../controls/controls.js';
import { inState } from '../shown.js';

/** What is asked again before every action: controls that another process may have used, and the clock. */
export function permissionOf(state: StateFolder, mode: Mode, window: Window | null): World['permission'] {
  return async () => (await killSwitch(state, mode)) ?? (await approvals(window));
}

async function killSwitch(state: StateFolder, mode: Mode): Promise<Cause | null> {
  const engaged = await state.controls.engaged(scopeOf(mode));
  if (engaged.ok && engaged.value === null) return null;
  const message = !engaged.ok
    ? engaged.error.message
    : `the kill switch was engaged by ${engaged.value?.by ?? ''}: ${engaged.value?.reason ?? ''}`;
  return {
    kind: 'kill_switch',
    code: engaged.ok ? 'KILL_SWITCH' : engaged.error.code,
    command: null,
    gate: null,
    message,
    next: `gatebook status${inState(state.path)}   says what is engaged`,
  };
}

/** Approvals end at their time, or when they are revoked. */
async function approvals(window: Window | null): Promise<Cause | null> {
  const ended = (await window?.ended()) ?? null;
  if (ended === null) return null;
  return { kind: 'approval', command: null, gate: null, next: 'ask for others: gatebook request', ...ended };
}
