import { expect, test } from 'vitest';
import type { Cause, RunEvent } from '../../src/model/event.js';
import type { CommandId } from '../../src/base/ids.js';
import { sha256Of } from '../../src/base/sha256.js';
import { readJournal } from '../../src/journal/read.js';
import { buildReport, renderReport } from '../../src/report/index.js';
import { journalBytes } from '../support/journal.js';
import { failed, passed } from '../support/o9-events.js';

/** As a run of today's form, or of an older one, tells it. */
function told(events: readonly RunEvent[], renderer: number, mode: 'live' | 'rehearsal' = 'live'): string {
  const formed = events.map((event) => (event.type === 'run_planned' ? { ...event, renderer, mode } : event));
  const journal = readJournal(journalBytes(formed));
  const report = journal.ok ? buildReport(journal.value) : journal;
  if (!report.ok) throw new Error(report.error.message);
  return renderReport(report.value, 'md');
}
const ending = (verdict: 'PARTIAL', exit_code: number, events = passed()): readonly RunEvent[] =>
  events.map((event) => (event.type === 'run_ended' ? { ...event, verdict, exit_code } : event));

test('a PARTIAL that only the result of the runbook made says so', () => {
  expect(told(ending('PARTIAL', 7), 2)).toContain(
    "**PARTIAL** — all was done and held, and the runbook's own result says PARTIAL.",
  );
  expect(told(ending('PARTIAL', 7), 1)).toContain('less was done than a PASS needs.');
  const oneLess = ending('PARTIAL', 7).map((event) =>
    event.type === 'command_ended' && event.command === 'C-02'
      ? { ...event, state: 'skipped' as const }
      : event,
  );
  expect(told(oneLess, 2)).toContain("what was done held, and the runbook's own result says PARTIAL.");
  const skipped = ending('PARTIAL', 7).map((event) =>
    event.type === 'command_ended' ? { ...event, state: 'skipped' as const } : event,
  );
  expect(told(skipped, 2)).toContain('no command ran: its when skipped each.');
});

test('a PARTIAL that a person can mend says how, and which gate it was', () => {
  const recorded = ending('PARTIAL', 7).map((event) =>
    event.type === 'gate_ended' && event.state === 'noted' ? { ...event, state: 'recorded' as const } : event,
  );
  expect(told(recorded, 2)).toMatch(/G-03 did not hold and was recorded: \w/);
  expect(told(recorded, 2)).toContain('What to do next: what the operator package below says.');
});

test('a dry run that could look at nothing does not say that it looked', () => {
  const events = passed().map((event): RunEvent => {
    if (event.type === 'gate_ended') return { ...event, state: 'not_evaluated' };
    return event.type === 'run_ended' ? { ...event, verdict: 'DRY-RUN' } : event;
  });
  expect(told(events, 2)).toContain('**DRY-RUN** — nothing was looked at: ');
  expect(told(events, 1)).toContain('**DRY-RUN** — guards were looked at, and nothing else');
});

test('what is kept on purpose is no missing proof, and why it is kept stands with it', () => {
  const kept = passed().flatMap((event): readonly RunEvent[] => {
    if (event.type === 'resource_destroyed' && event.resource === 'R-1') return [];
    if (event.type !== 'resource_created' || event.resource !== 'R-1') return [event];
    return [{ ...event, type: 'resource_kept' }];
  });
  expect(told(kept, 2)).toContain(
    '- created and proved gone: postgres.sandbox copy\n- kept, as the runbook means it to be: artifact backup (the encrypted backup, among the artifacts)\n',
  );
  expect(told(kept, 1)).toContain('- created and proved gone: 1 of 2\n- kept: artifact backup\n');
});

test('a backup that a failed run keeps is no proven one', () => {
  const kept = failed().flatMap((event): readonly RunEvent[] => {
    if (event.type === 'resource_destroyed' && event.resource === 'R-1') return [];
    return [
      event.type === 'resource_created' && event.resource === 'R-1'
        ? { ...event, type: 'resource_kept', handle: { sha256: sha256Of('artifact') } }
        : event,
    ];
  });
  expect(told(kept, 2)).toMatch(/UTC \| kept, NOT PROVEN \|\n/);
  expect(told(kept, 2)).toContain('The run ended FAIL: this is no proven backup.\n');
  expect(told(kept, 1)).not.toMatch(/NOT PROVEN|no proven/);
});

