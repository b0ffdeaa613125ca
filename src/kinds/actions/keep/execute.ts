import { basename, dirname, join, relative, resolve } from 'node:path';
import { isPlainPath } from '../../../base/plain-path.js';
import { err, ok } from '../../../base/result.js';
import type { Result } from '../../../base/result.js';
import { counted } from '../../../base/words.js';
import { ownerMark } from '../../../ports/files.js';
import type { Staged } from '../../../ports/files.js';
import type { ActionContext, ActionExecutor, KindProblem } from '../../executor.js';
import { makeOwned } from '../../owned.js';
import type { Args } from './schema.js';

const maxFiles = 10_000;
const maxBytesEach = 1 << 30;

async function refuseLeaks(
  paths: readonly string[],
  context: ActionContext,
): Promise<Result<null, KindProblem>> {
  const scanned = await context.scan(paths);
  if (!scanned.ok) return scanned;
  const [first] = scanned.value.hits;
  if (!first) return ok(null);
  return err({
    code: 'LEAK_FOUND',
    message: `${first.file}:${first.line} holds a secret (${first.kind}); nothing is kept`,
    next: 'make the program write it elsewhere, or nowhere',
  });
}

/** Before anything is copied: with such a name in it the evidence could never be sealed. */
const notPlain = (path: string): KindProblem => ({
  code: 'NAME_UNSEALABLE',
  message: `${JSON.stringify(path)} can't stand in the evidence: it holds a control character, a backslash or "..", or lies deeper than 32 folders`,
  next: 'give it another name, or keep it in an archive',
});

/** One file into `kept/`; never over another. */
async function copy(from: string, to: string, context: ActionContext): Promise<Result<Staged, KindProblem>> {
  const folder = await context.files.ensureFolder(dirname(to), dirname(context.run.kept));
  if (!folder.ok) return folder;
  const source = await context.files.open(from);
  if (!source.ok) return source;
  return makeOwned(
    {
      type: 'file',
      resource: 'kept-file',
      name: `kept/${relative(context.run.kept, to)}`,
      path: to,
      durability: 'kept',
      stage: (nonce) =>
        context.files.stageFile(to, nonce, source.value, { mode: 0o644, maxBytes: maxBytesEach }),
    },
    context,
  );
}

export const execute: ActionExecutor<Args> = async (args, context) => {
  const from = resolve(context.run.project, args.from);
  if (!isPlainPath(args.path)) return err(notPlain(args.path));
  const clean = await refuseLeaks([from], context);
  if (!clean.ok) return clean;
  const files = await context.files.walk(from, maxFiles);
  if (!files.ok) return files;
  // The mark of a folder that `mkdir` made is the runner's, not evidence.
  const kept = files.value
    .filter((path) => basename(path) !== ownerMark)
    .map((file) => ({ file, to: join('kept', args.path, relative(from, file)) }));
  const odd = kept.find(({ to }) => !isPlainPath(to));
  if (odd !== undefined) return err(notPlain(odd.to));
  const copies: Staged[] = [];
  const giveBack = async (problem: KindProblem) => {
    const left: string[] = [];
    for (const made of copies) {
      const removed = await context.files.remove(made);
      const entry = context.ledger.entries().find((e) => e.handle['nonce'] === made.nonce);
      if (removed.ok && entry) await context.ledger.destroyed(entry.resource, removed.value);
      if (!removed.ok) left.push(`${made.path} could not be taken back: ${removed.error.message}`);
    }
    return err({ ...problem, message: [problem.message, ...left].join('; ') });
  };
  for (const { file, to } of kept) {
    const made = await copy(file, join(dirname(context.run.kept), to), context);
    if (!made.ok) return giveBack(made.error);
    copies.push(made.value);
  }
  // What was scanned may have changed before it was copied: the copies count.
  const stillClean =
    copies.length === 0
      ? ok(null)
      : await refuseLeaks(
          copies.map((c) => c.path),
          context,
        );
  if (!stillClean.ok) return giveBack(stillClean.error);
  return ok({
    outputs: { path: `kept/${args.path}`, files: copies.length },
    words: counted(copies.length, 'file'),
  });
};
