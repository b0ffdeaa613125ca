import { shellScriptIndex } from '../../kinds/shell.js';
import { isText, isExpression, isTemplateMap, showTemplate } from '../../model/template.js';
import { secretsIn } from '../../text/secret-shapes.js';
import type { Argument, Invocation, Use } from './code.js';
import { argument } from '../kinds.js';
import type { Finding, Rule, RuleContext } from '../rule.js';

/**
 * A secret is never in an argv, which every process of the machine can read, and never in a file of the plan: the
 * bundle holds each of them, and whatever the leak scan finds there before the seal makes the run FAIL.
 */
export const noSecretWrittenOut: Rule = {
  name: 'no-secret-written-out',
  check(whole) {
    const told = new Set<string>();
    const context: RuleContext = {
      ...whole,
      report: (found) => {
        told.add(lineOf(found.at));
        whole.report(found);
      },
    };
    const { code } = context;
    for (const use of code.uses) {
      if (use.kind === 'exec' || use.kind === 'script') lookAtEnvironment(use, context);
    }
    for (const invocation of code.invocations) lookAtWords(invocation, context);
    for (const path of context.files) lookAtFile(path, told, context);
  },
};

/** Larger than any script that a person reviews; a dump of data isn't one. */
const longestFile = 4 * 2 ** 20;

/** As the leak scan looks at it; what a program's own words told already isn't told again. */
function lookAtFile(path: string, told: ReadonlySet<string>, { textOf, report }: RuleContext): void {
  const source = textOf(path);
  if (source === undefined || source.text.length > longestFile) return;
  for (const { start, end, kind } of secretsIn(source.text)) {
    const at = source.location(start, end);
    if (told.has(lineOf(at))) continue;
    const found = finding(`${path} holds what looks like a ${kind}`);
    report({
      ...found,
      at,
      reason: 'the bundle holds this file: its leak scan would find it, and every run end in FAIL',
      fix: path.endsWith('.sql') ? fixInSql : found.fix,
    });
  }
}

/** psql, which runs a seed, is handed no environment. */
const fixInSql =
  'leave it out of a seed: a stand-in asks nobody for a password; elsewhere declare it under secrets, hand it over in settings: {app.password: "${{ secrets.x }}"}, and read current_setting(\'app.password\')';

const lineOf = ({ file, range }: Finding['at']): string => `${file}:${range.start.line}`;

const passwordOption = /^--?(?:password|passwd|pass|passphrase|token|secret|api-?key)$/i;

function lookAtWords({ program, words, use, shell, isInner }: Invocation, { report }: RuleContext): void {
  if (isInner) return;
  const tell = (at: Finding['at']): void => {
    report({ ...finding(`a secret in the argv of ${program}`), at, within: use.within });
  };
  const texts = words.map((word) => word.text);
  // A shell's text is looked at word by word; a pinned file's as a whole.
  const text = shellScriptIndex(texts);
  for (const [index, word] of words.entries()) {
    const value = words[index + 1];
    const follows =
      value !== undefined &&
      ((passwordOption.test(word.text) && isValue(value)) || withUser(program, word.text, value));
    if (follows) tell(value.at);
    else if (glued(program, word) || (use.kind === 'exec' && index !== text && looksSecret(word.text)))
      tell(word.at);
  }
  const assigned = use.kind === 'exec' ? (shell?.simple.assignments ?? []) : [];
  for (const { text: written, start, end } of assigned)
    if (looksSecret(written) && shell !== undefined) tell(shell.text.locate(start, end));
}

const isValue = ({ text, open }: Argument): boolean => !open && !text.startsWith('-') && text.length > 3;

/** `mysql -phunter2` has no form without the value beside it; a header says what its value is. */
const glued = (program: string, { text, open }: Argument): boolean =>
  !open &&
  ((/^(?:mysql|mysqldump|mysqladmin|mariadb)$/.test(program) && /^-p.{4,}/.test(text)) ||
    /^(?:proxy-)?authorization: *(?:bearer|basic) +[^<\s]{8,}$/i.test(text));

/** `curl -u admin:hunter22`. */
const withUser = (program: string, option: string, { text, open }: Argument): boolean =>
  program === 'curl' &&
  /^(?:-u|--user|-U|--proxy-user)$/.test(option) &&
  /^[^:]+:[^<].{3,}/.test(text) &&
  !open;

const looksSecret = (text: string): boolean => !secretsIn(text).next().done;

const secretName = /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY)$/i;

/** `env: {PGPASSWORD: hunter2}`: not in argv, but in the runbook, its plan and its bundle. */
function lookAtEnvironment({ args, path, within }: Use, { locate, report }: RuleContext): void {
  const env = isTemplateMap(args) ? args['env'] : undefined;
  if (!isTemplateMap(env)) return;
  for (const [name, value] of Object.entries(env)) {
    if (isExpression(value) || isText(value)) continue;
    const shown = argument(showTemplate(env), name);
    if (typeof shown !== 'string' || shown.length < 4) continue;
    if (secretName.test(name) || looksSecret(shown))
      report({ ...finding(`${name} is written out`), at: locate([...path, 'env', name]), within });
  }
}

const finding = (message: string): Omit<Finding, 'at'> => ({
  code: 'GB2709',
  message,
  reason: 'it stands in argv, plan, logs and bundle for everybody to read',
  fix: 'declare it under secrets, and hand it over in env: {NAME: "${{ secrets.x }}"}; libpq reads PGPASSFILE (connect:)',
});
