export { checkExpression } from './check.js';
export { evaluate, evaluateTemplate, toText } from './evaluate.js';
export type { ExpressionProblem } from './evaluate.js';
export type { ExpressionCode } from './failure.js';
export { functionDocs } from './functions.js';
export { renameIds } from './rename.js';
export type { Checked, ExpressionError, PathStep, Reference, Scope, Span } from './scope.js';
export { growingMap } from './values.js';
export { acceptsShape, shapeOf, showShape } from './shapes.js';
