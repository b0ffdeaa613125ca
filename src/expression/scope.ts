import type { Shape } from '../model/shape.js';

/**
 * The names that an expression may use, each with what `validate` knows of its shape: `params`, `data`, `run`,
 * `targets`, `keys`, `commands`, `gates`, `secrets`, `each`, `with`, `value`. What isn't in it is unknown.
 *
 * `commands` is `{fields: {'C-02': {fields: {backup: …}}}}`, `gates` is
 * `{fields: {'G-01': {fields: {observed: …, state: 'string'}}}}`, `secrets` is `{fields: {name: 'string'}}`.
 */
export type Scope = Readonly<Record<string, Shape>>;

/** A step of a reference; a step that only the run knows (`rows[i]`) ends the path. */
export type PathStep = string | number;

/** A place in the source of an expression, in UTF-16 code units. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** One use of a name from outside the expression, as far as it is constant. */
export type Reference = Span &
  (
    | {
        readonly root: 'commands';
        readonly command: string;
        readonly as: string;
        readonly path: readonly PathStep[];
      }
    | {
        readonly root: 'gates';
        readonly gate: string;
        readonly what: 'observed' | 'state';
        readonly path: readonly PathStep[];
      }
    | { readonly root: 'secrets'; readonly name: string }
    | { readonly root: 'targets' | 'keys'; readonly name: string | null; readonly path: readonly PathStep[] }
    | {
        readonly root: 'params' | 'data' | 'run' | 'each' | 'with' | 'value';
        readonly path: readonly PathStep[];
      }
  );

/** What is wrong with an expression, where, and what to write instead. */
export interface ExpressionError extends Span {
  readonly kind:
    'syntax' | 'limit' | 'unknown-name' | 'unknown-field' | 'dynamic-index' | 'type' | 'function';
  readonly message: string;
  readonly fix?: string;
}

export interface Checked {
  /** `any` where it can't be told, or where there are errors. */
  readonly type: Shape;
  readonly references: readonly Reference[];
  readonly errors: readonly ExpressionError[];
}
