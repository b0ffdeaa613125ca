export { bind } from './bind.js';
export type { Bound } from './bind.js';
export type { Here } from './here.js';
export { decideMode } from './mode.js';
export type { ModeOptions, Refusal } from './mode.js';
export type { Environment, OutsideName } from './outside.js';
export type { ContainersHere } from './engine.js';
export { bindingDigest, canonicalBinding } from './digest.js';
