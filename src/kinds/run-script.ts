import { basename, join } from 'node:path';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { ValueMap } from '../base/value.js';
import type { KindProblem, ProbeContext } from './executor.js';
import type { SharedArgs } from './run-program.js';
import { runAsDeclared } from './run-program.js';

export interface ScriptArgs extends SharedArgs {
  readonly file: string;
  readonly sha256: string;
  readonly interpreter?: readonly string[];
  readonly args?: readonly string[];
}

/** Puts the plan's bytes into a fresh folder of the run, and reads back what arrived there. */
async function copyPinned(
  { file, sha256 }: ScriptArgs,
  context: ProbeContext,
): Promise<Result<{ readonly path: string; readonly sha256: string }, KindProblem>> {
  const pinned = context.pinned(file);
  if (!pinned) return err({ code: 'SCRIPT_NOT_PLANNED', message: `${file} is not a script of the plan` });
  const nonce = context.files.nonce();
  const path = join(context.run.work, `script-${nonce}-${basename(file)}`);
  const staged = await context.files.stageFile(path, nonce, pinned.content, { mode: 0o700 });
  if (!staged.ok) return staged;
  const published = await context.files.publish(staged.value);
  if (!published.ok) return published;
  const copied = await context.files.sha256(path, context.signal);
  if (!copied.ok) return copied;
  if (copied.value !== sha256)
    return err({
      code: 'SCRIPT_CHANGED',
      message: `the copy of ${file} has sha256 ${copied.value}, the pin says ${sha256}`,
      next: 'review the script, then pin what was reviewed',
    });
  return ok({ path, sha256: copied.value });
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
