import { describe, expect, test } from 'vitest';
import { explanations } from '../../src/explain/index.js';
import { waivable } from '../../src/rules/waivable.js';
import { findingsOf } from '../support/validate.js';
import { actions, command, free, gate, guards, ruleTable, runbook } from '../support/table.js';

const quiet = 'exec: {argv: [sh, -c, "systemctl status app 2>/dev/null"]}';
const noisy = 'exec: {argv: [systemctl, status, app]}';
const waiver = (fields: Readonly<Record<string, string>>): string =>
  `waivers:\n  - {${Object.entries({
    code: 'GB2707',
    reason: 'a banner',
    approver: 'SG_1',
    until: '2026-12-31',
    ...fields,
  })
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')}}\n`;
const doing = (...items: readonly string[]): string =>
  runbook(
    ...items.map((item, i) =>
      command(
        `C-0${String(i + 1)}`,
        `    effect: observe\n${guards(free(`G-0${String(i + 1)}`))}${actions(item)}`,
      ),
    ),
  );

/** What is left of a runbook's findings: `warning GB2707`. */
const left = async (text: string): Promise<readonly string[]> =>
  (await findingsOf(text)).map((d) => `${d.severity} ${d.code}`);

describe('a waiver', () => {
  test('turns its finding into a note that says who, why and to which day', async () => {
    const found = await findingsOf(waiver({ at: 'C-01' }) + doing(quiet));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      severity: 'note',
      code: 'GB2707',
      waived: { reason: 'a banner', approver: 'SG_1', until: '2026-12-31' },
    });
  });

  test('holds where it says, and nowhere else', async () => {
    expect(await left(waiver({ at: 'C-02' }) + doing(quiet, quiet))).toEqual([
      'warning GB2707',
      'note GB2707',
    ]);
    expect(await left(waiver({}) + doing(quiet, quiet))).toEqual(['note GB2707', 'note GB2707']);
    expect(await left(waiver({ at: 'C-02' }) + doing(quiet, noisy))).toEqual([
      'warning GB2805',
      'warning GB2707',
    ]);
  });

  test('holds at a gate, for what its own text says', async () => {
    const probed = (id: string): string =>
      gate(id, 'probe: {exec: {argv: [sh, -c, "ls x 2>/dev/null"]}}, expect: {stdout: {contains: x}}');
    const two = runbook(command('C-01', guards(probed('G-01'), probed('G-02'))));
    expect(await left(waiver({ at: 'G-02' }) + two)).toEqual(['warning GB2707', 'note GB2707']);
    expect(await left(waiver({ at: 'C-01' }) + two)).toEqual(['note GB2707', 'note GB2707']);
  });

  test('accepts errors too, and the runbook is valid then', async () => {
    const dropped = doing('exec: {argv: [sh, -c, "systemctl status app || true"]}');
    expect(await left(dropped)).toEqual(['error GB2706']);
    expect(await left(waiver({ code: 'GB2706' }) + dropped)).toEqual(['note GB2706']);
  });

  test('holds on its last day, and not on the next', async () => {
    expect(await left(waiver({ until: '2026-06-15' }) + doing(quiet))).toEqual(['note GB2707']);
    expect(await left(waiver({ until: '2026-06-14' }) + doing(quiet))).toEqual([
      'error GB2801',
      'warning GB2707',
    ]);
  });

  test('is at most 366 days long', async () => {
    expect(await left(waiver({ until: '2027-06-16' }) + doing(quiet))).toEqual(['note GB2707']);
    expect(await left(waiver({ until: '2027-06-17' }) + doing(quiet))).toEqual([
      'error GB2803',
      'warning GB2707',
    ]);
  });

  test('of a script that two commands run holds for the one it names only', async () => {
    const text = '#!/bin/sh\nls 2>/dev/null\n';
    const { createHash } = await import('node:crypto');
    const pin = createHash('sha256').update(text).digest('hex');
    const script = `script: {file: x.sh, sha256: ${pin}}`;
    const both = { text: waiver({ at: 'C-01' }) + doing(script, script), files: { 'x.sh': text } };
    expect((await findingsOf(both)).map((d) => `${d.severity} ${d.code}`)).toEqual(['warning GB2707']);
    const one = { text: waiver({ at: 'C-01' }) + doing(script), files: { 'x.sh': text } };
    expect((await findingsOf(one)).map((d) => `${d.severity} ${d.code}`)).toEqual(['note GB2707']);
  });
});

ruleTable('waivers', ['GB2801', 'GB2802', 'GB2803', 'GB2804', 'GB2805'], {
  valid: { 'none at all': doing(noisy), 'one that is needed': waiver({}) + doing(quiet) },
  invalid: {
    'no such day': [waiver({ until: '2026-02-30' }) + doing(quiet), 'GB2803 2026-02-30'],
    'no such code': [waiver({ code: 'GB2799' }) + doing(quiet), 'GB2802 GB2799'],
    'an identity': [waiver({ code: 'GB2102' }) + doing(quiet), 'GB2802 GB2102'],
    'a secret': [waiver({ code: 'GB2709' }) + doing(quiet), 'GB2802 GB2709'],
    'production without authorization': [waiver({ code: 'GB2401' }) + doing(quiet), 'GB2802 GB2401'],
    'a type error': [waiver({ code: 'GB2204' }) + doing(quiet), 'GB2802 GB2204'],
    'no such command': [waiver({ at: 'C-09' }) + doing(quiet), 'GB2804 C-09'],
    'the same one twice': [waiver({}) + waiver({}).replace('waivers:\n', '') + doing(quiet), 'GB2805 GB2707'],
  },
});

test('what can be waived has a page, and is no error of text, shape, file, expression, secret or production', () => {
  const explained = new Set(explanations.map((e) => e.code));
  for (const code of waivable) {
    expect(explained).toContain(code);
    expect(code).not.toMatch(/^GB(?:1|3|22|24|28)|GB2102|GB2107|GB2709/);
  }
});
