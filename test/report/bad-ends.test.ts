import { describe, expect, test } from 'vitest';
import type { CommandId, GateId } from '../../src/base/ids.js';
import { readJournal } from '../../src/journal/read.js';
import type { Cause, RunEvent } from '../../src/model/event.js';
import type { Report } from '../../src/report/index.js';
import { buildReport, renderReport } from '../../src/report/index.js';
import { journalBytes } from '../support/journal.js';
import { dryRun, failed, passed, refused } from '../support/o9-events.js';

function reportOf(events: readonly RunEvent[]): Report {
  const journal = readJournal(journalBytes(events));
  const report = journal.ok ? buildReport(journal.value) : journal;
  if (!report.ok) throw new Error(report.error.message);
  return report.value;
}
const markdown = (events: readonly RunEvent[]): string => renderReport(reportOf(events), 'md');
/** The run that failed, with more before its last record. */
const and = (...more: readonly RunEvent[]): RunEvent[] => failed().toSpliced(-1, 0, ...more);
const edited = (events: readonly RunEvent[], edit: (event: RunEvent) => RunEvent | null): RunEvent[] =>
  events.flatMap((event) => edit(event) ?? []);
const left = (code: string, message: string): Cause => ({
  ...{ kind: 'environment', code, command: null, gate: null, message },
});

test('a verdict that only the runbook lowered says so', () => {
  const events = edited(passed(), (event) =>
    event.type === 'run_ended' ? { ...event, verdict: 'FAIL', exit_code: 1 } : event,
  );
  expect(markdown(events)).toContain(
    "**FAIL (rehearsal)** — the runbook's own result says so. No production was backed up.",
  );
});

test('a rehearsal of what backs nothing up says nothing of a backup', () => {
  const without = (renderer: number): string =>
    markdown(
      edited(passed(), (event) => {
        if (event.type !== 'run_planned') return event;
        const commands = event.outline.commands.map((command) => ({ ...command, actions: [] }));
        return { ...event, renderer, outline: { ...event.outline, commands } };
      }),
    );
  expect(without(2)).toContain('**PASS (rehearsal)** — production was a stand-in.');
  expect(without(1)).toContain('**PASS (rehearsal)** — no production was backed up.');
});

test('a gate of the teardown that failed stopped nothing, and the report does not say so', () => {
  const events = edited(passed(), (event) =>
    event.type === 'gate_ended' && event.gate === 'G-07' ? { ...event, state: 'failed' } : event,
  );
  const [, text = ''] = markdown(events).split('### G-07');
  expect(text).toContain('If it does not hold: the rest of the teardown is done all the same');
});

describe('what a run left', () => {
  const incomplete = (edit: (event: RunEvent) => RunEvent | null): RunEvent[] =>
    edited(failed(), (event) =>
      event.type === 'run_ended' ? { ...event, teardown: 'incomplete', exit_code: 5 } : edit(event),
    );
  test('is named, each of it, at the top and in the teardown', () => {
    const text = markdown(
      incomplete((event) =>
        event.type === 'resource_destroyed'
          ? { type: 'resource_leaked', resource: event.resource, reason: 'EBUSY' }
          : event,
      ),
    );
    expect(text).toContain('Teardown incomplete: backup and copy left behind.');
    expect(text).toContain('**LEFT BEHIND: artifact backup and postgres.sandbox copy**');
  });
  test('is named where it is one thing alone, and counts no more among what is gone', () => {
    const text = markdown(
      incomplete((event) =>
        event.type === 'resource_destroyed' && event.resource === 'R-2'
          ? { type: 'resource_leaked', resource: 'R-2', reason: 'EBUSY' }
          : event,
      ),
    );
    expect(text).toContain('**LEFT BEHIND: postgres.sandbox copy**');
    expect(text).toContain('created and proved gone: 1 of 2');
  });
  test('is not accounted for where nothing says what became of it', () => {
    const text = markdown(
      incomplete((event) =>
        (event.type === 'resource_created' || event.type === 'resource_destroyed') && event.resource === 'R-2'
          ? null
          : event,
      ),
    );
    expect(text).toContain('**not accounted for: postgres.sandbox copy**');
  });
  test('is left behind also where it was to be kept', () => {
    const { resources } = reportOf(
      and(
        { type: 'resource_kept', resource: 'R-1', handle: {} },
        { type: 'resource_leaked', resource: 'R-1', reason: 'EBUSY' },
      ),
    ).teardown;
    expect(resources[0]).toMatchObject({ state: 'leaked', evidence: 'EBUSY' });
  });
});

