import type { CallLimits } from '../../ports/docker.js';
import type { ProbeContext } from '../executor.js';

/** What the command or gate that asks may still take. */
export const limitsOf = ({ timeoutMs, signal }: ProbeContext): CallLimits => ({ timeoutMs, signal });
