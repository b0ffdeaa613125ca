import { isExpression, isTemplateList, isText, type Template } from '../model/template.js';
import type { Rule } from './rule.js';
import { isTemplateMap } from '../model/template.js';

const shells = /^(?:.*\/)?(?:sh|bash|dash|zsh|ksh|ash|fish|busybox)$/;
const interpreters = /^(?:.*\/)?(?:python[0-9.]*|perl|ruby|node|php|psql|awk|gawk|mawk|env)$/;

/** Which item of an argv is a program's text: what follows `-c`, `-e` and their kin. */
export function scriptTextAt(argv: readonly Template[]): number | null {
  const [program] = argv;
  if (typeof program !== 'string') return null;
  const named = program.endsWith('env') ? argv.slice(1) : argv;
  const isShell = named.some((a) => typeof a === 'string' && shells.test(a));
  if (!isShell && !interpreters.test(program)) return null;
  const flag = argv.findIndex(
    (a) => typeof a === 'string' && /^-[a-zA-Z]*[ceE]$|^--command$|^--eval$|^--execute$/.test(a),
  );
  if (flag !== -1 && flag + 1 < argv.length) return flag + 1;
  return /(?:awk)$/.test(program) && argv.length > 1 ? 1 : null;
}

/** An expression never reaches a shell: it stands in argv or env, where it is one word, whatever it holds. */
export const noExpressionInShellText: Rule = {
  name: 'no-expression-in-shell-text',
  check({ places, locate, report }) {
    const look = (kind: string, args: Template, path: readonly (string | number)[]): void => {
      if (kind !== 'exec' || !isTemplateMap(args)) return;
      const argv = args['argv'];
      if (!isTemplateList(argv)) return;
      const index = scriptTextAt(argv);
      const text = index === null ? undefined : argv[index];
      if (index === null || text === undefined || !(isText(text) || isExpression(text))) return;
      report({
        code: 'GB2210',
        message: "an expression stands in a program's text",
        at: locate([...path, kind, 'argv', index]),
        reason: 'what it yields would be run as code',
        fix: 'hand it over in env: and write "$NAME" in the text',
      });
    };
    for (const { action, path } of places.actions) look(action.kind, action.args, path);
    for (const { gate, path } of places.gates) look(gate.probe.kind, gate.probe.args, [...path, 'probe']);
  },
};
