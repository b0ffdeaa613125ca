import {
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
import type { Path } from '../places.js';
import type { Rule, RuleContext } from '../rule.js';
import { programText } from '../programs/shell/program-text.js';

/**
 * An expression never reaches a shell or an interpreter as a part of what it runs: it stands in `argv`, `env`
 * or `params`, where it is one word, whatever it holds.
 */
export const noExpressionInCode: Rule = {
  name: 'no-expression-in-code',
  check(context) {
    const look = (kind: string, args: Template, path: Path): void => {
      if (kind === 'exec' || kind === 'docker.container') lookAtProgram(args, [...path, kind], context);
      if (kind === 'sql') lookAtQuery(args, [...path, kind, 'query'], context);
    };
    for (const { action, path } of context.places.actions) look(action.kind, action.args, path);
    for (const { gate, path } of context.places.gates) {
      look(gate.probe.kind, gate.probe.args, [...path, 'probe']);
    }
  },
};

function lookAtProgram(args: Template, path: Path, context: RuleContext): void {
  const argv = isTemplateMap(args) ? args['argv'] : undefined;
  const shown = argv === undefined ? [] : showTemplate(argv);
  if (!isTemplateMap(args) || !isTemplateList(argv) || !isList(shown)) return;
  const { words, stdin } = programText(shown);
  const found = words.flatMap((index) => (isOpen(argv[index]) ? [[...path, 'argv', index]] : []));
  if (stdin && isOpen(args['stdin']) && !isConstant(args['stdin'], context)) found.push([...path, 'stdin']);
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

function lookAtQuery(args: Template, path: Path, context: RuleContext): void {
  const query = isTemplateMap(args) ? args['query'] : undefined;
  if (!isOpen(query) || isConstant(query, context)) return;
  context.report({
    code: 'GB2210',
    message: 'an expression stands in SQL',
    at: context.locate(path),
    reason: 'what it yields would be run as code',
    fix: 'write $1 there, and params: ["${{ … }}"] beside the query',
  });
}

/** A constant of `data` or of a loop may be the whole of it: it is reviewed with the plan. */
function isConstant(text: Template | undefined, { sites }: RuleContext): boolean {
  if (!isExpression(text)) return false;
  const references = sites.find((site) => site.expression === text)?.checked.references ?? [];
  return references.every(({ root }) => root === 'data' || root === 'each');
}
