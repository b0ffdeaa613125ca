import type { Template } from '../../model/template.js';
import type { Location } from '../../text/diagnostic.js';
import type { Path } from '../places.js';
import type { Pipeline, Script, Simple } from './shell/syntax.js';

/** An `exec` or `script` of the runbook, as an action or as a probe. */
export interface Use {
  readonly kind: string;
  readonly args: Template;
  /** Of the kind's key. */
  readonly path: Path;
  readonly isProbe: boolean;
  /** The gate or command that it stands in, then what is around that. */
  readonly within: readonly string[];
}

export interface Argument {
  readonly text: string;
  /** An expression or a shell's expansion: what it will be isn't known. */
  readonly open: boolean;
  /** A pattern that a shell would expand, or a program might. */
  readonly glob: boolean;
  readonly at: Location;
}
/** One program with its arguments, wherever the runbook has it run. */
export interface Invocation {
  /** Without its folder. */
  readonly program: string;
  /** The program itself first. */
  readonly words: readonly Argument[];
  readonly use: Use;
  /** Another program's argv holds it too: `sudo psql …`. */
  readonly isInner: boolean;
  readonly shell?: { readonly simple: Simple; readonly pipeline: Pipeline; readonly text: ShellText };
}
/** Text that a shell runs: of `sh -c`, of a pinned script, of what `ssh` hands over. */
export interface ShellText {
  readonly script: Script;
  /** Stops at the first command that fails (`set -e`). */
  readonly errexit: boolean;
  readonly pipefail: boolean;
  readonly locate: (start: number, end: number) => Location;
  readonly use: Use;
  /** A substitution inside another text. */
  readonly isNested: boolean;
}
export interface Code {
  readonly uses: readonly Use[];
  readonly shells: readonly ShellText[];
  readonly invocations: readonly Invocation[];
}
