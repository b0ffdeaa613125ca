import { join } from 'node:path';
import { openAppendFile } from '../../adapters/append-file.js';
import { systemClock } from '../../adapters/host.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import { valueMap } from '../../base/value.js';
import type { ValueMap } from '../../base/value.js';
import { journalName } from '../../bundle/manifest.js';
import { Cancellation } from '../../execute/cancellation.js';
import { Recorder } from '../../execute/state/recorder.js';
import type { RunState } from '../../execute/state/state.js';
import type { ChainEnd } from '../../journal/append.js';
import { openJournal } from '../../journal/append.js';
import type { Redactor } from '../../journal/redact.js';
import type { RunFacts } from '../../kinds/executor.js';
import type { Cause } from '../../model/event.js';
import type { AppendFile } from '../../ports/append-file.js';
import type { Problem } from '../../text/problem.js';
import type { Ui } from '../../ui/index.js';
import { redactingUi } from './redacting-ui.js';

export interface Recording {
  readonly recorder: Recorder;
  readonly cancellation: Cancellation;
  /** Waits for what is still being written. */
  readonly close: () => Promise<void>;
}

/** A journal, new or gone on with, and what stops the run: each cause is recorded as it comes. */
export async function openRecording(options: {
  readonly bundle: string;
  readonly state: RunState;
  readonly redactor: Redactor;
  readonly ui: Ui;
  readonly from?: ChainEnd;
}): Promise<Result<Recording, Problem>> {
  const redact = (text: string) => options.redactor.redact(text);
  const ui = redactingUi(options.ui, redact);
  const file = await openFile(options.bundle, options.from === undefined ? 'new' : 'go-on');
  if (!file.ok) return file;
  const journal = openJournal(file.value, systemClock, redact, options.from);
  const pending: Promise<void>[] = [];
  const note = (type: 'abort' | 'cause_added') => (cause: Cause) => {
    pending.push(recorder.record({ type, cause }));
  };
  const cancellation = new Cancellation(note('abort'), note('cause_added'));
  const recorder = new Recorder(
    journal,
    options.state,
    (event) => {
      ui.event({ ...event, at: systemClock.now() });
    },
    (why) => {
      cancellation.abort(unwritable(why));
    },
  );
  const close = async (): Promise<void> => {
    await Promise.all(pending);
    await journal.close();
  };
  return ok({ recorder, cancellation, close });
}

async function openFile(bundle: string, use: 'new' | 'go-on'): Promise<Result<AppendFile, Problem>> {
  try {
    return ok(await openAppendFile(join(bundle, journalName), use));
  } catch (error) {
    const { code, message, next } = unwritable(messageOf(error));
    return err({ code, message, ...(next !== undefined && { next }) });
  }
}

const unwritable = (why: string): Cause => ({
  kind: 'journal',
  code: 'JOURNAL_UNWRITABLE',
  command: null,
  gate: null,
  message: `the journal can't be written: ${why}`,
  next: 'make room on its disk, or see what is wrong with that (dmesg), then run again',
});

/** `run` as expressions see it. */
export function runValues(facts: RunFacts): ValueMap {
  const { id, mode, date, startedAt, work, logs, artifacts, project, gatebook } = facts;
  return valueMap(
    Object.entries({ id, mode, date, started_at: startedAt, work, logs, artifacts, project, gatebook }),
  );
}
