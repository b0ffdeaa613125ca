import { describe, expect, it } from 'vitest';
import type { CommandId } from '../../src/base/ids.js';
import type { Cause, RunEvent } from '../../src/model/event.js';
import type { Summary, Ui, UiKind } from '../../src/ui/index.js';
import { createUi } from '../../src/ui/index.js';
import { fit, padded, widthOf, wrapped } from '../../src/ui/width.js';
import { failed, passed, refused } from '../support/o9-events.js';

const escapes = /\u001b\[[0-9;?]*[A-Za-z]/g;
const summaryOf = (events: readonly RunEvent[]): Summary => {
  const end = events.at(-1);
  if (end?.type !== 'run_ended') throw new Error('the fixture ends with run_ended');
  const { verdict, exit_code: exitCode, cause, teardown } = end;
  const rehearsal = events.some((event) => event.type === 'run_planned' && event.mode === 'rehearsal');
  return {
    verdict,
    exitCode,
    cause,
    notHeld: [],
    source: cause === null && verdict !== 'PASS' ? 'declared' : null,
    teardown,
    rehearsal: rehearsal ? 'No production was backed up.' : null,
    report: 'reports/x/report.md',
    next: exitCode === 0 ? [] : ['gatebook runs'],
  };
};

const restoreError =
  '3 errors of the restore, none of them allowed: 42704 type "public.mood" does not exist [CREATE TABLE public.t ( m public.mood );]; 42P01 relation "public.t" does not exist';

/** The restore of C-03 met errors, which is the cause. */
function refusedRestore(): readonly RunEvent[] {
  const message = `postgres.restore: ${restoreError}`;
  const where = { command: 'C-03' as CommandId, gate: null };
  const cause: Cause = { kind: 'action', code: 'RESTORE_ERRORS', message, ...where };
  return failed().flatMap((event): readonly RunEvent[] => {
    if (event.type === 'gate_ended' && event.state === 'failed') return [];
    if (event.type === 'abort') return [{ ...event, cause }];
    if (event.type === 'run_ended') return [{ ...event, cause }];
    if (event.type !== 'action_ended' || event.command !== 'C-03' || event.index !== 1) return [event];
    const problem = { code: 'RESTORE_ERRORS', message: restoreError };
    return [{ ...event, state: 'failed', problem }];
  });
}

/** C-03 is skipped, and its gate with it. */
const skippedCommand = (): readonly RunEvent[] =>
  passed().flatMap((event): readonly RunEvent[] => {
    if (!('command' in event) || event.command !== 'C-03') return [event];
    if (event.type === 'gate_ended')
      return [{ ...event, state: 'skipped', reason: 'its command was switched off by its when' } as RunEvent];
    return event.type === 'command_ended' ? [{ ...event, state: 'skipped', reason: 'when: false' }] : [];
  });

async function feed(ui: Ui, events: readonly RunEvent[], pause = 0): Promise<void> {
  for (const event of events) {
    ui.event({ ...event, at: '2026-11-21T08:15:02.000Z' });
    if (event.type === 'action_intended') {
      ui.progress(event.command, {
        bytes: 41_200_000,
        bytesPerSecond: 118_000_000,
        words: 'snapshot held 0.3 s',
      });
    }
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
  await ui.finish(summaryOf(events));
}

async function shown(kind: UiKind, events: readonly RunEvent[], pause = 0, columns = 80): Promise<string> {
  let text = '';
  const ui = await createUi(kind, { write: (part: string) => (text += part), columns, rows: 40 });
  await feed(ui, events, pause);
  return text;
}

describe('plain mode', () => {
  it('is whole lines without a colour or a cursor', async () => {
    const text = await shown('plain', failed());
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
    expect(text).toContain(
      '  FAIL  G-06 every restored row equals its source  [abort]\n      expected  differences are none\n',
    );
    expect(text).toContain('\nSTOP. Teardown only.');
    expect(text.trimEnd().split('\n').at(-1)).toBe('next     gatebook runs');
  });
  it('says whose word it was where nothing failed', async () => {
    const end = { verdict: 'FAIL', exit_code: 1 } as const;
    const events = passed().map((event) => (event.type === 'run_ended' ? { ...event, ...end } : event));
    expect(await shown('plain', events)).toContain("exit 1\nThe runbook's own result says so\n");
    const partial = events.map((event) =>
      event.type === 'run_ended' ? { ...event, verdict: 'PARTIAL' as const, exit_code: 7 } : event,
    );
    expect(await shown('plain', partial)).toContain("exit 7\nThe runbook's own result says so\n");
    expect(await shown('plain', failed())).not.toContain('own result');
  });
  it('says of a probe that could not be carried out why, and not that it observed something', async () => {
    const events = failed().map((event) =>
      event.type === 'gate_ended' && event.state === 'failed'
        ? { ...event, state: 'error' as const, reason: 'no such table: a.b', observed_words: undefined }
        : event,
    );
    const text = await shown('plain', events as RunEvent[]);
    expect(text).toContain('  [abort]\n      error     no such table: a.b\n');
    expect(text).not.toContain('observed  no such table');
  });
  it('ends a rehearsal by saying that nothing was backed up', async () => {
    const text = await shown('plain', passed());
    expect(text.trimEnd().split('\n').at(-1)).toBe('No production was backed up.');
    expect(text).toContain('[REHEARSAL]');
  });
  it('shows what a refused run needs', async () => {
    const text = await shown('plain', refused());
    expect(text).toContain('next     set PROD_SYSTEM_IDENTIFIER, or unset all of them for a rehearsal');
  });
  it('says by which code a refusal is explained', async () => {
    const text = await shown('plain', refused());
    expect(text).toContain('is not set, while PROD_DATABASE_URL is [PRODUCTION_HALF_CONFIGURED]\n');
  });
  it('leaves a name of the runbook as it is written, also at the beginning', async () => {
    const events = refused().map((event) =>
      event.type === 'run_ended' && event.cause !== null
        ? { ...event, cause: { ...event.cause, message: 'secrets.tok is short' } }
        : event,
    );
    expect(await shown('plain', events)).toContain('\nsecrets.tok is short [');
  });
  it('tells what an action met once, and points to it', async () => {
    const text = await shown('plain', refusedRestore());
    expect(text.split('42704').length - 1).toBe(1);
    expect(text).toContain('\nSTOP. Teardown only.\n');
    expect(text).toMatch(/ · exit 1\npostgres\.restore failed: shown above\n/);
  });
  it('says where the backup lies that is kept', async () => {
    const events = passed().map((event) =>
      event.type === 'resource_created' && event.resource === 'R-1'
        ? { ...event, type: 'resource_kept' as const, handle: { path: '/artifacts/o9.dump.gpg' } }
        : event,
    );
    for (const kind of ['plain', 'terminal'] as const)
      expect((await shown(kind, events)).replace(escapes, '')).toContain(
        'kept: backup, /artifacts/o9.dump.gpg\n',
      );
  });
  it('puts what a command to copy does below it where there is no room beside it', async () => {
    const next = `gatebook report ${'x'.repeat(30)}    shows the difference in full`;
    const events = failed().map((event) =>
      event.type === 'run_ended' && event.cause !== null
        ? { ...event, cause: { ...event.cause, next } }
        : event,
    );
    const narrow = (await shown('terminal', events, 0, 60)).replace(escapes, '');
    expect(narrow).toContain(
      `next     gatebook report ${'x'.repeat(30)}\n         shows the difference in full\n`,
    );
    expect(await shown('plain', events)).toContain(`next     ${next}\n`);
  });
  it('says of a command that its when skipped no more than that', async () => {
    const text = await shown('plain', skippedCommand());
    expect(text).not.toContain('its command was switched off');
    expect(text).toContain('\nC-03 skipped: when: false');
    const screen = (await shown('terminal', skippedCommand())).replace(escapes, '');
    expect(screen).not.toContain('its command was switched off');
  });
  it('says why an action was skipped', async () => {
    const events = passed().map((event) =>
      event.type === 'action_ended'
        ? { ...event, state: 'skipped' as const, words: 'exec takes no part in a rehearsal' }
        : event,
    );
    expect(await shown('plain', events)).toContain(' · skipped: exec takes no part in a rehearsal\n');
  });
  it('shows what failed beside the first cause, where no gate tells it', async () => {
    const message = 'what looks like a secret stands in the evidence: source/seed.sql:1 (password)';
    const cause = { kind: 'leak' as const, code: 'LEAK', command: null, gate: null, message };
    const events = failed().flatMap((event): readonly RunEvent[] =>
      event.type === 'run_ended' ? [{ type: 'cause_added', cause }, event] : [event],
    );
    for (const kind of ['plain', 'terminal'] as const)
      expect((await shown(kind, events)).replace(escapes, '')).toMatch(
        /(?:FAIL {2}|✖ )what looks like a secret stands in the evidence: source\/seed\.sql:1/,
      );
  });
  it('leaves the kind of an action as it is written', async () => {
    const events = failed().map((event) =>
      event.type === 'run_ended' && event.cause !== null
        ? {
            ...event,
            cause: { ...event.cause, kind: 'action' as const, gate: null, message: 'sql: no such table' },
          }
        : event,
    );
    expect(await shown('plain', events)).toContain('\nsql: no such table\n');
  });
  it('begins each line with its time when asked', async () => {
    let text = '';
    const ui = await createUi('plain', { write: (part: string) => (text += part) }, { timestamps: true });
    await feed(ui, passed());
    expect(
      text
        .trimEnd()
        .split('\n')
        .every((line) => line.startsWith('2026-11-21T08:15:02.000Z ')),
    ).toBe(true);
  });
  it('shows progress at most every ten seconds', async () => {
    let text = '';
    let now = 0;
    const ui = await createUi('plain', { write: (part: string) => (text += part) }, { now: () => now });
    for (; now < 30_500; now += 500) ui.progress('C-02', { bytes: now * 1000 });
    expect(text.trimEnd().split('\n').length).toBe(4);
  });
});

describe('a terminal', () => {
  it('ends with each command on its line, the failing one open, and the verdict', async () => {
    const text = (await shown('terminal', failed())).replace(escapes, '');
    const lines = text.split('\n');
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('✔ C-01')));
    expect(last.find((line) => line.startsWith('✔ C-02'))).toMatch(/2 gates +1\.3 s$/);
    expect(last).toContain('        expected  differences are none');
    expect(last).toContain('  STOP. Teardown only.');
    expect(last.find((line) => line.includes('FAIL'))).toContain('G-06 in C-03 · teardown clean · exit 1');
    expect(last.join('\n')).not.toContain('G-01');
  });
  it('breaks what an action met between words, and cuts nothing off', async () => {
    const text = (await shown('terminal', refusedRestore())).replace(escapes, '');
    const last = text.slice(text.lastIndexOf('✖ C-03'));
    expect(last.replaceAll(/\n +/g, ' ')).toContain(restoreError);
    expect(last.split('42704').length - 1).toBe(1);
    expect(Math.max(...last.split('\n').map(widthOf))).toBeLessThanOrEqual(80);
  });
  it('shows gates and bytes while they run', async () => {
    const text = (await shown('terminal', passed(), 4)).replace(escapes, '');
    expect(text).toContain('    › postgres.backup   41.2 MB · 118 MB/s · snapshot held 0.3 s');
    expect(text).toContain('    ✔ G-04 production is the production we mean');
  });
  it('never writes more than the width of the terminal', async () => {
    const text = (await shown('terminal', failed(), 2)).replace(escapes, '');
    expect(Math.max(...text.split(/[\r\n]/).map(widthOf))).toBeLessThanOrEqual(80);
  });
  it('never cuts off the cause, a path or a command to copy, however narrow it is', async () => {
    const text = (await shown('terminal', refused(), 0, 40)).replace(escapes, '');
    expect(text).toContain(
      'next     set PROD_SYSTEM_IDENTIFIER,\n         or unset all of them for a\n         rehearsal\n',
    );
  });
  it('shows the cursor again', async () => {
    expect(await shown('terminal', passed())).toMatch(/\u001b\[\?25h/);
  });
});

describe('whatever happens to the stream', () => {
  it.each(['terminal', 'plain'] as const)(
    '%s: a write that throws, or an error event, stops nothing',
    async (kind) => {
      let fail: ((error: Error) => void) | null = null;
      let written = 0;
      const stream = {
        write: () => {
          written += 1;
          if (written > 3) throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
        },
        on: (_: 'error', listener: (error: Error) => void) => (fail = listener),
        columns: 80,
      };
      const ui = await createUi(kind, stream);
      await feed(ui, passed());
      expect(fail).not.toBeNull();
      expect(written).toBeLessThanOrEqual(4);
    },
  );
  it('events of a run it never saw planned are let pass', async () => {
    for (const kind of ['terminal', 'plain'] as const) await shown(kind, passed().slice(1));
  });
});

describe('width', () => {
  it.each([
    ['abc', 3],
    ['tiếng Việt', 10],
    ['tie\u0302\u0301ng', 5],
    ['日本', 4],
    ['🎉', 2],
  ])('of %s', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });
  it('breaks between words, and a word that is longer than a line where that ends', () => {
    expect(wrapped('next  one two three four five six', 20, 6)).toEqual([
      'next  one two three',
      'four five six',
    ]);
    expect(wrapped('a'.repeat(45), 20, 0)).toEqual(['a'.repeat(20), 'a'.repeat(20), 'a'.repeat(5)]);
    expect(wrapped('日本語'.repeat(5), 20, 0)).toEqual(['日本語日本語日本語日', '本語日本語']);
  });
  it('cuts and pads to columns, not characters', () => {
    expect(fit('日本語', 5)).toBe('日本…');
    expect(fit('日本語', 4)).toBe('日…');
    expect(widthOf(padded('日本語', 4))).toBe(4);
    expect(padded('a', 3)).toBe('a  ');
  });
});
