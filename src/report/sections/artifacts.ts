import { grouped, size } from '../../base/words.js';
import type { Text } from '../document.js';
import { code, table } from '../document.js';
import type { Report } from '../schema.js';
import { utc } from './head.js';
import type { Section } from './section.js';

/** A file that stays of such a run is there, and no more is known of it: what would have proved it went wrong. */
export const unproven = (verdict: Report['verdict']): boolean => verdict === 'FAIL' || verdict === 'ABORTED';

/** What the run published: how large to the byte, when it was begun, for whom, and whether it is still there. */
export function artifacts(report: Report): Section | null {
  const { evidence, teardown, commands, run } = report;
  if (evidence.artifacts.length === 0) return null;
  const old = run.renderer < 2;
  const end = (sha256: string): string => {
    const state = teardown.resources.find((resource) => resource.id === sha256)?.state ?? '—';
    return !old && state === 'kept' && unproven(report.verdict) ? 'kept, NOT PROVEN' : state;
  };
  const sized = (bytes: number): string =>
    old || bytes < 1000 ? size(bytes) : `${size(bytes)} (${grouped(bytes)} B)`;
  const begun = (id: string): string => {
    const at = old ? null : (commands.find((command) => command.id === id)?.started_at ?? null);
    return at === null ? '' : `, begun ${utc(at)} UTC`;
  };
  const rows = evidence.artifacts.map(({ ref, sha256, size_bytes: bytes, recipient, command }): Text[] => [
    [code(ref)],
    [typeof bytes === 'number' ? sized(bytes) : `${bytes} B`],
    [code(sha256)],
    recipient === null ? ['—'] : [code(recipient)],
    [`${command}${begun(command)}`],
    [end(sha256)],
  ]);
  return {
    title: rows.length === 1 ? 'Backup' : 'Backups',
    blocks: [table(['Artifact', '>Size', 'sha256', 'Recipient', 'Made in', 'End'], rows)],
  };
}
