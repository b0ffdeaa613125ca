import { operatorName, systemClock } from '../../adapters/host.js';
import type { RunId } from '../../base/ids.js';
import type { Refusal } from '../../bind/index.js';
import type { World } from '../../execute/context.js';
import type { Compensated } from '../../execute/state/state.js';
import type { Mode } from '../../model/runbook.js';
import type { KillSwitch, StateFolder, SwitchScope } from '../../ports/state.js';
import { inState } from '../shown.js';

/** Which switches stop a run of this mode: a rehearsal heeds those of rehearsals too. */
export const scopeOf = (mode: Mode): SwitchScope => (mode === 'rehearsal' ? 'rehearsal' : 'production');

/** Level 0 at admission: why nothing may start, or null. One that can't be read refuses. */
export async function refusedByControls(state: StateFolder, mode: Mode): Promise<Refusal | null> {
  const engaged = await state.controls.engaged(scopeOf(mode));
  if (!engaged.ok) return { ...engaged.error, exit: 6 };
  if (engaged.value === null) return null;
  return {
    code: 'KILL_SWITCH',
    exit: 6,
    message: `the kill switch is engaged: ${whoAndWhy(engaged.value)}`,
    next: howToRelease(engaged.value, state),
  };
}

/** `by alice, 2026-11-21 08:15:02: they said why`. */
export const whoAndWhy = ({ by, at, run, reason }: KillSwitch): string =>
  `${run === null ? `by ${by}` : `by run ${run}`}, ${at.slice(0, 19).replace('T', ' ')} UTC: ${reason}`;

/** What releases it. */
export const howToRelease = ({ scope, escalate }: KillSwitch, { path }: StateFolder): string =>
  scope === 'production' && escalate !== null
    ? `${escalate} releases it: gatebook enable --as WHO --key FILE${inState(path)}`
    : `gatebook enable${inState(path)}   releases it`;

/** Engages level 0 for a run whose failure asks for it. */
export function engageFor(state: StateFolder, run: RunId): World['engageKillSwitch'] {
  return ({ scope, reason, escalate }) =>
    state.controls.engage({ scope, reason, escalate, run, by: operatorName(), at: systemClock.now() });
}

/** What is left to people once a run's failure engaged the kill switch: what nobody did yet. */
export async function afterCompensation(
  run: string,
  done: Compensated | null,
  { path, controls }: StateFolder,
): Promise<readonly string[]> {
  if (done === null) return [];
  const again = inState(path);
  const switches = await controls.switches();
  const released = switches.ok && switches.value.every((one) => one.run !== run);
  if (done.scope === 'rehearsal')
    return released ? [] : [`gatebook enable${again}    lets rehearsals begin again`];
  const voided = await controls.voided();
  return [
    ...(released
      ? []
      : [
          `${done.escalate} decides what is done about the change; gatebook enable --as WHO --key FILE${again}    releases the kill switch for them`,
        ]),
    ...(voided.ok && voided.value.some((one) => one.run === run)
      ? []
      : [
          `gatebook void ${run} --reason TEXT${again}    gives the target back, once it is known what the run left there`,
        ]),
  ];
}
