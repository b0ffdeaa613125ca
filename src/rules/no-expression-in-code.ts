import { shellScriptIndex } from '../kinds/shell.js';
import {
  isExpression,
  isTemplateList,
  isTemplateMap,
  isText,
  showTemplate,
  type Template,
} from '../model/template.js';
import { isList } from '../base/value.js';
import type { Path } from './places.js';
import type { Rule, RuleContext } from './rule.js';

/** Programs whose option takes a program's text, beside the shells. */
const interpreters: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:python[0-9.]*|psql)$/, /^(?:-c|--command)$/],
  [/^(?:perl|ruby|node|lua)$/, /^-(?:e|E|-eval)$/],
  [/^php$/, /^-r$/],
];

/**
 * An expression never reaches a shell or an interpreter as a part of what it runs: it stands in `argv`, `env`
 * or `params`, where it is one word, whatever it holds.
 */
export const noExpressionInCode: Rule = {
  name: 'no-expression-in-code',
  check(context) {
    const look = (kind: string, args: Template, path: Path): void => {
      if (kind === 'exec' || kind === 'docker.container') lookAtArgv(args, [...path, kind, 'argv'], context);
      if (kind === 'sql') lookAtQuery(args, [...path, kind, 'query'], context);
    };
    for (const { action, path } of context.places.actions) look(action.kind, action.args, path);
    for (const { gate, path } of context.places.gates) {
      look(gate.probe.kind, gate.probe.args, [...path, 'probe']);
    }
  },
};

function lookAtArgv(args: Template, path: Path, { locate, report }: RuleContext): void {
  const argv = isTemplateMap(args) ? args['argv'] : undefined;
  const shown = argv === undefined ? [] : showTemplate(argv);
  if (!isTemplateList(argv) || !isList(shown)) return;
  const index = shellScriptIndex(shown) ?? programTextIndex(shown);
  const text = index === null ? undefined : argv[index];
  if (index === null || !(isText(text) || isExpression(text))) return;
  report({
    code: 'GB2210',
    message: "an expression stands in a program's text",
    at: locate([...path, index]),
    reason: 'what it yields would be run as code',
    fix: 'hand it over in env: and read it from there ("$NAME" in a shell)',
  });
}

function programTextIndex(argv: readonly unknown[]): number | null {
  const program = String(argv[0]).replace(/^.*\//, '');
  const option = interpreters.find(([name]) => name.test(program))?.[1];
  const at = option === undefined ? -1 : argv.findIndex((a) => typeof a === 'string' && option.test(a));
  return at === -1 || at + 1 >= argv.length ? null : at + 1;
}

/** A constant of `data` or of a loop may be a whole query: it is reviewed with the plan. */
function lookAtQuery(args: Template, path: Path, { sites, locate, report }: RuleContext): void {
  const query = isTemplateMap(args) ? args['query'] : undefined;
  if (!isText(query) && !isExpression(query)) return;
  const references = isExpression(query)
    ? (sites.find((s) => s.expression === query)?.checked.references ?? [])
    : [];
  if (isExpression(query) && references.every((r) => r.root === 'data' || r.root === 'each')) return;
  report({
    code: 'GB2210',
    message: 'an expression stands in SQL',
    at: locate(path),
    reason: 'what it yields would be run as code',
    fix: 'write $1 there, and params: ["${{ … }}"] beside the query',
  });
}
