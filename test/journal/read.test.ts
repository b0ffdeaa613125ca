import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxJournalBytes, readJournal } from '../../src/journal/read.js';
import { journalBytes } from '../support/journal.js';
import { passed } from '../support/o9-events.js';

const whole = journalBytes(passed());
const lineEnds = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([at]) => at);

describe('readJournal', () => {
  it('reads every record and names the head', () => {
    const journal = readJournal(whole);
    expect(journal.ok && journal.value.records.length).toBe(passed().length);
    expect(journal.ok && journal.value.end.seq).toBe(passed().length);
    expect(journal.ok && journal.value.tornBytes).toBe(0);
  });

  it('reads an empty journal as no record', () => {
    expect(readJournal(Buffer.alloc(0))).toMatchObject({
      ok: true,
      value: { records: [], end: { seq: 0, head: '0'.repeat(64) } },
    });
  });

  it('tolerates a torn last line at any byte, and says how long it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), (length) => {
        const journal = readJournal(whole.subarray(0, length));
        const records = lineEnds.filter((at) => at < length).length;
        const wholeBytes = records === 0 ? 0 : (lineEnds[records - 1] ?? 0) + 1;
        expect(journal).toMatchObject({ ok: true, value: { wholeBytes, tornBytes: length - wholeBytes } });
        expect(journal.ok && journal.value.records.length).toBe(records);
      }),
    );
  });

  it('finds any changed byte before the last line, at its line', () => {
    const lastLine = (lineEnds.at(-2) ?? 0) + 1;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: lastLine - 1 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(whole);
        changed[at] = ((changed[at] ?? 0) + by) % 256;
        const journal = readJournal(changed);
        const line = lineEnds.filter((end) => end < at).length + 1;
        expect(journal.ok).toBe(false);
        if (!journal.ok) expect(Math.abs(journal.error.line - line)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('finds a record nested without end, which no walk over it would survive', () => {
    const end = lineEnds[0] ?? 0;
    for (const nested of [
      `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`,
    ]) {
      const first = whole.subarray(0, end).toString().replace(/}$/, `,"deep":${nested}}`);
      expect(readJournal(Buffer.from(`${first}\n`))).toMatchObject({ ok: false, error: { line: 1 } });
    }
  });

  it.each([
    ['a mark before it', (line: string) => `\ufeff${line}`],
    ['a type that no record has', (line: string) => line.replace('"run_planned"', '"run_blessed"')],
    ['a type that every object has', (line: string) => line.replace('"run_planned"', '"toString"')],
    ['no time', (line: string) => line.replace('"at":', '"when":')],
    ['no object in it', () => '"run_planned"'],
  ])('finds a line with %s', (_, spoil) => {
    const first = whole.subarray(0, lineEnds[0]).toString();
    expect(spoil(first)).not.toBe(first);
    expect(readJournal(Buffer.from(`${spoil(first)}\n`))).toMatchObject({
      ok: false,
      error: { code: 'JOURNAL_DAMAGED', kind: 'changed', line: 1 },
    });
  });

  it('does not look at more than the limit', () => {
    expect(readJournal(new Uint8Array(maxJournalBytes + 1))).toMatchObject({
      ok: false,
      error: { code: 'JOURNAL_TOO_LARGE' },
    });
  });

  it('tells a reordered from a removed record', () => {
    const lines = whole.toString().split('\n').slice(0, -1);
    const [first = '', second = '', third = ''] = lines;
    const swapped = readJournal(Buffer.from(`${first}\n${third}\n${second}\n`));
    expect(swapped).toMatchObject({ ok: false, error: { kind: 'reordered', line: 2 } });
    const removed = readJournal(Buffer.from(`${first}\n${third}\n`));
    expect(removed).toMatchObject({ ok: false, error: { kind: 'missing', line: 2 } });
  });
});
