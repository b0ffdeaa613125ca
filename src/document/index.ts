export { loadFile, loadRunbook } from './load.js';
export type { LoadedRunbook, SeenSources, Settings, SourcePart } from './load.js';
export { checkArgs } from './args.js';
export { matcherNames } from './expect.js';
export { typeMismatch } from './param-types.js';
export type { TypeBounds, WithType } from './param-types.js';
export { sourceLimits } from './read.js';
