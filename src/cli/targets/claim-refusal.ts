import type { Refusal } from '../../bind/index.js';
import type { ClaimProblem } from '../../ports/state.js';
import { inState } from '../shown.js';

/** Why a run doesn't begin whose claim wasn't had, with the command that gives it back; `state` is the folder's path. */
export function claimRefusal({ holder, ...problem }: ClaimProblem, state: string): Refusal {
  if (problem.code !== 'CLAIMED') return { ...problem, exit: 4 };
  return { ...problem, exit: 6, next: nextStep(holder, inState(state)) };
}

function nextStep(holder: ClaimProblem['holder'], again: string): string {
  if (holder === null)
    return `see with gatebook runs${again} that none is at work or unfinished, then remove that file`;
  return holder.held
    ? `look at what it left, then gatebook void ${holder.run} --reason TEXT${again}`
    : `wait for it, or if it is dead: gatebook teardown ${holder.run}${again}`;
}