test('what a refused run left is told, too', () => {
  const made = {
    resource: 'R-1',
    kind: 'folder',
    name: 'work',
    durability: 'ephemeral',
    command: null,
  } as const;
  const events = refused().toSpliced(
    -1,
    0,
    { type: 'resource_intended', ...made, handle: {} },
    { type: 'resource_leaked', resource: 'R-1', reason: 'EBUSY' },
  );
  expect(markdown(events)).toContain('**LEFT BEHIND: folder work**');
});
test('files that were to be kept and are left behind are not counted as one folder', () => {
  const files = Array.from({ length: 7 }, (_, n) => `R-1${n}`).flatMap((resource): RunEvent[] => [
    {
      ...{ type: 'resource_intended', resource, kind: 'kept-file', name: `kept/${resource}` },
      ...{ durability: 'kept', command: null, handle: {} },
    },
    { type: 'resource_leaked', resource, reason: 'EBUSY' },
  ]);
  const text = markdown(and(...files));
  for (const n of [0, 6]) expect(text).toMatch(new RegExp(`\\n\\| kept/R-1${n} .*\\| leaked \\| EBUSY`));
});

describe('what else went wrong', () => {
  test('one secret in the evidence is named by its place', () => {
    const hit = { file: 'logs/C-01.log', line: 7, kind: 'private key' };
    expect(markdown(and({ type: 'leak_scan', files: 3, hits: [hit] }))).toContain(
      'leak scan: 3 files, FOUND: private key in logs/C-01.log:7',
    );
  });
  test('errors that were allowed of one role and statement are added up, whatever their schema', () => {
    const row = { note: 'N-1', role: 'directus', statement: 'GRANT' };
    const allowed = [
      { ...row, schema: 'a', count: 2 },
      { ...row, schema: 'b', count: 3 },
    ];
    const events = edited(failed(), (event) =>
      event.type === 'action_ended' && event.words?.includes('errors allowed') === true
        ? { ...event, outputs: { errors: 5, allowed } }
        : event,
    );
    expect(markdown(events)).toContain('| directus | GRANT | 5 |');
  });
  test('is all there, though it has one code', () => {
    const more = [left('SESSIONS_LEFT', 'on a'), left('SESSIONS_LEFT', 'on b'), left('GATE_FAILED', 'too')];
    const { later_causes: later } = reportOf(
      and(...more.map((cause) => ({ type: 'cause_added', cause }) as const)),
    );
    expect(later).toEqual(more);
  });
  test('closed targets are named, each once', () => {
    const embargo = (...targets: string[]) => ({ type: 'embargo', targets }) as const;
    const events = and(embargo('prod'), embargo('prod', 'copy'));
    expect(reportOf(events).teardown.embargoed).toEqual(['prod', 'copy']);
    expect(markdown(and(embargo('prod')))).toContain('embargoed, no further session: prod\n');
  });
  test('a kill switch of a rehearsal is told as one', () => {
    const engaged = (scope: 'production' | 'rehearsal') =>
      reportOf(
        and({ type: 'compensation_engaged', kill_switch: true, scope, recorded: [], escalate: 'SG_3' }),
      ).verdict_lines['compensation'];
    expect(engaged('rehearsal')).toBe('kill switch ENGAGED (rehearsals only); escalated to SG_3');
    expect(engaged('production')).toBe('kill switch ENGAGED; escalated to SG_3');
  });
  test('a run that another had to finish says who did', () => {
    expect(markdown(and({ type: 'recovery_started', operator: 'ana', host: 'db1' }))).toMatch(
      /\n- cut off, and finished by teardown: .* by ana on db1\n/,
    );
  });
  test('a gate that was cancelled is counted as such', () => {
    const events = edited(failed(), (event) =>
      event.type === 'gate_ended' && event.gate === 'G-05' ? { ...event, state: 'cancelled' } : event,
    );
    expect(markdown(events)).toMatch(/one cancelled/i);
  });
});

