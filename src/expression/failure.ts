/** Stable codes of what can go wrong while an expression is evaluated. */
export type ExpressionCode =
  | 'ABSENT'
  | 'NO_SUCH_FIELD'
  | 'EXPRESSION_SYNTAX'
  | 'EXPRESSION_TYPE'
  | 'EXPRESSION_LIMIT'
  | 'EXPRESSION_FAILED';

/** Thrown through the library's evaluator by what we plug into it; never leaves this room. */
export class ExpressionFailure extends Error {
  override readonly name = 'ExpressionFailure';
  constructor(
    readonly code: ExpressionCode,
    message: string,
  ) {
    super(message);
  }
}
