import { outsideTransaction } from '../../kinds/postgres/sql/outside-transaction.js';
import { splitStatements } from '../../kinds/postgres/sql/split.js';
import { checkStatement } from '../../kinds/postgres/transaction.js';
import { isList, type Value } from '../../base/value.js';
import { cut } from '../../base/visible.js';
import { isProduction } from '../../model/production.js';
import { argument } from '../kinds.js';
import type { Location } from '../../text/diagnostic.js';
import type { Path } from '../places.js';
import type { Finding, Rule, RuleContext } from '../rule.js';

/** Found here and not by the run: on production a refused action is a failed change, which engages the kill switch. */
export const statementsCanBeRun: Rule = {
  name: 'statements-can-be-run',
  check(context) {
    // Where the refusal is expected it is the proof.
    for (const { action, path, of } of context.places.actions)
      if (action.kind === 'sql' && action.expectError === undefined)
        for (const args of context.argsOf(action.args, of))
          look(args, [...path, 'sql'], of.command.effect === 'observe', context);
    for (const { gate, path, of } of context.places.gates)
      if (gate.probe.kind === 'sql' && !gate.expect.some(({ matcher }) => matcher.op === 'error'))
        for (const args of context.argsOf(gate.probe.args, of))
          look(args, [...path, 'probe', 'sql'], true, context);
  },
};

/** `observes`: a probe, or an action of a command that says so. */
function look(args: Value, path: Path, observes: boolean, context: RuleContext): void {
  const written = writtenIn(args, path, context);
  const target = argument(args, 'target');
  const outside = argument(args, 'transaction') === 'none';
  const readOnly = observes || isReadOnly(target, context);
  if (outside && readOnly)
    context.report({
      code: 'GB2314',
      at: context.locate([...path, 'transaction'], 'key'),
      message: 'it is only to read here, and outside a transaction nothing would hold the statement to that',
      fix: 'leave it out, or name a target with `access: write` in a command with `effect: change`',
    });
  const inside = !outside && (readOnly || isOnProduction(target, context));
  // Without params such a file is a script, and sent whole.
  if (written === undefined || (written.isFile && !inside && !outside && !hasParams(args))) return;
  const trouble = troubleOf(written.text, inside);
  if (trouble !== null) context.report({ code: 'GB2314', at: written.at, ...trouble });
}

function troubleOf(text: string, inTransaction: boolean): Pick<Finding, 'message' | 'fix'> | null {
  const statement = checkStatement(text);
  if (!statement.ok) {
    const fix = 'write one plain statement; settings of the session go under settings:';
    return { message: statement.error.message, fix };
  }
  const [, second] = splitStatements(text);
  if (second) {
    const start = second[0]?.start ?? 0;
    const [next = ''] = text.slice(start).split('\n', 1);
    const line = text.slice(0, start).split('\n').length;
    return {
      message: `here sql runs one statement, and another follows it: ${cut(next, 60)}${line > 1 ? ` (line ${line})` : ''}`,
      fix: 'give each an sql of its own; what belongs together is one DO block',
    };
  }
  const words = inTransaction ? outsideTransaction(statement.value) : undefined;
  return words === undefined
    ? null
    : {
        message: `${words} can't be done inside a transaction, and sql opens one here`,
        fix: 'say `transaction: none`, in an action on a writable target: docs/disable.md#outside-a-transaction',
      };
}

interface Written {
  readonly text: string;
  readonly at: Location;
  readonly isFile: boolean;
}

/** The statement itself, or that of a pinned file. */
function writtenIn(args: Value, path: Path, { locate, textOf }: RuleContext): Written | undefined {
  const [query, file] = [argument(args, 'query'), argument(args, 'file')];
  if (typeof query === 'string') return { text: query, at: locate([...path, 'query']), isFile: false };
  const source = typeof file === 'string' ? textOf(file) : undefined;
  return source && { text: source.text, at: locate([...path, 'file']), isFile: true };
}

function hasParams(args: Value): boolean {
  const params = argument(args, 'params');
  return isList(params) && params.length > 0;
}

type Targets = RuleContext['runbook']['targets'];

const declared = (name: unknown, targets: Targets): Targets[string] | undefined =>
  typeof name === 'string' && Object.hasOwn(targets, name) ? targets[name] : undefined;

function isReadOnly(name: unknown, { runbook: { targets } }: RuleContext): boolean {
  const target = declared(name, targets);
  return target !== undefined && target.access !== 'write';
}

const isOnProduction = (name: unknown, { runbook: { targets } }: RuleContext): boolean =>
  typeof name === 'string' && declared(name, targets) !== undefined && isProduction(targets, name);
