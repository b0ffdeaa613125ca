import type { Word } from './tokens.js';

export interface Redirection {
  /** `2>`, `>&`, `<<`. */
  readonly operator: string;
  readonly target: Word | null;
  readonly start: number;
  readonly end: number;
}
/** A simple command; without words it stands for the end of a compound one (`done`, `}`, `)`). */
export interface Simple {
  readonly words: readonly Word[];
  readonly assignments: readonly Word[];
  readonly redirections: readonly Redirection[];
  readonly start: number;
  readonly end: number;
}
/** What stands between two pipelines; `''` at the beginning and the end. */
export type Link = '' | '&&' | '||' | ';' | '&';
export interface Pipeline {
  readonly members: readonly Simple[];
  readonly before: Link;
  readonly after: Link;
  /** Its result is asked for: between `if`, `while` or `until` and what follows. */
  readonly condition: boolean;
  /** How many compounds are around it. */
  readonly depth: number;
  /** In which `( … )` it stands, by a number; 0 outside of all. What is set there ends with it. */
  readonly subshell: number;
  readonly negated: boolean;
  /** The last of a branch or group: its result is that of the compound, which ends with the next of less depth. */
  readonly endsBlock: boolean;
  /** Where it ends a group, `{ … }` or `( … )`: what links that to what stands before it. */
  readonly around: Link;
}
export interface Script {
  readonly pipelines: readonly Pipeline[];
  /** Substitutions inside, each a script of its own with its offset. */
  readonly nested: readonly { readonly script: Script; readonly start: number }[];
}
