import type { ProbeDeclaration } from '../declaration.js';

/** Every probe, in the order of the reference page. */
const declarations: readonly ProbeDeclaration[] = [];

export const probes: ReadonlyMap<string, ProbeDeclaration> = new Map(declarations.map((d) => [d.name, d]));
