import type { CommandId, GateId, Sha256 } from '../base/ids.js';
import type { Value, ValueMap } from '../base/value.js';
import type { Action, Command, Effect, Gate, ParamDeclaration, ReportParts, Runbook } from './runbook.js';
import type { Template } from './template.js';

export interface PlannedGate extends Gate {
  readonly id: GateId;
}
export interface PlannedAction extends Action {
  readonly effect: Effect;
}

/** One command, or one iteration of a loop, in the order in which it runs. */
export interface PlannedCommand extends Command {
  readonly id: CommandId;
  /** `C-10` of `C-10[S1]`; equals `id` outside a loop. */
  readonly base: string;
  readonly each?: { readonly key: string; readonly value: Value };
  readonly effect: Effect;
  readonly guards: readonly PlannedGate[];
  readonly actions: readonly PlannedAction[];
  readonly expectations: readonly PlannedGate[];
}

export interface PlanFile {
  /** Relative to the project. */
  readonly path: string;
  readonly sha256: Sha256;
  readonly role: 'runbook' | 'library' | 'data' | 'script' | 'sql' | 'settings';
}

/**
 * Everything that decides what happens, but for what outside names mean here (that is the binding).
 * Expressions over params, data and loops are folded to values; those over a run stay expressions.
 * The sha256 of its RFC 8785 canonical JSON is the plan digest.
 */
export interface Plan {
  readonly schema: 'gatebook/plan@1';
  /** The runner's version. */
  readonly gatebook: string;
  readonly runbook: Pick<Runbook, 'id' | 'title' | 'revision' | 'tags' | 'summary' | 'boundaries'> & {
    readonly path: string;
    readonly sha256: Sha256;
  };
  readonly facts: readonly (readonly [string, Template])[];
  readonly authorization: Runbook['authorization'] & object;
  readonly compensation?: Runbook['compensation'];
  readonly waivers?: Runbook['waivers'];
  readonly protected?: Runbook['protected'];
  /** By value. A param that comes from outside stands in `outsideParams`, and in the binding by its value's sha256. */
  readonly params: ValueMap;
  readonly outsideParams: Readonly<Record<string, ParamDeclaration>>;
  readonly data: ValueMap;
  readonly secrets: Runbook['secrets'];
  readonly targets: Runbook['targets'];
  readonly keys: Runbook['keys'];
  readonly commands: readonly PlannedCommand[];
  readonly teardown: readonly PlannedCommand[];
  readonly report: ReportParts;
  readonly files: readonly PlanFile[];
}
