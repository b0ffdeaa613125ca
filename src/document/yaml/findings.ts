import type { Advice, Diagnostic } from '../../text/diagnostic.js';
import type { IndexedSource } from '../../text/source.js';

export const yamlLimits = {
  depth: 64,
  tokens: 3_000_000,
  nodes: 500_000,
  keysOfAMap: 20_000,
  findings: 1000,
} as const;

/** What is wrong with one text, as far as anyone reads. */
export class Findings {
  readonly all: Diagnostic[] = [];
  constructor(private readonly source: IndexedSource) {}
  add(
    code: string,
    [start, end]: readonly [number, number],
    message: string,
    { fix, reason, edit }: Advice = {},
  ): void {
    // More than anyone reads; a hostile file could have one in every character.
    if (this.all.length >= yamlLimits.findings) return;
    this.all.push({
      code,
      severity: 'error',
      message,
      location: this.source.location(start, end),
      ...(reason !== undefined && { reason }),
      ...(fix !== undefined && { fix }),
      ...(edit && { edit }),
    });
  }
}
