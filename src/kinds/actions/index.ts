import type { ActionDeclaration } from '../declaration.js';

/** Every action, in the order of the reference page. */
const declarations: readonly ActionDeclaration[] = [];

export const actions: ReadonlyMap<string, ActionDeclaration> = new Map(declarations.map((d) => [d.name, d]));
