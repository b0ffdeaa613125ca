import type { World } from '../execute/context.js';
import type { Mode } from '../model/runbook.js';
import type { StateFolder } from '../ports/state.js';

/** What is asked again before every action: the kill switch, which another process may have engaged meanwhile. */
export function permissionOf(state: StateFolder, mode: Mode): World['permission'] {
  return async () => {
    const engaged = await state.controls.engaged(mode === 'rehearsal' ? 'rehearsal' : 'production');
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
      next: 'gatebook status   says what is engaged',
    };
  };
}
