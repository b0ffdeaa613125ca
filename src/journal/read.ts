import { isNestedDeeper } from '../base/nesting.js';
import { sha256Of } from '../base/sha256.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import type { JournalRecord, RunEvent } from '../model/event.js';
import type { ChainEnd } from './append.js';
import { genesis } from './append.js';

/** Most bytes of a journal that is read; a record is bounded by the writer. */
export const maxJournalBytes = 512 * 1024 * 1024;
/** Deeper than any record: what comes from outside is read to a depth of 200. */
const deepest = 1000;
const newline = 0x0a;

export interface ReadJournal {
  readonly records: readonly JournalRecord[];
  /** Number of whole records and the sha256 of the last one's line. */
  readonly end: ChainEnd;
  /** Bytes of whole lines; what follows is a torn line. */
  readonly wholeBytes: number;
  /** Bytes after the last newline: a record whose writing was cut off, which nothing ever relied on. */
  readonly tornBytes: number;
}

/** Where a journal stops being what was written. Lines count from 1. */
export interface JournalDamage {
  readonly code: 'JOURNAL_DAMAGED' | 'JOURNAL_TOO_LARGE';
  readonly kind: 'changed' | 'reordered' | 'missing';
  readonly line: number;
  readonly message: string;
}

const eventTypes: Readonly<Record<RunEvent['type'], true>> = {
  run_planned: true,
  run_refused: true,
  run_started: true,
  command_started: true,
  command_ended: true,
  gate_started: true,
  gate_ended: true,
  action_intended: true,
  action_ended: true,
  resource_intended: true,
  resource_created: true,
  resource_destroyed: true,
  resource_kept: true,
  resource_leaked: true,
  abort: true,
  cause_added: true,
  embargo: true,
  teardown_started: true,
  recovery_started: true,
  compensation_engaged: true,
  leak_scan: true,
  parts_evaluated: true,
  run_ended: true,
};

/** Parses a journal and checks its hash chain. A torn last line is left out; damage before it is an error. */
export function readJournal(bytes: Uint8Array): Result<ReadJournal, JournalDamage> {
  if (bytes.length > maxJournalBytes) {
    return err({
      code: 'JOURNAL_TOO_LARGE',
      kind: 'changed',
      line: 1,
      message: `${bytes.length} bytes are over the limit`,
    });
  }
  const records: JournalRecord[] = [];
  let head = genesis;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(newline, start);
    if (end === -1) break;
    const line = bytes.subarray(start, end);
    const record = readRecord(line, records.length + 1, head);
    if (!record.ok) return { ok: false, error: placed(record.error, bytes.subarray(end)) };
    records.push(record.value);
    head = sha256Of(line);
    start = end + 1;
  }
  const tornBytes = bytes.length - start;
  return ok({ records, end: { seq: records.length, head }, wholeBytes: start, tornBytes });
}

/** A record that stands further down is not missing. */
function placed(damage: JournalDamage, after: Uint8Array): JournalDamage {
  const rest = Buffer.from(after.buffer, after.byteOffset, after.length);
  return damage.kind === 'missing' && rest.includes(`\n{"seq":${damage.line},`)
    ? { ...damage, kind: 'reordered' }
    : damage;
}

function readRecord(line: Uint8Array, number: number, head: string): Result<JournalRecord, JournalDamage> {
  const damage = (kind: JournalDamage['kind'], message: string, at = number): Result<never, JournalDamage> =>
    err({ code: 'JOURNAL_DAMAGED', kind, line: at, message });
  const parsed = parseLine(line);
  if (parsed === null) return damage('changed', 'the line is not a JSON object in UTF-8, or nested too deep');
  const { seq, prev, at, type } = parsed;
  if (seq !== number) {
    const kind = typeof seq === 'number' && seq > number ? 'missing' : 'reordered';
    return damage(kind, `record ${number} is expected here, and ${String(seq)} is found`);
  }
  if (prev !== head) {
    // The line before is what no longer has the digest that this one names.
    return number === 1
      ? damage('changed', 'the first record must name 64 zeros as the record before it')
      : damage('changed', `the line no longer has the sha256 that line ${number} names`, number - 1);
  }
  if (typeof at !== 'string' || typeof type !== 'string' || !Object.hasOwn(eventTypes, type)) {
    return damage('changed', `the record's type or time is not one that a journal has`);
  }
  // The chain says that these are the bytes that were written; what writes them is typed.
  return ok(parsed as unknown as JournalRecord);
}

function parseLine(line: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line),
    );
    return typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      !isNestedDeeper(value, deepest)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
