import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { wholeExample } from '../../src/explain/index.js';
import { fix } from '../../src/rules/fix.js';
import { memorySources } from '../support/sources.js';
import { actions, command, free, guards, runbook } from '../support/table.js';

const script = '#!/bin/sh\nls\n';
const pin = createHash('sha256').update(script).digest('hex');

/** What `--fix` makes of a runbook, and what is still found. */
async function fixed(text: string, files: Readonly<Record<string, string>> = { 'x.sh': script }) {
  const whole = wholeExample(text);
  const result = await fix(memorySources({ 'runbook.yaml': whole, ...files }), ['runbook.yaml']);
  const after = result.texts.get('runbook.yaml')?.after ?? whole;
  return { ...result, whole, after, left: result.validation.diagnostics.map((d) => d.code) };
}
const doing = (item: string): string =>
  runbook(command('C-01', `    effect: observe\n${guards(free('G-01'))}${actions(item)}`));

describe('--fix', () => {
  test('quotes an integer that no number holds, and nothing else', async () => {
    const {
      after,
      whole,
      fixed: made,
      left,
    } = await fixed('facts: {sysid: 7611578671664259111, a: "${{ data.a }}"} # as printed\ndata: {a: 007}\n');
    expect(after).toBe(whole.replace('7611578671664259111', '"7611578671664259111"').replace('007', '"007"'));
    expect(made.map((f) => `${f.code} ${f.before} ${f.after}`)).toEqual([
      'GB1011 7611578671664259111 "7611578671664259111"',
      'GB1011 007 "007"',
    ]);
    expect(left).toEqual([]);
  });

  test('pins a script as it is, in a flow map and in a block', async () => {
    const flow = await fixed(doing('script: {file: x.sh, args: [a]}'));
    expect(flow.after).toBe(flow.whole.replace('file: x.sh,', `file: x.sh, sha256: ${pin},`));
    expect(flow.left).toEqual([]);
    const block = await fixed(doing('script:\n          file: x.sh # ours\n          args: [a]'));
    expect(block.after).toBe(block.whole.replace('# ours\n', `# ours\n          sha256: ${pin}\n`));
    expect(block.left).toEqual([]);
  });

  test('pins constants and SQL', async () => {
    const data = await fixed('data:\n  a: {file: x.json}\nfacts: {a: "${{ data.a.b }}"}\n', {
      'x.json': '{"b": 1}',
    });
    expect(data.left).toEqual([]);
    expect(data.after).toMatch(/a: \{file: x\.json, sha256: [0-9a-f]{64}\}/);
    const item = doing('sql: {target: t, file: x.sql}');
    const sql = await fixed(`targets:\n  t: {postgres: {url: {env: X}}}\n${item}`, { 'x.sql': 'select 1' });
    expect(sql.left).toEqual([]);
  });

  test('keeps the ends of lines of the file', async () => {
    const crlf = doing('script:\n          file: x.sh\n          args: [a]').replaceAll('\n', '\r\n');
    const { after } = await fixed(crlf);
    expect(after).toContain(`file: x.sh\r\n          sha256: ${pin}\r\n`);
  });

  test('takes the braces of a condition away', async () => {
    const when = (condition: string) =>
      fixed(
        runbook(
          command('C-01', guards(free('G-01'))),
          command('C-02', `    when: ${condition}\n${guards(free('G-02'))}`),
        ),
      );
    const other = await when(`"\${{ run.mode == 'live' }}"`);
    expect(other.after).toContain(`when: "run.mode == 'live'"\n`);
    expect(other.left).toEqual([]);
    // The same quotes inside as around: left to a person.
    const same = await when(`'\${{ run.mode == ''live'' }}'`);
    expect(same.after).toContain(`when: '\${{ run.mode == ''live'' }}'\n`);
    expect(same.left).toEqual(['GB1403']);
    const plain = await fixed(
      `params: {p: {type: boolean, default: true}}\n${runbook(command('C-01', guards(free('G-01'))), command('C-02', `    when: "\${{ params.p }}"\n${guards(free('G-02'))}`))}`,
    );
    expect(plain.after).toContain('when: "params.p"');
    expect(plain.left).toEqual([]);
  });

  test('goes on behind what it mended', async () => {
    const { left, fixed: made } = await fixed(
      `facts: {sysid: 7611578671664259111}\n${doing('script: {file: x.sh}')}`,
    );
    expect(made.map((f) => f.code)).toEqual(['GB1011', 'GB1102']);
    expect(left).toEqual([]);
  });

  test('mends nothing that would bring an error of its own', async () => {
    const { texts, unfixed, left } = await fixed('revision: 9007199254740993\n');
    expect([...texts]).toEqual([]);
    expect(unfixed.map((u) => u.because.code)).toEqual(['GB1103']);
    expect(left).toEqual(['GB1011']);
  });

  test('an error that was hidden behind the mended one stops nothing', async () => {
    const { texts, left } = await fixed(
      `facts: {sysid: 7611578671664259111}\n${doing('exec: {argv: [sh, -c, "a || true"]}')}`,
    );
    expect(texts.size).toBe(1);
    expect(left).toEqual(['GB2706']);
  });

  test.each([
    ['a pin that no longer fits', doing(`script: {file: x.sh, sha256: ${'a'.repeat(64)}}`), 'GB3007'],
    ['a misspelt key', 'sumary: x\n', 'GB1101'],
    ['what nothing uses', 'data: {a: 1}\n', 'GB2005'],
  ])('leaves %s to a person', async (_, text, code) => {
    const { texts, left } = await fixed(text);
    expect([...texts]).toEqual([]);
    expect(left).toEqual([code]);
  });
});
