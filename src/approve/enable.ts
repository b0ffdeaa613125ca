import type { Result } from '../base/result.js';
import type { Problem } from '../text/problem.js';
import { forms, instantOf, printStatement, readStatement, textOf } from './statement.js';

/** What the slot that a failed change escalates to signs, so that runs may begin again. */
export interface EnableStatement {
  /** Id of the state folder whose kill switch is meant. */
  readonly state: string;
  /** The run whose failure engaged it. */
  readonly run: string;
  readonly slot: string;
  /** When it was engaged: a statement is for that one time. UTC, ISO 8601. */
  readonly engaged_at: string;
  readonly principal: string;
  /** What was decided about the change. */
  readonly reason: string;
}

export const printEnable = (statement: EnableStatement): string =>
  printStatement({ ...statement, type: 'gatebook/enable@1' });

/** Problem: STATEMENT_MALFORMED. */
export const readEnable = (text: string): Result<EnableStatement, Problem> =>
  readStatement(text, 'enable', (fields) => ({
    state: textOf(fields, 'state', forms.state),
    run: textOf(fields, 'run', forms.run),
    slot: textOf(fields, 'slot', forms.slot),
    engaged_at: instantOf(fields, 'engaged_at'),
    principal: textOf(fields, 'principal', forms.principal),
    reason: textOf(fields, 'reason', forms.anything),
  }));
