import { execFileSync } from 'node:child_process';
import { Ajv } from 'ajv';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { describe, expect, it, test } from 'vitest';
import { readJournal } from '../../src/journal/read.js';
import type { RunEvent } from '../../src/model/event.js';
import type { CommandOutline } from '../../src/model/outline.js';
import type { Report } from '../../src/report/index.js';
import { buildReport, renderReport } from '../../src/report/index.js';
import { schema } from '../../src/report/schema.js';
import { journalBytes } from '../support/journal.js';
import { dryRun, failed, passed, refused, unauthorized } from '../support/o9-events.js';

function reportOf(events: readonly RunEvent[]): Report {
  const journal = readJournal(journalBytes(events));
  if (!journal.ok) throw new Error(journal.error.message);
  const report = buildReport(journal.value);
  if (!report.ok) throw new Error(report.error.message);
  return report.value;
}
const runs = { passed, failed, refused, unauthorized, dryRun } as const;
const all = Object.entries(runs).map(([name, events]) => [name, reportOf(events())] as const);
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);

describe.each(all)('the report of a run that %s', (name, report) => {
  it('is valid against its schema', () => {
    validate(JSON.parse(renderReport(report, 'json')));
    expect(validate.errors).toBeNull();
  });
  it('reads as its golden file', async () => {
    await expect(renderReport(report, 'md')).toMatchFileSnapshot(`../fixtures/report/${name}.md`);
  });
  it('holds no link, image or HTML, and only whole tables', () => {
    const tree = unified().use(remarkParse).use(remarkGfm).parse(renderReport(report, 'md'));
    const types = new Set<string>();
    const walk = (node: { type: string; children?: readonly unknown[] }, cells: number | null): void => {
      types.add(node.type);
      const width = node.type === 'tableRow' ? (node.children?.length ?? 0) : cells;
      for (const child of node.children ?? []) walk(child as never, width);
    };
    walk(tree as never, null);
    for (const type of ['link', 'image', 'html', 'linkReference', 'definition', 'delete', 'emphasis'])
      expect(types).not.toContain(type);
  });
  it('holds no control character but the line feed', () => {
    for (const format of ['md', 'html', 'junit'] as const) {
      expect(renderReport(report, format)).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
    }
  });
  it('is XML that a parser reads, as JUnit', () => {
    execFileSync('xmllint', ['--noout', '-'], { input: renderReport(report, 'junit') });
  });
  it('ends with the verdict of the engine', () => {
    expect(renderReport(report, 'md')).toMatch(new RegExp(`\nresult: ${report.verdict}\n\`\`\`\n$`));
    expect(Object.keys(report.verdict_lines).at(-1)).toBe('result');
  });
});

test('the schema describes every field of report.json', () => {
  const silent: string[] = [];
  const walk = (
    at: { properties?: object; items?: object; anyOf?: object[]; description?: string },
    path: string,
  ): void => {
    for (const [name, field] of Object.entries(at.properties ?? {})) {
      if (!(field as typeof at).description) silent.push(`${path}.${name}`);
      walk(field as typeof at, `${path}.${name}`);
    }
    for (const inner of [...(at.items ? [at.items] : []), ...(at.anyOf ?? [])]) walk(inner, path);
  };
  walk(schema, '');
  expect(silent).toEqual([]);
});

