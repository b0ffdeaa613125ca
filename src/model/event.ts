import type { CommandId, GateId, RunId, Sha256 } from '../base/ids.js';
import type { Json } from '../base/value.js';
import type { AdmittedApproval, MalformedApproval, OfferedApproval } from './approval.js';
import type { Outline } from './outline.js';
import type { EvaluatedParts } from './parts.js';
import type { Mode } from './runbook.js';

export type GateEnd =
  'passed' | 'failed' | 'error' | 'noted' | 'recorded' | 'cancelled' | 'skipped' | 'not_evaluated';
export type CommandEnd = 'passed' | 'failed' | 'error' | 'cancelled' | 'skipped' | 'not_run' | 'unknown';
export type Verdict = 'PASS' | 'PARTIAL' | 'FAIL' | 'ABORTED' | 'REFUSED' | 'DRY-RUN';
export type TeardownStatus = 'clean' | 'incomplete' | 'not_needed';

/** The first thing that went wrong. Later ones are added to the journal, never put in its place. */
export interface Cause {
  readonly kind:
    | 'gate'
    | 'action'
    | 'timeout'
    | 'signal'
    | 'kill_switch'
    | 'approval'
    | 'journal'
    | 'crash'
    | 'environment'
    | 'control'
    | 'internal'
    | 'leak'
    | 'verdict';
  /** Stable code of the problem, for `explain`. */
  readonly code: string;
  readonly command: CommandId | null;
  readonly gate: GateId | null;
  readonly message: string;
  readonly next?: string;
  /** Set for `signal`: 2, 15, 1. */
  readonly signal?: number;
}

/** How a thing that the run made can be found again, proved to be ours, and destroyed: ids, never patterns. */
export type ResourceHandle = Readonly<Record<string, string | number | boolean | null>>;
export type ResourceType =
  | 'postgres.sandbox'
  | 'postgres.stand-in'
  | 'artifact'
  | 'file'
  | 'folder'
  | 'gpg.home'
  | 'process'
  | 'kept-file'
  | 'claim'
  | 'server-object'
  | 'docker.network'
  | 'docker.volume'
  | 'docker.container'
  | 'docker.stand-in';

export interface Difference {
  /** One line a person reads; `missing`/`extra`/`cells` say it in full. */
  readonly words: readonly string[];
  readonly detail?: Json;
}

/**
 * What happened, one record of the journal each; `execute` emits them, `transition` folds them into the run's
 * state, the report is made of nothing else.
 */
export type RunEvent =
  | {
      readonly type: 'run_planned';
      readonly run: RunId;
      readonly gatebook: string;
      /** Version of the renderer that made report.md first; regenerating uses the same. */
      readonly renderer: number;
      readonly mode: Mode;
      readonly outline: Outline;
      readonly plan_digest: string;
      readonly binding_digest: string;
      readonly host: string;
      readonly operator: string;
      readonly containment: string;
      readonly params: Json;
      readonly approvals: readonly AdmittedApproval[];
      /** Whose approvals counted; absent where none were needed. */
      readonly approvers?: {
        readonly path: string;
        readonly sha256: Sha256;
        /** Why the file proves less than it should; null where who runs could not have written it. */
        readonly warning: string | null;
      };
    }
  | {
      readonly type: 'run_refused';
      readonly cause: Cause;
      /** Absent in journals of before they were recorded. */
      readonly offered?: readonly OfferedApproval[];
      /** Absent where there are none. */
      readonly malformed?: readonly MalformedApproval[];
    }
  | { readonly type: 'run_started' }
  | { readonly type: 'command_started'; readonly command: CommandId }
  | {
      readonly type: 'command_ended';
      readonly command: CommandId;
      readonly state: CommandEnd;
      readonly reason?: string;
      /** Null where its runner died: nobody measured it. */
      readonly duration_ms: number | null;
    }
  | { readonly type: 'gate_started'; readonly gate: GateId; readonly command: CommandId }
  | {
      readonly type: 'gate_ended';
      readonly gate: GateId;
      readonly command: CommandId;
      readonly state: GateEnd;
      /** Evaluated operands, by path; what the gate compared with. */
      readonly expected: Json;
      readonly expected_words: readonly string[];
      /** Absent where nothing was observed. */
      readonly observed?: Json;
      readonly observed_words?: string;
      readonly difference: Difference | null;
      /** Why it was skipped, not evaluated, or couldn't be carried out. */
      readonly reason?: string;
      readonly duration_ms: number;
      readonly attempts: number;
    }
  | {
      readonly type: 'action_intended';
      readonly command: CommandId;
      readonly index: number;
      readonly kind: string;
      readonly as?: string;
    }
  | {
      readonly type: 'action_ended';
      readonly command: CommandId;
      readonly index: number;
      readonly as?: string;
      readonly state: 'passed' | 'failed' | 'cancelled' | 'skipped';
      /** Under `as`, for expressions and the report; big texts are cut, whole ones are in logs/. */
      readonly outputs?: Json;
      readonly words?: string;
      readonly problem?: {
        readonly code: string;
        readonly message: string;
        readonly sqlstate?: string;
        /** Known to have changed nothing. */
        readonly unchanged?: true;
      };
      readonly duration_ms: number;
    }
  | {
      readonly type: 'resource_intended';
      readonly resource: string;
      readonly kind: ResourceType;
      readonly name: string;
      readonly durability: 'ephemeral' | 'kept';
      readonly command: CommandId | null;
      readonly handle: ResourceHandle;
    }
  | { readonly type: 'resource_created'; readonly resource: string; readonly handle: ResourceHandle }
  | { readonly type: 'resource_destroyed'; readonly resource: string; readonly proof: string }
  | { readonly type: 'resource_kept'; readonly resource: string; readonly handle: ResourceHandle }
  | { readonly type: 'resource_leaked'; readonly resource: string; readonly reason: string }
  | { readonly type: 'abort'; readonly cause: Cause }
  | { readonly type: 'cause_added'; readonly cause: Cause }
  | { readonly type: 'embargo'; readonly targets: readonly string[] }
  | { readonly type: 'teardown_started'; readonly reason: string }
  | { readonly type: 'recovery_started'; readonly operator: string; readonly host: string }
  | {
      readonly type: 'compensation_engaged';
      /** False where the switch could not be engaged: the state folder can't be written. */
      readonly kill_switch: boolean;
      /** One engaged by a rehearsal refuses rehearsals only. */
      readonly scope: 'production' | 'rehearsal';
      readonly recorded: readonly string[];
      readonly escalate: string;
    }
  | {
      readonly type: 'leak_scan';
      readonly files: number;
      readonly hits: readonly { readonly file: string; readonly line: number; readonly kind: string }[];
    }
  | { readonly type: 'parts_evaluated'; readonly parts: EvaluatedParts }
  | {
      readonly type: 'run_ended';
      readonly verdict: Verdict;
      readonly exit_code: number;
      readonly cause: Cause | null;
      readonly teardown: TeardownStatus;
      readonly duration_ms: number;
    };

/** A line of journal.jsonl: an event with its place in the chain. */
export type JournalRecord = RunEvent & {
  readonly seq: number;
  /** sha256 of the line before, without its newline; 64 zeros for the first. */
  readonly prev: string;
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string;
};
