import { join } from 'node:path';
import type { Sha256 } from '../../base/ids.js';
import { isSha256 } from '../../base/ids.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { KeyHome } from '../../ports/gpg.js';
import type { KindProblem, ProbeContext } from '../executor.js';
import type { Content, Selection } from './content/capture.js';
import type { SequenceState } from './content/sequences.js';

/** How the plaintext was packed before it was encrypted. */
export type Packing = 'zstd' | 'gzip' | 'none';

/**
 * What this run knows of a backup beside its outputs: too long for a report, needed to restore and compare. It is
 * found through the artifact's sha256, which each row of the output `tables` bears as `of`.
 */
export interface BackupRecord {
  readonly artifact: Sha256;
  readonly selection: Selection;
  readonly format: 'custom' | 'plain';
  /** Outside the archive; a custom archive's own compression is its own matter. */
  readonly packing: Packing;
  readonly content: Content;
  /** Sequences move outside any snapshot: their state once the dump had ended. */
  readonly sequencesAfter: readonly SequenceState[];
  /** The runbook's name of the key it is encrypted to. */
  readonly key: string;
  /** The run's own recipient, where there is one. */
  readonly proof: KeyHome | null;
}

const folder = (context: ProbeContext): string => join(context.run.work, 'backups');
const maxBytes = 512 * 2 ** 20;

export async function writeRecord(
  context: ProbeContext,
  record: BackupRecord,
): Promise<Result<null, KindProblem>> {
  const ensured = await context.files.ensureFolder(folder(context), context.run.work);
  if (!ensured.ok) return ensured;
  const path = join(folder(context), `${record.artifact}.json`);
  const staged = await context.files.stageFile(path, context.files.nonce(), JSON.stringify(record));
  return staged.ok ? context.files.publish(staged.value) : staged;
}

/** BACKUP_UNKNOWN where this run made no artifact of that sha256. */
export async function readRecord(
  context: ProbeContext,
  artifact: string,
): Promise<Result<BackupRecord, KindProblem>> {
  const unknown = err({
    code: 'BACKUP_UNKNOWN',
    message: `this run made no backup with the sha256 ${artifact.slice(0, 64)}`,
    next: 'Give the whole output of a postgres.backup of the same run.',
  });
  if (!isSha256(artifact)) return unknown;
  const read = await context.files.read(join(folder(context), `${artifact}.json`), maxBytes);
  if (!read.ok) return read.error.code === 'FILE_ABSENT' ? unknown : read;
  // Written by this run into its private folder: not outside text.
  return ok(JSON.parse(Buffer.from(read.value).toString('utf8')) as BackupRecord);
}
