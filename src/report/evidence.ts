import type { RowResult } from '../model/parts.js';
import type { ReportGate } from './commands.js';

export interface EvidenceRow {
  readonly result: RowResult;
  readonly evidence: string;
}

/**
 * What stands as evidence beside a row. An author writes it for gates that held: beside one that didn't it would claim
 * what nobody saw (`FAIL — 9 of 9`), so there the gates say what they saw, and a row that nobody looked at has none.
 */
export function evidenceOf(
  { result, evidence }: EvidenceRow,
  ids: readonly string[],
  gates: readonly ReportGate[],
) {
  // Of a PARTIAL the run has left out what speaks of gates that held.
  if (result === 'PASS' || (result === 'PARTIAL' && evidence !== '')) return evidence;
  return (
    gates
      .filter(
        ({ id, state }) => failing.has(state) && ids.some((one) => id === one || id.startsWith(`${one}[`)),
      )
      // One that the row names alone stands behind it anyway.
      .map((gate) => (ids.length === 1 && gate.id === ids[0] ? '' : `${gate.id}: `) + seenWords(gate))
      .join('; ')
  );
}
const failing: ReadonlySet<ReportGate['state']> = new Set(['failed', 'error', 'cancelled', 'recorded']);

const seenWords = ({ difference, observed_words: seen, reason }: ReportGate): string =>
  difference?.words.join(', ') ?? seen ?? reason ?? 'cancelled';
