import type { Json } from '../base/value.js';

/** One row of each report part, evaluated while the run was alive. */
export interface EvaluatedParts {
  readonly facts: readonly (readonly [string, string])[];
  readonly checks: readonly {
    readonly number: number;
    readonly title: string;
    readonly result: RowResult;
    readonly gates: readonly string[];
    readonly evidence: string;
  }[];
  readonly readiness: readonly {
    readonly component: string;
    readonly state: string;
    readonly result: RowResult;
    readonly gate: string;
    readonly evidence: string;
  }[];
  readonly tables: readonly {
    readonly title: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly Json[])[];
    readonly total: readonly Json[] | null;
  }[];
  readonly notes: readonly {
    readonly id: string;
    readonly title: string;
    readonly text: string;
    readonly disposition: string | null;
  }[];
  readonly gaps: readonly {
    readonly id: string;
    readonly title: string;
    /** NOT RUN: of a dry run, which couldn't look. */
    readonly state: 'CLOSED' | 'OPEN' | 'NOT RUN';
    readonly closed_by: readonly string[];
  }[];
  readonly operator_package: string | null;
  readonly verdict_lines: readonly (readonly [string, string])[];
}
export type RowResult = 'PASS' | 'PARTIAL' | 'SKIPPED' | 'NOT RUN' | 'FAIL';
