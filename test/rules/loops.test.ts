import { command, disk, expectations, free, gate, guards, ruleTable, runbook } from '../support/table.js';

const loop = (forEach: string): string =>
  command('C-01', `    for_each: ${forEach}\n${guards(free('G-01'))}`);
const later = (rest: string): string => command('C-02', expectations(gate('G-02', rest)));
const sees = (id: string): string =>
  later(`probe: {value: "\${{ gates['${id}'].observed.free_bytes }}"}, expect: {gt: 0}`);
const list = 'params: {l: {type: list, items: string, default: [a]}}\n';
const since = (id: string): string => later(`${disk}, expect: {unchanged_since: "${id}"}`);

ruleTable('iterations by their names', ['GB2203', 'GB2211', 'GB2110'], {
  valid: {
    'of a constant inside a constant': `data: {d: {s: {S1: 1}}}\n${runbook(loop('"${{ data.d.s }}"'), sees('G-01[S1]'))}`,
    'of a constant, by an index': `data: {s: {S1: 1}}\n${runbook(loop(`"\${{ data['s'] }}"`), sees('G-01[S1]'))}`,
    'of a param, whose items the plan knows': `${list}${runbook(loop('"${{ params.l }}"'), sees('G-01[a]'))}`,
    'compared with one': `data: {s: [a]}\n${runbook(loop('"${{ data.s }}"'), since('G-01[a]'))}`,
  },
  invalid: {
    'of a constant that has no such item': [
      `data: {d: {s: {S1: 1}}}\n${runbook(loop('"${{ data.d.s }}"'), sees('G-01[S2]'))}`,
      "GB2203 gates['G-01[S2]']",
    ],
    'compared with one that there is not': [
      `data: {s: [a]}\n${runbook(loop('"${{ data.s }}"'), since('G-01[b]'))}`,
      'GB2110 unchanged_since: "G-01[b]"',
    ],
    'compared with all at once': [
      `data: {s: [a]}\n${runbook(loop('"${{ data.s }}"'), since('G-01'))}`,
      'GB2211 unchanged_since: "G-01"',
    ],
  },
});
