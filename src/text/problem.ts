/**
 * A failure outside any source text: the environment, a control, the command line, a program that failed.
 * `code` is stable and explained by `gatebook explain`; `message` says what, where and why; `next` what to do.
 */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly next?: string;
}
