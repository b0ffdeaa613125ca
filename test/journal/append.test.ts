import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandId } from '../../src/base/ids.js';
import { JournalError, openJournal, type Journal } from '../../src/journal/append.js';
import type { RunEvent } from '../../src/model/event.js';
import type { AppendFile } from '../../src/ports/append-file.js';
import { sha } from '../support/journal.js';

const named = (command: string): RunEvent => ({ type: 'command_started', command: command as CommandId });

/** What reached the file, in order: `line`, `sync begins`, `sync ends`, `close`. */
let did: string[];
let text: string;
let onSync: () => Promise<void>;
let onAppend: () => void;
let journal: Journal;
const file: AppendFile = {
  append: (line) => {
    onAppend();
    text += line;
    did.push('line');
  },
  sync: async () => {
    did.push('sync begins');
    await onSync();
    did.push('sync ends');
  },
  releaseReserve: () => Promise.resolve(),
  close: () => {
    did.push('close');
    return Promise.resolve();
  },
};
const clock = { now: () => '2026-11-21T08:15:02.000Z', monotonicMs: () => 0 };
const lines = (): string[] => text.split('\n').slice(0, -1);
const records = () => lines().map((line) => JSON.parse(line) as { seq: number; prev: string });

beforeEach(() => {
  [did, text] = [[], ''];
  onSync = () => new Promise((resolve) => setTimeout(resolve, 5));
  onAppend = () => undefined;
  journal = openJournal(file, clock, (words) => words.replaceAll('hunter2', '***'));
});

describe('a journal', () => {
  test('has a durable record on the disk before it says so, and what comes after it only then', async () => {
    const durable = journal.append(named('C-01'), true).then(() => did.push('said'));
    await Promise.all([durable, journal.append(named('C-02'), false)]);
    expect(did).toEqual(['line', 'sync begins', 'sync ends', expect.any(String), expect.any(String)]);
    expect(did.slice(3).sort()).toEqual(['line', 'said']);
  });

  test('is a chain from 64 zeros on, each record naming the bytes before it', async () => {
    for (const command of ['C-01', 'C-02', 'C-03']) await journal.append(named(command), false);
    const [one = '', two = '', three = ''] = lines();
    expect(records()).toMatchObject([
      { seq: 1, prev: '0'.repeat(64) },
      { seq: 2, prev: sha(one) },
      { seq: 3, prev: sha(two) },
    ]);
    expect(journal.end()).toEqual({ seq: 3, head: sha(three) });
  });

  test('holds no secret', async () => {
    await journal.append(named('hunter2'), false);
    expect(text).not.toContain('hunter2');
  });

  test('closes the file after the last of its records', async () => {
    const written = journal.append(named('C-01'), true);
    await journal.close();
    await written;
    expect(did.at(-1)).toBe('close');
  });
});

describe('what could not be written', () => {
  test('is no link of the chain: the next record takes its place', async () => {
    await journal.append(named('C-01'), false);
    onAppend = () => {
      throw new Error('ENOSPC');
    };
    await expect(journal.append(named('C-02'), false)).rejects.toThrow(JournalError);
    onAppend = () => undefined;
    await journal.append(named('C-03'), false);
    expect(records().map(({ seq }) => seq)).toEqual([1, 2]);
    expect(records()[1]?.prev).toBe(sha(lines()[0] ?? ''));
  });

  test('nor is a record beyond the limit', async () => {
    await expect(journal.append(named('x'.repeat(33 * 1024 * 1024)), false)).rejects.toThrow(
      'over the limit',
    );
    await journal.append(named('C-01'), false);
    expect(records()).toMatchObject([{ seq: 1 }]);
  });

  test('for sure stops the journal: nobody can say what is on the disk, and nothing is written after it', async () => {
    onSync = () => Promise.reject(new Error('EIO'));
    await expect(journal.append(named('C-01'), true)).rejects.toThrow('fdatasync: EIO');
    onSync = () => Promise.resolve();
    await expect(journal.append(named('C-02'), false)).rejects.toThrow('fdatasync: EIO');
    expect(records()).toMatchObject([{ seq: 1 }]);
  });
});
