import { brief } from '../cells.js';
import type { Text } from '../document.js';
import { code, table } from '../document.js';
import type { Report } from '../schema.js';
import { utc } from './head.js';
import type { Section } from './section.js';

/** Of a refused run: every approval that was given, why it didn't count, and what was given and is none. */
export function approvals({ run }: Report): Section | null {
  const { offered = [], malformed = [] } = run;
  const rows = offered.map((approval): Text[] => [
    [approval.slot],
    [approval.principal],
    [approval.requester],
    [utc(approval.expires)],
    [verdictOf(approval)],
    [code(approval.sha256)],
  ]);
  const columns = ['Slot', 'Approved by', 'Asked for by', 'Until (UTC)', 'What was wrong', 'sha256'];
  const files = malformed.map(({ file, wrong }): Text[] => [[code(file)], [brief(wrong)]]);
  const blocks = [
    ...(rows.length === 0 ? [] : [table(columns, rows)]),
    ...(files.length === 0 ? [] : [table(['File that is no approval', 'Why'], files)]),
  ];
  return blocks.length === 0 ? null : { title: 'Approvals that were given', blocks };
}

function verdictOf({ checked, wrong }: NonNullable<Report['run']['offered']>[number]): string {
  if (!checked) return 'not looked at: the run was refused before';
  return wrong === null ? 'nothing by itself' : brief(wrong);
}
