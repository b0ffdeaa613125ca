import { hash } from 'node:crypto';
import type { Clock } from '../base/clock.js';
import { messageOf } from '../base/thrown.js';
import type { RunEvent } from '../model/event.js';
import type { AppendFile } from '../ports/append-file.js';
import { redactStrings } from './redact-strings.js';

/** What the first record's `prev` is. */
export const genesis = '0'.repeat(64);

/** Largest record; a bigger one is our bug, since outputs and observations are bounded before they get here. */
const maxRecordBytes = 32 * 1024 * 1024;

export interface ChainEnd {
  readonly seq: number;
  readonly head: string;
}

/**
 * The run's truth: one event a line, each naming the sha256 of the line before. Records are written in the
 * order of the calls. A durable one is on disk (fdatasync) when its promise resolves, with all before it.
 */
export interface Journal {
  readonly append: (event: RunEvent, durable: boolean) => Promise<void>;
  readonly end: () => ChainEnd;
  readonly releaseReserve: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export class JournalError extends Error {
  override readonly name = 'JournalError';
}

export function openJournal(
  file: AppendFile,
  clock: Clock,
  redact: (text: string) => string,
  from: ChainEnd = { seq: 0, head: genesis },
): Journal {
  let { seq, head } = from;
  let queue: Promise<void> = Promise.resolve();
  let unsynced: JournalError | null = null;

  const write = async (event: RunEvent, durable: boolean): Promise<void> => {
    const record = { seq: seq + 1, prev: head, at: clock.now(), ...event };
    const line = JSON.stringify(redactStrings(record, redact));
    if (unsynced !== null) throw unsynced;
    try {
      if (line.length > maxRecordBytes) throw new Error(`a record of ${line.length} bytes is over the limit`);
      file.append(`${line}\n`);
    } catch (error) {
      throw new JournalError(messageOf(error), { cause: error });
    }
    seq += 1;
    head = hash('sha256', line);
    if (durable) await sync();
  };
  // The line stands, and nobody can say what of it is on the disk: writing it again, or more, would pretend.
  const sync = async (): Promise<void> => {
    try {
      await file.sync();
    } catch (error) {
      unsynced = new JournalError(`fdatasync: ${messageOf(error)}`, {
        cause: error,
      });
      throw unsynced;
    }
  };

  return {
    append(event, durable) {
      const written = queue.then(() => write(event, durable));
      queue = written.catch(() => undefined);
      return written;
    },
    end: () => ({ seq, head }),
    releaseReserve: () => file.releaseReserve(),
    close: () => queue.then(() => file.close()),
  };
}