describe('under which authorization', () => {
  const planned = (events: readonly RunEvent[], more: object): string =>
    markdown(edited(events, (event) => (event.type === 'run_planned' ? { ...event, ...more } : event)));
  test('a warning about the approvers stands at the top', () => {
    const approvers = { path: 'approvers', sha256: 'a'.repeat(64), warning: 'anyone may write it' };
    expect(planned(failed(), { approvers })).toContain('\n- warning: anyone may write it\n');
    expect(planned(failed(), { approvers: { ...approvers, warning: null } })).not.toContain('- warning:');
  });
  test('only a dry run leaves an approval unused', () => {
    const approval = { slot: 'SG_1', principal: 'bo', requester: 'ana', key: 'SHA256:k', nonce: 'n' };
    const window = { not_before: '2026-11-21T08:00:00.000Z', expires: '2026-11-21T09:00:00.000Z' };
    const approvals = [{ ...approval, ...window, sha256: 'a'.repeat(64) }];
    expect(planned(failed(), { approvals })).not.toContain('not used up');
    expect(planned(dryRun(), { approvals })).toContain('09:00:00, not used up by a dry run');
  });
  test('a param is a size beside its number only where it is a whole one', () => {
    const params = { a: 1_610_612_736, b: 3_000_000 };
    expect(planned(failed(), { params })).toContain('a = 1,610,612,736 (1,536 MiB), b = 3000000');
  });
});

test('HTML takes neither its title nor the words of the author for markup', () => {
  const events = edited(failed(), (event) => {
    if (event.type === 'run_planned')
      return { ...event, outline: { ...event.outline, title: '</title><img src=x>' } };
    if (event.type !== 'parts_evaluated') return event;
    return { ...event, parts: { ...event.parts, operator_package: '```\nrm \u202egpj.exe\n```' } };
  });
  const html = renderReport(reportOf(events), 'html');
  expect(html).not.toMatch(/<img|\u202e/);
  expect(html).toContain('<title>&lt;/title&gt;');
});

describe('JUnit', () => {
  const junit = (events: readonly RunEvent[]): string => renderReport(reportOf(events), 'junit');
  const ending = (state: string): string =>
    /<testcase[^>]*G-05[^>]*>\s*<(\w+)/.exec(
      junit(
        edited(passed(), (event) =>
          event.type === 'gate_ended' && event.gate === 'G-05' ? { ...event, state: state as never } : event,
        ),
      ),
    )?.[1] ?? 'none';
  test.each([
    ['passed', 'none'],
    ['noted', 'none'],
    ['failed', 'failure'],
    ['recorded', 'failure'],
    ['error', 'error'],
    ['cancelled', 'error'],
    ['skipped', 'skipped'],
  ])('tells a gate that ended as %s as %s', (state, told) => expect(ending(state)).toBe(told));
  test('tells an action without an end, and the cause of any run that ended badly', () => {
    const events = edited(failed(), (event) =>
      event.type === 'action_ended' && event.command === 'C-02' ? null : event,
    );
    expect(junit(events)).toContain('<error message="its end was not recorded"/>');
    expect(junit(failed())).toContain('<testsuite name="run" tests="1" failures="0" errors="1"');
    expect(junit(passed())).not.toContain('<testsuite name="run"');
  });
});

test('a gate that was never looked at took no attempt', () => {
  const report = reportOf(edited(failed(), (e) => (e.type === 'gate_ended' && e.gate === 'G-05' ? null : e)));
  const never = report.gates.find(({ id }) => id === ('G-05' as GateId));
  expect(never).toMatchObject({ command: 'C-02' as CommandId, state: 'not_evaluated', attempts: 0 });
});
