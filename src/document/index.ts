export { checkArgs } from './args.js';
export { loadRunbook, loadSettings } from './load.js';
export type { LoadedRunbook, SeenSources, Settings, SourcePart } from './load.js';