test('what the evidence of a recorded gate leaves out the gate says', () => {
  const events = ending('PARTIAL', 7).map((event): RunEvent => {
    if (event.type === 'gate_ended' && event.state === 'noted') return { ...event, state: 'recorded' };
    if (event.type !== 'parts_evaluated') return event;
    const row = { number: 1, title: 'Key', result: 'PARTIAL' as const, gates: ['G-03'] };
    return { ...event, parts: { ...event.parts, checks: [{ ...row, evidence: '' }] } };
  });
  expect(told(events, 2)).toMatch(/\*\*PARTIAL\*\* — \S.* \(G-03\) \|/);
  expect(told(events, 1)).toContain('**PARTIAL** (G-03) |');
});

test('what a stand-in closed is not closed where production is', () => {
  const gap = { id: 'GAP-3', title: 'no key', state: 'CLOSED' as const, closed_by: ['G-01'] };
  const events = passed().map((event): RunEvent =>
    event.type === 'parts_evaluated' ? { ...event, parts: { ...event.parts, gaps: [gap] } } : event,
  );
  const line = (mode: 'live' | 'rehearsal', renderer: number): string =>
    /GAP-3.*/.exec(told(events, renderer, mode))?.[0] ?? '';
  expect(line('rehearsal', 2)).toContain('| **CLOSED**, on a stand-in |');
  expect(line('rehearsal', 1)).toContain('| **CLOSED** |');
  expect(line('live', 2)).toContain('| **CLOSED** |');
});

