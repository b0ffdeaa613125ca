import { cut } from '../base/visible.js';
import { grouped } from '../base/words.js';
import type { Json } from '../base/value.js';
import type { Inline, Text } from './document.js';
import { code } from './document.js';
import type { ReportCommand, ReportGate } from './commands.js';
import { shortened } from './shorten.js';

/** Longest text in one cell; what is cut is whole in report.json. */
const cellLength = 400;
export const brief = (text: string): string => cut(text, cellLength);

/** Longest text in a row of the command table, where six columns share the page. */
const rowLength = 140;
const elsewhere = ' (whole in report.json)';
export function inRow(text: string, renderer: number): string {
  const short = shortened(text);
  return short.length <= rowLength ? short : cut(short, rowLength) + (renderer < 2 ? elsewhere : '');
}
/** Said once below the table, where a row of it was cut. */
export const cutWords = 'What ends in … is whole in report.json.';
export const wasCut = (cell: Text): boolean =>
  cell.some((part) => typeof part === 'string' && part.length >= rowLength && part.endsWith('…'));

/** What people go by afterwards, such as the ids that were changed: whole, but for what nobody would read to its end. */
const recordLength = 10_000;
export const inRecord = (text: string): string =>
  text.length <= recordLength ? text : cut(text, recordLength) + elsewhere;

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
/** No action ran: what held is no PASS of the command. */
export const dryRunResult: typeof commandResult = {
  ...commandResult,
  passed: 'LOOKED AT',
  not_run: 'NOT LOOKED AT',
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
  // What stayed as it was needs no second listing.
  const compared =
    gate.expected_words.length > 0 && gate.expected_words.every((w) => w.startsWith('unchanged since'));
  if (compared && gate.state === 'passed') return 'unchanged';
  if (gate.observed_words !== null) return gate.observed_words;
  if (gate.observed !== null) return cellOf(gate.observed);
  return gate.reason ?? '—';
}

const fullDigest = /^(?:sha256:)?[0-9a-f]{64}$/;
const isGateState = (value: Json | undefined): value is ReportGate['state'] =>
  typeof value === 'string' && Object.hasOwn(gateResult, value);

/** Digests stand as code, the state of a gate as its result. */
export const cellText = (value: Json | undefined): Text => {
  const text = isGateState(value) ? gateResult[value] : brief(cellOf(value));
  const part: Inline = fullDigest.test(text) ? code(text) : text;
  return [part];
};
