import type { Block } from '../../report/document.js';

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A section that has nothing to say isn't there. */
export const section = (title: string, blocks: readonly Block[]): Section | null =>
  blocks.length === 0 ? null : { title, blocks };
