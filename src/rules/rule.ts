import type { ActionDeclaration, ProbeDeclaration } from '../kinds/declaration.js';
import type { Runbook } from '../model/runbook.js';
import type { Diagnostic, Location, Severity } from '../text/diagnostic.js';
import type { IndexedSource } from '../text/source.js';
import type { FoldedArgs } from './folded-args.js';
import type { Code } from './programs/code.js';
import type { CheckedSite } from './sites.js';
import type { Places } from './places.js';

/** A finding as a rule states it. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly at: Location;
  readonly severity?: Severity;
  readonly reason?: string;
  readonly fix?: string | undefined;
  readonly related?: Diagnostic['related'];
  /** Ids of the gate and command that it is about, where its place alone doesn't tell. */
  readonly within?: readonly string[];
}

/** The kinds that a runbook may name. */
export interface Kinds {
  readonly probes: ReadonlyMap<string, ProbeDeclaration>;
  readonly actions: ReadonlyMap<string, ActionDeclaration>;
}

/** All that a rule may look at. */
export interface RuleContext {
  readonly runbook: Runbook;
  readonly kinds: Kinds;
  /** Commands, gates and actions in the order in which they happen. */
  readonly places: Places;
  /** Every expression, checked once, with what is known where it stands. */
  readonly sites: readonly CheckedSite[];
  /** Args of a probe or action as the plan will have them, for rules that ask what a name stands for. */
  readonly argsOf: FoldedArgs;
  /** Programs and shells' texts that the runbook has run. */
  readonly code: Code;
  /** Every file that is part of the plan, by its path: the runbook, what it uses, the settings. */
  readonly files: readonly string[];
  /** One of them as text. */
  readonly textOf: (path: string) => IndexedSource | undefined;
  readonly locate: (path: readonly (string | number)[], what?: 'key' | 'value') => Location;
  /** Whether the author wrote it, or a default stands in its place. */
  readonly isWritten: (path: readonly (string | number)[]) => boolean;
  readonly report: (finding: Finding) => void;
}

/** One rule, one file, one table of valid and invalid runbooks. */
export interface Rule {
  readonly name: string;
  readonly check: (context: RuleContext) => void;
}
