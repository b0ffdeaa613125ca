import type { Block } from '../document.js';

/** A numbered part of the report. One with nothing to say is null. */
export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}