test('what an action met is told once, and pointed to', () => {
  const words = `3 errors of the restore: 42704 type does not exist ${'[CREATE TABLE public.t] '.repeat(10)}`;
  const message = `postgres.restore: ${words}`;
  const where = { command: 'C-03' as CommandId, gate: null };
  const cause: Cause = { kind: 'action', code: 'RESTORE_ERRORS', message, ...where };
  const events = failed().map((event): RunEvent => {
    if (event.type === 'abort' || event.type === 'run_ended') return { ...event, cause };
    if (event.type !== 'action_ended' || event.command !== 'C-03' || event.index !== 1) return event;
    return { ...event, state: 'failed', problem: { code: 'RESTORE_ERRORS', message: words } };
  });
  const text = told(events, 2);
  expect(text).toContain('C-03: postgres.restore failed (RESTORE_ERRORS): what it met stands below.');
  expect(text).toContain('- cause: postgres.restore in C-03 (RESTORE_ERRORS)\n');
  expect(text).toMatch(/### C-03 · postgres\.restore · FAILED\n\n- restore .*\n- 3 errors of the restore/);
  // Once whole, once in its row of the table of commands.
  expect(text.split('42704').length - 1).toBe(2);
  expect(told(events, 1).split('42704').length - 1).toBe(4);
});

test("what an author wrote for gates that held doesn't stand beside one that didn't", () => {
  const events = failed().map((event): RunEvent => {
    if (event.type !== 'parts_evaluated') return event;
    const evidence = 'all rows equal';
    const row = { title: 'Rows', evidence };
    const checks = [
      { ...row, number: 1, result: 'FAIL' as const, gates: ['G-05', 'G-06'] },
      { ...row, number: 2, result: 'NOT RUN' as const, gates: ['G-09'] },
      { ...row, number: 3, result: 'PASS' as const, gates: ['G-05'] },
    ];
    const readiness = [
      { component: 'rows', state: 'MISSING', result: 'FAIL' as const, gate: 'G-06', evidence },
    ];
    return { ...event, parts: { ...event.parts, checks, readiness } };
  });
  const text = told(events, 2);
  expect(text).toContain('| rows | MISSING | public.unit_version: content hash differs (G-06) |');
  expect(text).toContain('**FAIL** — G-06: public.unit_version: content hash differs (G-05, G-06) |');
  expect(text).toContain('**NOT RUN** (G-09) |');
  expect(text.split('all rows equal').length - 1).toBe(1);
  expect(told(events, 1)).toContain('| rows | MISSING | all rows equal (G-06) |');
});

const withProduction = (events: readonly RunEvent[], access: 'read' | 'write'): readonly RunEvent[] =>
  events.map((event) =>
    event.type === 'run_planned'
      ? { ...event, outline: { ...event.outline, production: [{ target: 'prod', access }] } }
      : event,
  );

test('the first lines say which checks passed, what was left out and what became of production', () => {
  const skipped = withProduction(passed(), 'read').map((event) =>
    event.type === 'command_ended' && event.command === 'C-02'
      ? { ...event, state: 'skipped' as const }
      : event,
  );
  expect(told(skipped, 2)).toContain('All two checks PASS. Skipped: C-02 ');
  expect(told(skipped, 1)).not.toContain('checks PASS');
  const single = skipped.map((event) =>
    event.type === 'parts_evaluated'
      ? { ...event, parts: { ...event.parts, checks: event.parts.checks.slice(0, 1) } }
      : event,
  );
  expect(told(single, 2)).toContain(' The only check is PASS. ');
  const text = told(withProduction(failed(), 'read'), 2);
  expect(text).toMatch(/> .* Checks: one PASS, one FAIL\. Sessions on production were read-only\. Teardown/);
  expect(text).toContain('\n- sessions on production: prod, read-only\n');
  expect(told(withProduction(failed(), 'write'), 2)).toContain('No change was begun.');
  const changed = withProduction(failed(), 'write').map((event): RunEvent => {
    if (event.type !== 'run_planned') return event;
    const commands = event.outline.commands.map((command) => ({
      ...command,
      actions: command.actions.map((one) => ({ ...one, kind: 'sql', effect: 'create' as const })),
    }));
    return { ...event, outline: { ...event.outline, commands } };
  });
  expect(told(changed, 2)).not.toContain('No change was begun.');
});

test('a note whose values the run did not come to is left out', () => {
  const events = failed().map((event): RunEvent => {
    if (event.type !== 'parts_evaluated') return event;
    const note = { id: 'N-7', title: 'Ports', text: '—', disposition: 'benign' };
    return { ...event, parts: { ...event.parts, notes: [note] } };
  });
  expect(told(events, 2)).not.toContain('N-7');
  expect(told(events, 1)).toContain('### Note N-7 — Ports');
});

test('a backup is told to the byte, and when it was begun', () => {
  expect(told(passed(), 2)).toMatch(
    /\| 41\.2 MB \(41,200,000 B\) \|.*\| C-02, begun \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \|/,
  );
  expect(told(passed(), 1)).toMatch(/\| 41\.2 MB \|.*\| C-02 \|/);
});

test('an action that its when skipped says so in its result alone', () => {
  const events = passed().map((event): RunEvent =>
    event.type === 'action_ended' && event.command === 'C-04'
      ? { ...event, state: 'skipped', words: "when: run.mode == 'live'" }
      : event,
  );
  expect(told(events, 2)).toMatch(/\|  \| destroy copy \|  \|  \|  \| skipped by its when \|/);
  expect(told(events, 1)).toMatch(/\|  \| destroy copy \|  \|  \| when: .* \| skipped \|/);
});

test('of two ways to do a thing the one that was not taken is named once, below the table', () => {
  const condition = "run.mode == 'live'";
  const events = passed().map((event): RunEvent =>
    event.type === 'action_ended' && event.command === 'C-03' && event.index === 0
      ? { ...event, state: 'skipped', words: `when: ${condition}` }
      : event,
  );
  const text = told(events, 2);
  expect(text).not.toContain('start the throwaway server copy');
  expect(text).toContain(
    `Left out, since their condition (\`${condition}\`) was not met: one action of C-03; report.json has each.`,
  );
  expect(told(events, 1)).toContain('start the throwaway server copy');
});

test('an expression whose value the run knows stands as the value', () => {
  const words =
    'check \u2039run.id\u203a "\u2039commands[\'C-02\'].backup.artifact_ref\u203a" \u2039run.artifacts\u203a';
  const events = passed().map((event): RunEvent => {
    if (event.type !== 'run_planned') return event;
    const commands = event.outline.commands.map((command) => ({
      ...command,
      actions: command.actions.map((one) => (one.kind === 'destroy' ? { ...one, words } : one)),
    }));
    return { ...event, outline: { ...event.outline, commands } };
  });
  expect(told(events, 2)).toMatch(
    /\| check 2\d{7}T\d{6}Z-\w{4} STAND-IN-o9\.dump\.gpg \u2039run\.artifacts\u203a \|/,
  );
  expect(told(events, 1)).toContain('\u2039run.id\u203a');
});

test('what stopped the run stands before what followed from it, and a gate that saw nothing has no observation', () => {
  const lost: Cause = {
    ...{ kind: 'control', code: 'CLAIM_LOST', command: null, gate: null },
    message: 'the session that holds the claim is lost',
  };
  const events = failed().flatMap((event): readonly RunEvent[] => {
    if (event.type === 'run_ended') return [{ ...event, cause: lost }];
    if (event.type === 'abort')
      return [
        { ...event, cause: lost },
        { type: 'cause_added', cause: event.cause },
      ];
    if (event.type !== 'gate_ended' || event.gate !== 'G-06') return [event];
    const { observed: _, observed_words: __, ...rest } = event;
    return [{ ...rest, state: 'error', difference: null, reason: 'connection refused' }];
  });
  const text = told(events, 2);
  expect(text).toContain(
    '## 1. What did not hold\n\n**First cause:** The session that holds the claim is lost.\n\n### G-06',
  );
  expect(text).toContain('- **error** connection refused\n');
  expect(text).not.toContain('After the first cause');
  expect(told(events, 1)).toContain('- **observed** connection refused\n');
  expect(told(events, 1)).toContain('After the first cause:');
});
