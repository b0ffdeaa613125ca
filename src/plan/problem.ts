import type { Location } from '../text/diagnostic.js';
import type { Problem } from '../text/problem.js';

/**
 * Why no plan can be made: 2 where the command line is wrong, 3 where the runbook is (then with its place, where
 * one is known).
 */
export interface PlanProblem extends Problem {
  readonly exit: 2 | 3;
  readonly at?: Location;
}

/** Of several: a runbook that is malformed comes before a command line that is. */
export const exitOf = (problems: readonly PlanProblem[]): 2 | 3 =>
  problems.some(({ exit }) => exit === 3) ? 3 : 2;
