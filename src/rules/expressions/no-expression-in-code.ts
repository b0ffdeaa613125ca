import { namesIn, type UsedName } from '../../expression/index.js';
import {
  expressionsIn,
  isExpression,
  isTemplateList,
  isTemplateMap,
  isText,
  showTemplate,
  type Expression,
  type Template,
  type TextTemplate,
} from '../../model/template.js';
import { isList } from '../../base/value.js';
import { constantsOf, constantValue } from '../constants.js';
import type { CommandPlace, Path } from '../places.js';
import type { Rule, RuleContext } from '../rule.js';
import { programText } from '../programs/shell/program-text.js';
import { loopItems } from '../shapes.js';

/**
 * An expression never reaches a shell or an interpreter as a part of what it runs: it stands in `argv`, `env`
 * or `params`, where it is one word, whatever it holds.
 */
export const noExpressionInCode: Rule = {
  name: 'no-expression-in-code',
  check(context) {
    const look = (kind: string, args: Template, path: Path, of: CommandPlace): void => {
      if (kind === 'exec' || kind === 'docker.container') lookAtProgram(args, [...path, kind], of, context);
      if (kind === 'sql') lookAtQuery(args, [...path, kind, 'query'], of, context);
    };
    for (const { action, path, of } of context.places.actions) look(action.kind, action.args, path, of);
    for (const { gate, path, of } of context.places.gates) {
      look(gate.probe.kind, gate.probe.args, [...path, 'probe'], of);
    }
  },
};

function lookAtProgram(args: Template, path: Path, of: CommandPlace, context: RuleContext): void {
  const argv = isTemplateMap(args) ? args['argv'] : undefined;
  if (isExpression(argv) && constantValue(argv, context.runbook) === undefined)
    context.report({
      code: 'GB2210',
      message: 'argv is an expression',
      at: context.locate([...path, 'argv']),
      reason: 'nobody could review which program runs, and no rule could look at it',
      fix: 'write it as a list, whose items may hold expressions; a whole one may come from data',
    });
  const shown = argv === undefined ? [] : showTemplate(argv);
  if (!isTemplateMap(args) || !isTemplateList(argv) || !isList(shown)) return;
  const { words, stdin } = programText(shown);
  const found = words.flatMap((index) => (isOpen(argv[index]) ? [[...path, 'argv', index]] : []));
  if (stdin && isOpen(args['stdin']) && !isConstant(args['stdin'], of, context))
    found.push([...path, 'stdin']);
  for (const at of found)
    context.report({
      code: 'GB2210',
      message: "an expression stands in a program's text",
      at: context.locate(at),
      reason: 'what it yields would be run as code',
      fix: 'hand it over in env: and read it from there ("$NAME" in a shell)',
    });
}

const isOpen = (text: Template | undefined): text is TextTemplate | Expression =>
  isText(text) || isExpression(text);

function lookAtQuery(args: Template, path: Path, of: CommandPlace, context: RuleContext): void {
  const query = isTemplateMap(args) ? args['query'] : undefined;
  if (!isOpen(query) || isConstant(query, of, context)) return;
  context.report({
    code: 'GB2210',
    message: 'an expression stands in SQL',
    at: context.locate(path),
    reason: 'what it yields would be run as code',
    fix: 'write $1 there, and params: ["${{ … }}"] beside the query',
  });
}

/** A constant of `data` or of a loop may be the whole of it, where no param is a part of that. */
function isConstant(
  text: Template | undefined,
  { command }: CommandPlace,
  { runbook }: RuleContext,
): boolean {
  const isKnown = ({ root, path: [name] }: UsedName): boolean =>
    root === 'data'
      ? Object.hasOwn(constantsOf(runbook), String(name))
      : root === 'each' && isClosed(loopItems(command, runbook));
  return isExpression(text) && namesIn(text.source).every(isKnown);
}

const isClosed = (items: Template | undefined): boolean =>
  items !== undefined && expressionsIn(items).length === 0;
