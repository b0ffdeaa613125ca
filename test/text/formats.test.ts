import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { ruleTexts } from '../../src/cli/reading/rule-texts.js';
import type { Diagnostic } from '../../src/text/diagnostic.js';
import { fingerprints } from '../../src/text/fingerprint.js';
import { renderGithub } from '../../src/text/render/github.js';
import { renderGitlab } from '../../src/text/render/gitlab.js';
import { renderSarif } from '../../src/text/render/sarif.js';
import { IndexedSource } from '../../src/text/source.js';
import { sarifErrors } from '../support/sarif.js';
import { readProperties } from '../support/workflow-command.js';

const yaml = `commands:
  C-01:
    guards:
      G-01:
        expect: {total: {gte: 0}}
  C-02:
    guards:
      G-02:
        expect: {total: {gte: 0}}
        why: "漢字 😀 zz"
`;
const file = 'run books/a#b.yaml';

/** A finding at the nth occurrence of a piece of text. */
function at(text: string, piece: string, nth = 1, more: Partial<Diagnostic> = {}): Diagnostic {
  let offset = -1;
  for (let n = 0; n < nth; n++) offset = text.indexOf(piece, offset + 1);
  const location = new IndexedSource(file, text).location(offset, offset + piece.length);
  return { code: 'GB2104', severity: 'error', message: "a gate that can't fail", location, ...more };
}
const sourcesOf = (text: string) => new Map([[file, new IndexedSource(file, text)]]);
const sources = sourcesOf(yaml);
const findings = [
  at(yaml, 'gte: 0', 1, { reason: 'a count is never below 0', fix: 'compare with what you know' }),
  at(yaml, 'gte: 0', 2, { related: [{ message: 'the first', location: at(yaml, 'gte: 0').location }] }),
  at(yaml, 'zz', 1, { code: 'GB3001', severity: 'warning', message: 'a file\u001b[2J is missing' }),
];

describe('SARIF', () => {
  const sarif = (list: readonly Diagnostic[]) =>
    JSON.parse(renderSarif(list, sources, '1.2.3', ruleTexts(list))) as {
      runs: {
        columnKind: string;
        tool: { driver: { rules: { id: string; help?: { markdown: string } }[] } };
        results: { ruleIndex: number; locations: unknown[]; partialFingerprints: object }[];
      }[];
    };

  test.each([
    ['findings', findings],
    ['none', []],
    [
      'a waived one',
      [
        at(yaml, 'zz', 1, {
          severity: 'note',
          waived: { reason: 'r', approver: 'SG_1', until: '2026-12-31' },
        }),
      ],
    ],
    ['a code without a page', [at(yaml, 'zz', 1, { code: 'XX0000' })]],
    [
      'an absolute path',
      [at(yaml, 'zz', 1, { location: { ...findings[2]!.location, file: '/far/a b.yaml' } })],
    ],
  ] as const)('with %s is valid against the schema of SARIF 2.1.0', (_, list) => {
    expect(sarifErrors(sarif(list))).toEqual([]);
  });

  test('a code that is waived at one place is no note for that', () => {
    const waived = { reason: 'r', approver: 'SG_1', until: '2026-12-31' };
    const note = at(yaml, 'gte: 0', 2, { severity: 'note', waived });
    for (const list of [
      [findings[0]!, note],
      [note, findings[0]!],
    ])
      expect(sarif(list).runs[0]?.tool.driver.rules).toMatchObject([
        { id: 'GB2104', defaultConfiguration: { level: 'error' } },
      ]);
  });

  test('the schema refuses what is wrong, so the test above says something', () => {
    const wrong = sarif(findings) as unknown as { runs: { results: { level: string }[] }[] };
    wrong.runs[0]!.results[0]!.level = 'fatal';
    expect(sarifErrors(wrong)).not.toEqual([]);
  });

  test('names rules with their whole page, and the place as the line and UTF-16 columns', () => {
    const [run] = sarif(findings).runs;
    expect(run?.columnKind).toBe('utf16CodeUnits');
    expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(['GB2104', 'GB3001']);
    const help = run?.tool.driver.rules[0]?.help?.markdown ?? '';
    expect(help).toContain('Wrong:\n\n```yaml');
    expect(help).toContain('Right:\n\n```yaml');
    expect(JSON.stringify(run)).not.toContain('helpUri');
    expect(run?.results.map((r) => r.ruleIndex)).toEqual([0, 0, 1]);
    const start = yaml.split('\n')[9]!.indexOf('zz') + 1;
    expect(run?.results[2]?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'run%20books/a%23b.yaml', uriBaseId: '%SRCROOT%' },
          region: { startLine: 10, startColumn: start, endLine: 10, endColumn: start + 2 },
        },
      },
    ]);
    // The emoji counts two, as UTF-16 does.
    expect(start).toBe([...yaml.split('\n')[9]!.slice(0, start - 1)].length + 2);
  });
});

