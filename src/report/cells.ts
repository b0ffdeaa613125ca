import { cut } from '../base/visible.js';
import { grouped } from '../base/words.js';
import type { Json } from '../base/value.js';
import type { Inline, Text } from './document.js';
import { code } from './document.js';
import type { ReportCommand, ReportGate } from './commands.js';

/** Longest text in one cell; what is cut is whole in report.json. */
const cellLength = 400;
export const brief = (text: string): string => cut(text, cellLength);

/** A value of a run as a person reads it: numbers grouped, nothing as a dash, a structure as `key value, …`. */
export function cellOf(value: Json | undefined): string {
  if (value === null || value === undefined) return '—';
  if (typeof value === 'number') return grouped(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  if (isArray(value)) return value.length === 0 ? 'none' : value.map(cellOf).join(', ');
  const entries = Object.entries(value);
  return entries.length === 0 ? 'none' : entries.map(([key, entry]) => `${key} ${cellOf(entry)}`).join('; ');
}
const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);

export const gateResult: Readonly<Record<ReportGate['state'], string>> = {
  passed: 'PASS',
  failed: 'FAIL',
  error: 'ERROR',
  noted: 'NOTED',
  recorded: 'RECORDED',
  cancelled: 'CANCELLED',
  skipped: 'SKIPPED',
  not_evaluated: 'NOT RUN',
};
export const commandResult: Readonly<Record<ReportCommand['state'], string>> = {
  passed: 'PASS',
  failed: 'FAIL',
  error: 'ERROR',
  cancelled: 'CANCELLED',
  skipped: 'SKIPPED',
  not_run: 'NOT RUN',
  unknown: 'UNKNOWN',
};
export const actionResult: Readonly<Record<ReportCommand['actions'][number]['state'], string>> = {
  passed: 'done',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
  skipped: 'skipped',
  unknown: 'UNKNOWN',
  not_run: 'not run',
};

export const expectedText = (gate: ReportGate): string =>
  gate.expected_words.length === 0 ? cellOf(gate.expected) : gate.expected_words.join('; ');

/** What was observed in words; where nothing was, why. */
export function observedText(gate: ReportGate): string {
  if (gate.observed_words !== null) return gate.observed_words;
  if (gate.observed !== null) return cellOf(gate.observed);
  return gate.reason ?? '—';
}

const fullDigest = /^(?:sha256:)?[0-9a-f]{64}$/;
/** Digests stand as code. */
export const cellText = (value: Json | undefined): Text => {
  const text = brief(cellOf(value));
  const part: Inline = fullDigest.test(text) ? code(text) : text;
  return [part];
};
