export { schema } from '../../probes/script/schema.js';
export type { Args } from '../../probes/script/schema.js';
