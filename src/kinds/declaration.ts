import type { Value, ValueMap } from '../base/value.js';
import type { ResourceType } from '../model/event.js';
import type { Effect, TargetDeclaration } from '../model/runbook.js';
import type { Shape } from '../model/shape.js';

/** Something that an earlier action must have made, by its `as` name; `at` is where in the args it is named. */
export interface MadeReference {
  readonly type: ResourceType;
  readonly name: string;
  readonly at: readonly (string | number)[];
}

/** The args of a probe or action as a reviewer sees them: expressions stand in their braces, as text. */
export type ShownArgs = ValueMap;

interface KindDeclaration {
  /** The key in YAML: `postgres.rows`. */
  readonly name: string;
  /** One line for the reference page and hover. */
  readonly summary: string;
  /** What it starts on this machine, whatever its args: an approval holds for these very programs. */
  readonly programs?: readonly string[];
  /** What a reviewer reads: one short sentence about these args. */
  readonly words: (args: Value) => string;
  /** Names of targets and keys in these args, so that rules and admission know what is touched. */
  readonly references?: (args: Value) => {
    readonly targets?: readonly string[];
    readonly keys?: readonly string[];
    readonly made?: readonly MadeReference[];
  };
}

export interface ProbeDeclaration extends KindDeclaration {
  readonly observation: Shape;
  /** May run in a dry run. `exec` and `script` may not. */
  readonly inDryRun: boolean;
}

export interface ActionDeclaration extends KindDeclaration {
  /** `declared`: the command must say `effect:`. */
  readonly effect:
    | Effect
    | 'declared'
    | ((args: Value, target: (name: string) => TargetDeclaration | undefined) => Effect | 'declared');
  readonly outputs: Shape;
  /** What it makes, for the review and for the rule that teardown covers it. */
  readonly creates?: (args: Value) => readonly {
    readonly type: ResourceType;
    readonly durability: 'ephemeral' | 'kept';
    readonly words: string;
  }[];
}
