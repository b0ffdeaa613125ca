import { describe, expect, test } from 'vitest';
import { impossibleIn } from '../../src/execute/state/history.js';
import { readJournal } from '../../src/journal/read.js';
import type { RunEvent } from '../../src/model/event.js';
import { journalBytes } from '../support/journal.js';
import { failed, passed, refused } from '../support/o9-events.js';

/** Every hash made anew, as a forger would. */
const foundIn = (events: readonly RunEvent[]) => {
  const journal = readJournal(journalBytes(events));
  if (!journal.ok) throw new Error(journal.error.message);
  return impossibleIn(journal.value.records);
};
const indexOf = (events: readonly RunEvent[], type: RunEvent['type']): number =>
  events.findIndex((event) => event.type === type);

test.each([
  ['passed', passed],
  ['failed', failed],
  ['refused', refused],
])('a journal of a run that %s tells what can have happened', (_, events) => {
  expect(foundIn(events())).toBeNull();
});

describe('with a chain made anew', () => {
  test.each(['command_started', 'command_ended', 'gate_ended', 'resource_intended', 'run_ended'] as const)(
    '%s twice is found at its second line',
    (type) => {
      const events = [...passed()];
      const at = indexOf(events, type);
      const event = events[at];
      if (event === undefined) throw new Error(`there is no ${type}`);
      events.splice(at + 1, 0, event);
      expect(foundIn(events)).toMatchObject({
        line: at + 2,
        message: expect.stringContaining('follow') as string,
      });
    },
  );

  test.each(['command_started', 'gate_started', 'resource_intended', 'run_planned'] as const)(
    'the first %s taken out is found',
    (type) => {
      const events = [...passed()];
      events.splice(indexOf(events, type), 1);
      expect(foundIn(events)).not.toBeNull();
    },
  );

  test('an end before the beginning is found', () => {
    const events = [...passed()];
    const at = indexOf(events, 'command_ended');
    const [ended] = events.splice(at, 1);
    if (ended === undefined) throw new Error('no command ends');
    events.splice(indexOf(events, 'command_started'), 0, ended);
    expect(foundIn(events)).not.toBeNull();
  });

  test('a PASS over a gate that failed is found, and names it', () => {
    const events = failed().map((event) =>
      event.type === 'run_ended' ? { ...event, verdict: 'PASS' as const, exit_code: 0 } : event,
    );
    expect(foundIn(events)).toMatchObject({
      message: expect.stringMatching(/^it says PASS, and /) as string,
    });
    // Nothing else tells against it: its command passed, and there is no cause.
    const [softened] = passed().flatMap((event) => (event.type === 'gate_ended' ? [event.gate] : []));
    const recorded = passed().map((event) =>
      event.type === 'gate_ended' && event.gate === softened
        ? { ...event, state: 'recorded' as const }
        : event,
    );
    expect(foundIn(recorded)).toMatchObject({ message: `it says PASS, and ${softened} is recorded` });
  });
});