describe('what a report says', () => {
  const markdown = (events: readonly RunEvent[]) => renderReport(reportOf(events), 'md');

  it('marks a rehearsal in its first line and in the verdict block', () => {
    const text = markdown(passed());
    expect(text).toMatch(/^KB-[0-9A-F]{4} · REHEARSAL · production is a STAND-IN\n/);
    expect(text).toContain('\nproduction: STAND-IN\nresult: PASS\n');
    expect(markdown(failed())).not.toContain('STAND-IN\n');
  });
  it('lists the approvals that a refused run was given, and what was wrong with each', () => {
    const text = markdown(unauthorized());
    expect(text).toMatch(/Approvals that were given/);
    expect(text).toMatch(/\| SG_1 \| alice \| rita \|.*expired at/);
    expect(text).toMatch(/\| SG_2 \|.*nothing by itself/);
    expect(text).toMatch(/\| SG_3 \|.*not looked at/);
  });
  it('lists the files that were given for approvals and are none', () => {
    const malformed = [{ file: 'id_ed25519', wrong: 'it is not JSON' }];
    const text = markdown(
      refused().map((event) => (event.type === 'run_refused' ? { ...event, offered: [], malformed } : event)),
    );
    expect(text).toMatch(/Approvals that were given\n\n.*\n.*\n\| `id_ed25519` \| it is not JSON \|/);
  });
  it('says of the files of a refused run that they were read, never that they ran', () => {
    expect(markdown(unauthorized())).not.toContain('as it ran');
    expect(markdown(unauthorized())).toContain('| File, as it was read |');
    // A journal of before the approvals were recorded gives the report that it gave then.
    expect(markdown(refused())).toContain('| File, as it ran |');
  });
  it('says of a gate that could not be carried out no more than that', () => {
    const report = reportOf(failed());
    const gates = report.gates.map((gate) =>
      gate.id === report.cause?.gate ? { ...gate, state: 'error' as const } : gate,
    );
    const first = (renderer: number): string =>
      renderReport({ ...report, gates, run: { ...report.run, renderer } }, 'md');
    expect(first(2)).toContain(
      'G-06 in C-03 could not be carried out: every restored row equals its source.',
    );
    expect(first(1)).toContain('G-06 in C-03 did not hold: ');
  });
  it('spans no gate that was looked at when it names those that were not', () => {
    const report = reportOf(dryRun());
    const [command] = report.commands;
    const [gate] = report.gates;
    if (command === undefined || gate === undefined) throw new Error('no gate');
    const ids = ['G-01', 'G-02', 'G-03', 'G-04', 'G-05'];
    const gates = ids.map((id) => ({
      ...gate,
      id,
      state: id === 'G-02' ? ('passed' as const) : ('not_evaluated' as const),
      reason: 'not here',
    }));
    const shown = (renderer: number): string =>
      renderReport(
        {
          ...report,
          run: { ...report.run, renderer },
          commands: [{ ...command, state: 'passed', gates: ids }],
          gates,
        },
        'md',
      );
    expect(shown(2)).toContain('| G-01 and G-03 to G-05 |');
    // As it was sealed then.
    expect(shown(1)).toContain('| G-01 to G-05 |');
  });
  it('never lets the author raise the verdict', () => {
    expect(reportOf(failed()).verdict_lines['result']).toBe('FAIL');
  });
  it('shows expected, observed and difference of a gate that failed', () => {
    const text = markdown(failed());
    for (const words of [
      '**expected** differences are none',
      '**observed** public.unit_version: 1,204 rows',
      '**difference** public.unit_version: content hash differs',
    ]) {
      expect(text).toContain(words);
    }
  });
  it.each([
    ['the program gpg', 'it looks at the program gpg.'],
    ['on prod: select 1', 'it asks prod: select 1.'],
    ['runs df -h', 'it runs df -h.'],
  ])('says of a gate that failed, in a sentence, how it observed: %s', (words, said) => {
    const events = failed().map((event) => {
      if (event.type !== 'run_planned') return event;
      const gates = (all: CommandOutline['gates']) => all.map((gate) => ({ ...gate, probe_words: words }));
      const commands = event.outline.commands.map((one) => ({ ...one, gates: gates(one.gates) }));
      return { ...event, outline: { ...event.outline, commands } };
    });
    expect(markdown(events)).toContain(`In C-03; ${said} If it does not hold`);
  });
  it('shows a param as it was written: only what may be a size is grouped', () => {
    const params = { port: 5432, ports: [5432, 5433], least: 1_073_741_824, name: 'a' };
    const events = failed().map((event) => (event.type === 'run_planned' ? { ...event, params } : event));
    expect(markdown(events)).toContain(
      'params: port = 5432, ports = 5432, 5433, least = 1,073,741,824 (1 GiB), name = a',
    );
  });
  it('says nothing of what a refused run never had', () => {
    const text = markdown(refused());
    for (const title of ['Teardown', 'Artifacts', 'Notes', 'Readiness', 'Operator package'])
      expect(text).not.toContain(title);
    expect(text).toContain('What to do next: set PROD_SYSTEM_IDENTIFIER');
  });
  it('keeps 64-bit identifiers as strings', () => {
    const sandbox = reportOf(passed()).teardown.resources.find((resource) => resource.name === 'copy');
    expect(sandbox?.id).toBe('7710452276528040664');
  });
  it('makes an id from the runbook and the run', () => {
    expect(reportOf(passed()).kb.id).toBe('KB-6942');
  });
  it('tells an action whose end was not recorded', () => {
    const events = passed();
    const at = events.findIndex((event) => event.type === 'action_ended');
    const cut = events.filter((event, index) => index < at || event.type === 'run_ended');
    expect(reportOf(cut).commands[1]).toMatchObject({ state: 'unknown', actions: [{ state: 'unknown' }] });
  });
  it('is a problem, not an exception, for a journal that has not ended or makes no sense', () => {
    const unfinished = readJournal(journalBytes(passed().slice(0, 9)));
    expect(unfinished.ok && buildReport(unfinished.value)).toMatchObject({
      ok: false,
      error: { code: 'JOURNAL_UNFINISHED' },
    });
    const made = [...passed()];
    made.splice(2, 0, { type: 'resource_destroyed', resource: 'R-9', proof: '' });
    const nonsense = readJournal(journalBytes(made));
    expect(nonsense.ok && buildReport(nonsense.value)).toMatchObject({
      ok: false,
      error: { code: 'JOURNAL_NONSENSE' },
    });
  });
});

it('says of a clock that was set back during the run', () => {
  const { run, ...rest } = reportOf(passed());
  const window = (ended_at: string) =>
    renderReport({ ...rest, run: { ...run, ended_at } }, 'md')
      .split('\n')
      .find((line) => line.startsWith('- run window')) ?? '';
  expect(window(run.started_at.replace(/^\d{4}/, '2001'))).toMatch(
    /\); the clock of this machine was set back meanwhile$/,
  );
  expect(window(run.ended_at)).not.toContain('clock');
});
