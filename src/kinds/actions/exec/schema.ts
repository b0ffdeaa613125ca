export { schema } from '../../probes/exec/schema.js';
export type { Args } from '../../probes/exec/schema.js';
