import type { Expectation } from './matcher.js';
import type { Expression, Template, TemplateMap } from './template.js';

export type Effect = 'observe' | 'create' | 'change' | 'destroy';
export type OnFail = 'abort' | 'hard-abort' | 'fail' | 'record' | 'note';
export type Phase = 'guard' | 'expectation' | 'teardown';
export type Mode = 'live' | 'rehearsal' | 'dry-run';

/** Where a value from outside comes from. */
export type Outside = { readonly env: string } | { readonly file: string };
export const isOutside = (source: unknown): source is Outside =>
  typeof source === 'object' && source !== null && ('env' in source || 'file' in source);
/** A literal in the runbook or a name outside it. */
export type Given = string | Outside;

export type ParamType =
  'string' | 'integer' | 'boolean' | 'bytes' | 'duration' | 'path' | 'identifier' | 'enum' | 'list';
export interface ParamDeclaration {
  readonly type: ParamType;
  readonly description?: string;
  readonly pattern?: string;
  readonly values?: readonly string[];
  readonly items?: ParamType;
  /** A literal, or a name outside. Absent: it must be given. */
  readonly default?: Template;
  readonly from?: Outside;
}

export type SecretDeclaration = { readonly generate: { readonly bytes: number } } | Outside;

export interface IdentityDeclaration {
  readonly database?: Template;
  readonly system_identifier?: Template | Outside;
  readonly differs_from?: string;
}
/** What takes a server's place in a rehearsal. */
export type Embedded = { readonly seed: readonly string[]; readonly user?: string };

/** How a server is reached. */
export type PostgresTarget =
  | {
      readonly via: 'url';
      readonly url: Given;
      readonly embedded?: Embedded;
    }
  | {
      readonly via: 'docker';
      /** The container's exact name. */
      readonly container: Given;
      readonly user: string;
      readonly database: string;
      readonly password?: Template;
      /** The folder of the server's socket inside; where images have it where absent. */
      readonly socket?: string;
      readonly embedded?: Embedded;
    }
  | {
      readonly via: 'sandbox';
      readonly engine: 'auto' | 'local' | 'docker';
      readonly version?: Template;
      readonly name?: Template;
      readonly network?: Template;
      readonly image?: Template;
      readonly password?: Template;
    }
  | { readonly via: 'of'; readonly of: string; readonly user: Template; readonly password?: Template };

export interface TargetDeclaration {
  readonly postgres: PostgresTarget;
  readonly access: 'read' | 'write';
  readonly production: boolean;
  /** The reason why a superuser session is accepted on production. */
  readonly superuser?: string;
  readonly identity?: IdentityDeclaration;
}

export type KeyDeclaration =
  | { readonly via: 'fingerprint'; readonly fingerprint: Given; readonly embedded: boolean }
  | { readonly via: 'generate' };

export interface Probe {
  readonly kind: string;
  readonly args: Template;
}

export interface Retry {
  readonly attempts: number;
  readonly everyMs: number;
}

/** A gate with its library use resolved. `id` is `G-13a`; in a planned loop `G-13a[S1]`. */
export interface Gate {
  readonly id: string;
  readonly title: Template;
  readonly onFail: OnFail;
  readonly probe: Probe;
  readonly expect: readonly Expectation[];
  readonly assert?: Expression;
  readonly retry?: Retry;
  readonly timeoutMs: number;
  readonly why?: Template;
  readonly when?: { readonly if: Expression; readonly reason: Template };
  /** `gates/gpg.yaml#recipient-usable`, where it came from a library. */
  readonly uses?: string;
}

export interface Action {
  readonly kind: string;
  readonly args: Template;
  readonly as?: string;
  readonly when?: Expression;
  readonly expectError?: TemplateMap;
}

export interface Command {
  readonly id: string;
  readonly title: Template;
  readonly why?: Template;
  /** As declared; what the actions add to it is worked out by the plan. */
  readonly effect?: Effect;
  readonly when?: Expression;
  readonly timeoutMs: number;
  readonly rehearse: boolean;
  readonly guards: readonly Gate[];
  readonly actions: readonly Action[];
  readonly expectations: readonly Gate[];
}

export type Authorization =
  { readonly none: string } | { readonly slots: readonly string[]; readonly validForMs: number };

/** What happens after a failure that follows a change on production; nothing is restored or deleted by itself. */
export interface Compensation {
  /** Level 0 engages by itself; the only value that the language has. */
  readonly killSwitch: true;
  /** What is written down of the change: ids, row counts; an output that doesn't exist prints `—`. */
  readonly record: readonly Template[];
  /** The slot whose signed statement releases the kill switch again: `SG_3`. */
  readonly escalate: string;
}

/** A finding that a named person accepts until a day. */
export interface Waiver {
  /** `GB2610`. */
  readonly code: string;
  /** Only at this command or gate; everywhere where absent. */
  readonly at?: string;
  readonly reason: string;
  readonly approver: string;
  /** Last day on which it holds, UTC: `2026-12-31`. */
  readonly until: string;
}

/** What must be the same before and after, by exact names. */
export interface Protected {
  readonly containers: readonly Template[];
  /** Names of targets. */
  readonly clusters: readonly string[];
  readonly files: readonly Template[];
}

export interface ReportParts {
  readonly kb?: string;
  readonly conventions: readonly Template[];
  readonly checks: readonly {
    readonly title: Template;
    readonly gates: readonly string[];
    readonly evidence?: Template;
  }[];
  readonly readiness: readonly {
    readonly component: Template;
    readonly gate: string;
    /** Words for the gate's states: `{passed: READY, failed: MISSING}`. */
    readonly state: Readonly<Record<string, string>>;
    readonly evidence?: Template;
  }[];
  readonly tables: readonly {
    readonly title: Template;
    readonly from: string;
    readonly rows?: string;
    readonly columns: Readonly<Record<string, string>>;
    readonly total: readonly string[];
  }[];
  readonly notes: readonly {
    readonly id: string;
    readonly title: Template;
    readonly text: Template;
    readonly disposition?: Template;
  }[];
  readonly gaps: readonly {
    readonly id: string;
    readonly title: Template;
    readonly closedBy: readonly string[];
  }[];
  readonly operatorPackage?: { readonly when?: Expression; readonly text: Template };
  /** Ordered `name: text or expression` lines. */
  readonly verdict: readonly { readonly name: string; readonly value: Template }[];
}

/** A runbook as its author wrote it: valid by type, libraries resolved, loops not yet unrolled. */
export interface Runbook {
  readonly id: string;
  readonly title: string;
  readonly revision: number;
  readonly tags: readonly string[];
  readonly summary?: string;
  /** Ordered; printed at the top of review and report. */
  readonly facts: readonly (readonly [string, Template])[];
  readonly boundaries: readonly string[];
  readonly authorization?: Authorization;
  readonly compensation?: Compensation;
  readonly waivers?: readonly Waiver[];
  readonly protected?: Protected;
  readonly params: Readonly<Record<string, ParamDeclaration>>;
  /** Constants; files are read and their pins checked. */
  readonly data: TemplateMap;
  readonly secrets: Readonly<Record<string, SecretDeclaration>>;
  readonly targets: Readonly<Record<string, TargetDeclaration>>;
  readonly keys: Readonly<Record<string, KeyDeclaration>>;
  readonly commands: readonly LoopedCommand[];
  readonly teardown: readonly LoopedCommand[];
  readonly report: ReportParts;
}

/** A command as written; `forEach` is a map of items or an expression that yields one at plan time. */
export interface LoopedCommand extends Command {
  readonly forEach?: Template;
}
