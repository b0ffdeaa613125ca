import { operatorName, systemClock } from '../../adapters/host.js';
import { openState } from '../../adapters/state/index.js';
import { howToRelease, whoAndWhy } from './controls.js';
import { problemText, tell, usage } from '../io.js';
import { readReason } from './reason.js';

export interface DisableOptions {
  readonly reason: string;
  readonly rehearsals: boolean;
  readonly state: string;
}

/** `gatebook disable`: from now on every run is refused, and one that is going on stops before its next action. */
export async function disableCommand(options: DisableOptions): Promise<number> {
  const reason = readReason(options.reason);
  if (!reason.ok) return usage(reason.error, 'disable');
  const state = await openState(options.state);
  if (!state.ok) return tell(problemText(state.error), 4);
  const entry = {
    scope: options.rehearsals ? ('rehearsal' as const) : ('production' as const),
    reason: reason.value,
    by: operatorName(),
    at: systemClock.now(),
    run: null,
    escalate: null,
  };
  const engaged = await state.value.controls.engage(entry);
  if (!engaged.ok) return tell(problemText(engaged.error), 4);
  const refused = options.rehearsals ? 'rehearsals are refused' : 'every run is refused';
  if (engaged.value) {
    return tell(
      `the kill switch is engaged: ${refused}; one that is going on stops before its next action\nnext     ${howToRelease(entry, state.value)}\n`,
      0,
    );
  }
  const there = await state.value.controls.switches();
  const first = there.ok
    ? there.value.find((one) => one.run === null && one.scope === entry.scope)
    : undefined;
  const since = first === undefined ? '' : `, ${whoAndWhy(first)}`;
  return tell(
    `the kill switch was engaged already${since}\nnext     ${howToRelease(entry, state.value)}\n`,
    0,
  );
}
