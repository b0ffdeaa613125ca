import { basename, dirname, join } from 'node:path';
import { isRunId } from '../../../base/ids.js';
import { invariant } from '../../../base/invariant.js';
import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import type { Filled, Staged } from '../../../ports/files.js';
import type { ActionContext, KindProblem } from '../../executor.js';

/** A new file on its way: under a hidden name until everything about it is proved. */
export interface Artifact {
  readonly name: string;
  readonly path: string;
  /** `fill` has programs write the ciphertext to a descriptor; a problem of its own leaves nothing. */
  readonly receive: (
    fill: (descriptor: number) => Promise<Result<null, KindProblem>>,
  ) => Promise<Result<Filled, KindProblem>>;
  /** Gives it its name, which must still be free. */
  readonly publish: () => Promise<Result<Filled, KindProblem>>;
  /** Removes what there is of it. */
  readonly discard: () => Promise<void>;
}
const safe = (text: string): string => text.replace(/[^A-Za-z0-9._-]+/g, '_');

/** `prod-directus-C-02-20260516T233317Z-1a2b.dump.zst.gpg`; a stand-in's says so. */
export function artifactName(
  context: ActionContext,
  parts: {
    readonly target: string;
    readonly database: string;
    readonly extension: string;
    readonly to?: string;
  },
): Result<string, KindProblem> {
  const { run, label, as } = context;
  if (!isRunId(run.id))
    return err({
      code: 'UNSAFE_NAME',
      message: `the run id ${JSON.stringify(run.id)} can’t stand in a file name`,
    });
  const where = [parts.target, parts.database, label, ...(as === undefined ? [] : [as]), run.id]
    .map(safe)
    .join('-');
  const name = parts.to ?? `${where}${parts.extension}`;
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*\.gpg$/.test(name) || Buffer.byteLength(name) > 200)
    return err({
      code: 'UNSAFE_NAME',
      message: `${JSON.stringify(name)} can’t be an artifact’s name`,
      next: 'Name the file with `to`: letters, digits, dots, dashes and underscores, .gpg at its end, 200 at most.',
    });
  return ok(run.mode === 'rehearsal' ? `STAND-IN-${name}` : name);
}

/** Writes the intent into the ledger; refuses a name that is taken and a folder that isn't safe. */
export async function beginArtifact(
  context: ActionContext,
  name: string,
): Promise<Result<Artifact, KindProblem>> {
  const { files, ledger, run } = context;
  const path = join(run.artifacts, name);
  const state = dirname(dirname(run.artifacts));
  const folder = await files.ensureFolder(run.artifacts, state);
  if (!folder.ok) return folder;
  const there = await files.facts(path);
  if (!there.ok) return there;
  if (there.value !== null)
    return err({ code: 'ARTIFACT_EXISTS', message: `${path} exists already; nothing is ever written over` });
  const nonce = files.nonce();
  const owned = { type: 'file' as const, path, nonce };
  const durability = context.artifactDurability();
  const called = context.as ?? name;
  const resource = await ledger.intend({ kind: 'artifact', name: called, durability, handle: { ...owned } });

  let staged: (Staged & Filled) | null = null;
  return ok({
    name,
    path,
    async receive(fill) {
      const received = await files.stageFilled(path, nonce, fill, speedOf(context));
      if (!received.ok) return received;
      staged = received.value;
      const { device, inode } = staged;
      await ledger.created(resource, { ...owned, device, inode });
      return received;
    },
    async publish() {
      invariant(staged, 'an artifact is published after it was received');
      const { sha256, sizeBytes, head, device, inode } = staged;
      const published = await files.publish({ ...owned, device, inode });
      if (!published.ok) {
        const exists = published.error.code === 'FILE_EXISTS';
        return err(exists ? { ...published.error, code: 'ARTIFACT_EXISTS' } : published.error);
      }
      const handle = { ...owned, device, inode, sha256, size_bytes: sizeBytes };
      await (durability === 'kept' ? ledger.kept(resource, handle) : ledger.created(resource, handle));
      return ok({ sha256, sizeBytes, head });
    },
    async discard() {
      const identity = staged && { device: staged.device, inode: staged.inode };
      const removed = await files.remove({ ...owned, ...identity });
      if (removed.ok) await ledger.destroyed(resource, `${basename(path)}: ${removed.value}`);
    },
  });
}

/** Tells how fast the ciphertext grows, twice a second. */
function speedOf({ clock, progress }: ActionContext): (bytes: number) => void {
  const startedAt = clock.monotonicMs();
  let toldAt = startedAt;
  return (bytes) => {
    const now = clock.monotonicMs();
    if (now - toldAt < 500) return;
    toldAt = now;
    progress({ bytes, bytesPerSecond: Math.round((bytes * 1000) / (now - startedAt)) });
  };
}
