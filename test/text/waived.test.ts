import { expect, test } from 'vitest';
import type { Diagnostic } from '../../src/text/diagnostic.js';
import { renderGithub } from '../../src/text/render/github.js';
import { renderGitlab } from '../../src/text/render/gitlab.js';
import { renderJson } from '../../src/text/render/json.js';
import { renderSarif } from '../../src/text/render/sarif.js';
import { renderDiagnostics } from '../../src/text/render/text.js';

const waived = { reason: 'a banner', approver: 'SG_1', until: '2026-12-31' };
const finding: Diagnostic = {
  code: 'GB2706',
  severity: 'note',
  message: '|| true makes a failure a success',
  location: { file: 'a.yaml', range: { start: { line: 3, column: 5 }, end: { line: 3, column: 9 } } },
  fix: 'let it fail',
  waived,
};
const words = 'waived until 2026-12-31 by SG_1: a banner';

test('text: a note, who accepts it, and no fix', () => {
  const text = renderDiagnostics([finding], new Map());
  expect(text).toContain('a.yaml:3:5 note GB2706');
  expect(text).toContain(words);
  expect(text).not.toContain('fix:');
});

test('json: valid, with the waiver', () => {
  const json = JSON.parse(renderJson([finding], ['a.yaml'])) as { valid: boolean; diagnostics: unknown[] };
  expect(json.valid).toBe(true);
  expect(json.diagnostics[0]).toMatchObject({ severity: 'note', waived });
});

test('sarif: a note that is suppressed in the source, with its reason', () => {
  const sarif = JSON.parse(renderSarif([finding], new Map(), '1.0.0')) as {
    runs: { results: unknown[] }[];
  };
  expect(sarif.runs[0]?.results[0]).toMatchObject({
    level: 'note',
    suppressions: [{ kind: 'inSource', status: 'accepted', justification: words }],
  });
});

test('github and gitlab: a notice, and information', () => {
  expect(renderGithub([finding])).toMatch(/^::notice file=a\.yaml,.*Waived until/s);
  expect(JSON.parse(renderGitlab([finding], new Map()))).toMatchObject([{ severity: 'info' }]);
});
