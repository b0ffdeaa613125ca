import type { Value } from '../base/value.js';
import { iterationsOver, type Folder, type FoldProblem, type Iteration } from '../expression/index.js';
import type { LoopedCommand } from '../model/runbook.js';
import { expressionsIn, isExpression, type Template } from '../model/template.js';

/** The items of `for_each`, in order; none where something is wrong, which the folder's problems tell. */
export function iterationsOf(
  command: LoopedCommand,
  written: Template,
  folder: Folder,
): readonly Iteration[] {
  const at = isExpression(written) ? written.at : undefined;
  const refuse = (code: string, message: string, next: string): readonly Iteration[] => {
    const problem: FoldProblem = {
      code,
      exit: 3,
      message: `for_each of ${command.id} ${message}`,
      next,
      ...(at && { at }),
    };
    folder.problems.push(problem);
    return [];
  };
  const before = folder.problems.length;
  const items = folder.template(written);
  if (folder.problems.length > before) return [];
  const [open] = expressionsIn(items);
  if (open)
    return refuse(
      'GB2602',
      `depends on \${{ ${open.source} }}, which only the run knows`,
      'the items are params, data or literals',
    );
  const iterations = iterationsOver(items as Value);
  if (iterations.ok) return iterations.value;
  const { code, message, next } = iterations.error;
  return refuse(code, message, next);
}
