import { basename, extname, join } from 'node:path';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { ValueMap } from '../base/value.js';
import { ofThisRun } from './docker/of-this-run.js';
import type { KindProblem, ProbeContext } from './executor.js';
import type { SharedArgs } from './run-program.js';
import { runAsDeclared } from './run-program.js';

export interface ScriptArgs extends SharedArgs {
  readonly file: string;
  readonly sha256: string;
  readonly interpreter?: readonly string[];
  readonly args?: readonly string[];
}

interface Copy {
  readonly path: string;
  readonly sha256: string;
}

/** Puts the plan's bytes where the script will run, and reads back what arrived there. */
async function copyPinned(
  { file, sha256, in: container }: ScriptArgs,
  context: ProbeContext,
): Promise<Result<Copy, KindProblem>> {
  const pinned = context.pinned(file);
  if (!pinned) return err({ code: 'SCRIPT_NOT_PLANNED', message: `${file} is not a script of the plan` });
  const copied = await (container === undefined
    ? copyHere(file, pinned.content, context)
    : copyInside(file, pinned.content, container, context));
  if (!copied.ok || copied.value.sha256 === sha256) return copied;
  return err({
    code: 'SCRIPT_CHANGED',
    message: `the copy of ${file} has sha256 ${copied.value.sha256}, the pin says ${sha256}`,
    next: 'review the script, then pin what was reviewed',
  });
}

async function copyHere(
  file: string,
  content: Uint8Array,
  { files, run, signal }: ProbeContext,
): Promise<Result<Copy, KindProblem>> {
  const nonce = files.nonce();
  const path = join(run.work, `script-${nonce}-${basename(file)}`);
  const staged = await files.stageFile(path, nonce, content, { mode: 0o700 });
  if (!staged.ok) return staged;
  const published = await files.publish(staged.value);
  if (!published.ok) return published;
  const sha256 = await files.sha256(path, signal);
  return sha256.ok ? ok({ path, sha256: sha256.value }) : sha256;
}

/** Into the root of a container of this run: that folder is always there. */
async function copyInside(
  file: string,
  content: Uint8Array,
  name: string,
  { docker, files, ledger, timeoutMs, signal }: ProbeContext,
): Promise<Result<Copy, KindProblem>> {
  const container = ofThisRun('container', name, ledger);
  if (!container.ok) return container;
  const path = `/gatebook-script-${files.nonce()}${extname(file).slice(0, 16)}`;
  const copied = await docker.copyIn(
    container.value,
    { path, content, sizeBytes: content.length, mode: 0o755 },
    { timeoutMs, signal },
  );
  return copied.ok ? ok({ path, sha256: copied.value.sha256 }) : copied;
}

/** Runs the checked copy, never the file that somebody may be editing. */
export async function runScript(
  args: ScriptArgs,
  context: ProbeContext,
): Promise<Result<ValueMap, KindProblem>> {
  const copy = await copyPinned(args, context);
  if (!copy.ok) return copy;
  const [program = copy.value.path, ...rest] = [
    ...(args.interpreter ?? []),
    copy.value.path,
    ...(args.args ?? []),
  ];
  const ended = await runAsDeclared([program, ...rest], args, context);
  return ended.ok ? ok({ ...ended.value, sha256: args.sha256, ran_sha256: copy.value.sha256 }) : ended;
}
