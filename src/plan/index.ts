export { buildPlan } from './build.js';
export type { Loaded, PlanOptions } from './build.js';
export { makePlan } from './make.js';
export { canonicalPlan, decodePlan, planDigest } from './json.js';
export { askedWords, outline } from './outline.js';
export { parseParam } from './params.js';
export { exitOf } from './problem.js';
export type { PlanProblem } from './problem.js';