describe('fingerprints', () => {
  const moved = `# a comment\ntitle: new\n${yaml.replace('C-02:', 'C-01b: {}\n  C-02:')}`;
  test('are the same when lines move, and of no two findings alike', () => {
    const before = fingerprints(findings, sources);
    const after = fingerprints(
      [at(moved, 'gte: 0', 1), at(moved, 'gte: 0', 2), at(moved, 'zz', 1, { code: 'GB3001' })],
      sourcesOf(moved),
    );
    expect(after).toEqual(before);
    expect(new Set(before).size).toBe(3);
  });
  test('tell two of one code on one line apart, and another code', () => {
    const twice = [findings[0]!, findings[0]!, { ...findings[0]!, code: 'GB9999' }];
    expect(new Set(fingerprints(twice, sources)).size).toBe(3);
  });
  test('change with the line, and with the gate that it stands in', () => {
    const [first] = fingerprints([findings[0]!], sources);
    for (const text of [yaml.replace('gte: 0', 'gte: 0 '), yaml.replace('G-01', 'G-01a')])
      expect(fingerprints([at(text, 'gte: 0')], sourcesOf(text))[0]).not.toBe(first);
  });
  test('of a file that was not read there are some, too', () => {
    expect(fingerprints(findings, new Map())).toHaveLength(3);
  });
});

describe('GitHub', () => {
  test('gets one workflow command for a finding, which its runner reads back', () => {
    const nasty = at(yaml, 'gte: 0', 1, { message: '50% :: a,b\r\n::set-env name=x::y' });
    const [line, ...others] = renderGithub([nasty]).trimEnd().split('\n');
    expect(others).toEqual([]);
    const { command, properties, message } = readProperties(line!);
    expect(command).toBe('error');
    expect(properties).toEqual({
      file,
      line: '5',
      endLine: '5',
      col: '26',
      endColumn: '31',
      title: 'gatebook GB2104',
    });
    expect(message).toMatch(/^50% :: a,b.*::set-env name=x::y\ngatebook explain GB2104$/);
  });
  test('gets no columns for what spans lines', () => {
    const span = {
      ...findings[0]!,
      location: { file, range: { start: { line: 1, column: 3 }, end: { line: 4, column: 1 } } },
    };
    expect(readProperties(renderGithub([span])).properties).toEqual({
      file,
      line: '1',
      endLine: '4',
      title: 'gatebook GB2104',
    });
  });
  test('is given ten of each, told how many more there are, and obeys nothing in the rest', () => {
    const errors = Array.from({ length: 13 }, () =>
      at(yaml, 'gte: 0', 1, { message: '::error::x ##[error]y' }),
    );
    const warnings = Array.from({ length: 11 }, () => ({ ...findings[2]! }));
    const lines = renderGithub([...errors, ...warnings])
      .trimEnd()
      .split('\n');
    const begin = lines.findIndex((line) => line.startsWith('::stop-commands::'));
    const commands = lines.slice(0, begin);
    expect(commands.filter((l) => l.startsWith('::error '))).toHaveLength(10);
    expect(commands.filter((l) => l.startsWith('::warning '))).toHaveLength(10);
    expect(commands.at(-1)).toContain('3 more errors, 1 more warning');
    const token = lines[begin]!.replace('::stop-commands::', '');
    expect(lines.at(-1)).toBe(`::${token}::`);
    expect(lines.slice(begin + 1, -1)).toHaveLength(4);
    expect(lines.slice(begin + 1, -1).join('\n')).not.toContain(token);
  });
  test('gets nothing where nothing was found', () => expect(renderGithub([])).toBe(''));
});

describe('GitLab', () => {
  /** https://docs.gitlab.com/ci/testing/code_quality/: what its report must have. */
  const shape = {
    type: 'array',
    items: {
      type: 'object',
      required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
      properties: {
        description: { type: 'string', minLength: 1 },
        check_name: { type: 'string', minLength: 1 },
        fingerprint: { type: 'string', minLength: 1 },
        severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
        location: {
          type: 'object',
          required: ['path'],
          properties: {
            path: { type: 'string', pattern: '^(?!\\./|/)' },
            lines: {
              type: 'object',
              required: ['begin'],
              properties: { begin: { type: 'integer', minimum: 1 } },
            },
            positions: {
              type: 'object',
              required: ['begin'],
              properties: {
                begin: {
                  type: 'object',
                  required: ['line'],
                  properties: { line: { type: 'integer' }, column: { type: 'integer' } },
                },
              },
            },
          },
          anyOf: [{ required: ['lines'] }, { required: ['positions'] }],
        },
      },
    },
  };
  test('gets the shape that it documents, each finding with a fingerprint of its own', () => {
    const report = JSON.parse(renderGitlab([...findings, findings[0]!], sources)) as Record<
      string,
      unknown
    >[];
    const ajv = new Ajv({ strict: false });
    ajv.validate(shape, report);
    expect(ajv.errors ?? []).toEqual([]);
    expect(new Set(report.map((r) => r['fingerprint'])).size).toBe(4);
    expect(report.map((r) => r['severity'])).toEqual(['critical', 'critical', 'minor', 'critical']);
    expect(report[0]).toMatchObject({
      description: "a gate that can't fail — a count is never below 0. Fix: compare with what you know",
      location: { path: file, lines: { begin: 5 }, positions: { begin: { line: 5, column: 26 } } },
    });
  });
  test('gets an empty list where nothing was found', () =>
    expect(JSON.parse(renderGitlab([], sources))).toEqual([]));
});
