import type { Argument, Invocation } from './code.js';
import { hasWord, operandsOf, subcommandIn, subcommandOf } from './programs.js';
import type { Rule } from '../rule.js';
import { baseName, innerProgram, programOfFind } from './shell/wrappers.js';

/** What goes is named exactly: no prune, no wildcard, no `-A`, no `rm -rf` of what only the run knows. */
export const nothingRemovedByPattern: Rule = {
  name: 'nothing-removed-by-pattern',
  check({ code, report }) {
    for (const invocation of code.invocations) {
      const found = findingOf(invocation);
      if (found === null) continue;
      report({
        code: 'GB2701',
        message: found.message,
        at: found.word.at,
        reason: 'a reviewer has to see what will be gone',
        fix: 'name each thing; what this run made goes by destroy: [NAME]',
        within: invocation.use.within,
      });
    }
  },
};

interface Found {
  readonly word: Argument;
  readonly message: string;
}

const removers =
  /^(?:rm|rmdir|unlink|shred|truncate|dropdb|dropuser|kill|chmod|chown|mv|wipefs|mkfs(?:\..*)?)$/;
const engines = /^(?:docker|podman|nerdctl)$/;
const engineRemoval =
  /^(?:rm|rmi|kill|stop|container (?:rm|kill|stop)|image rm|volume rm|network rm|compose (?:rm|down|kill))$/;

function findingOf(invocation: Invocation): Found | null {
  const { program, words } = invocation;
  const [first] = words;
  if (first === undefined) return null;
  if (engines.test(program) || program === 'docker-compose') return ofEngine(invocation, first);
  if (program === 'git') return ofGit(invocation);
  if (program === 'pkill' || program === 'killall')
    return { word: first, message: `${program} ends whatever bears the name` };
  if (program === 'find') return ofFind(invocation);
  if (program === 'xargs') return ofXargs(words);
  if (program === 'kubectl') return ofCluster(invocation);
  if (program === 'systemctl') return ofServices(invocation);
  return removers.test(program) ? ofRemover(invocation) : null;
}

/** By their name or what they do; a file that holds one's number names it. */
const findsProcesses = /^(?:\$\(|`)\s*(?:\S*\/)?(?:pidof|pgrep|ps|lsof|fuser)\b/;

function ofRemover(invocation: Invocation): Found | null {
  const { program } = invocation;
  const operands = operandsOf(invocation);
  const wild = operands.find((word) => word.glob);
  if (wild !== undefined) return { word: wild, message: `${program} is given a wildcard` };
  const found = operands.find((word) => findsProcesses.test(word.text));
  if (program === 'kill' && found !== undefined) return { word: found, message: 'kill of whatever is found' };
  const recursive = hasWord(invocation, /^(?:-[a-zA-Z]*[rR][a-zA-Z]*|--recursive)$/);
  const open = operands.find((word) => word.open);
  if (program !== 'rm' || !recursive || open === undefined) return null;
  return { word: open, message: 'rm -r of something that only the run knows' };
}

function ofEngine(invocation: Invocation, first: Argument): Found | null {
  const { program, words } = invocation;
  const subcommand =
    program === 'docker-compose' ? `compose ${subcommandOf(invocation)}` : subcommandOf(invocation);
  const prune = / prune$/.test(subcommand) && words.find((word) => word.text === 'prune');
  if (prune) return { word: prune, message: `${program} prune removes whatever isn't in use` };
  if (!engineRemoval.test(subcommand)) return null;
  const all = words.find((word) => /^(?:-A|-a|--all|-v|--volumes)$/.test(word.text));
  if (subcommand === 'compose down' && all !== undefined && /v/.test(all.text))
    return { word: all, message: 'compose down --volumes removes every volume of the project' };
  const many = words.slice(1).find((word) => word.glob || /^(?:\$\(|`)/.test(word.text));
  if (many !== undefined) return { word: many, message: `${program} ${subcommand} of whatever is found` };
  return all !== undefined && /^(?:-A|--all)$/.test(all.text)
    ? { word: first, message: `${program} ${subcommand} of all` }
    : null;
}

function ofGit(invocation: Invocation): Found | null {
  const subcommand = subcommandOf(invocation);
  const word = invocation.words.find(({ text }) =>
    subcommand === 'add'
      ? /^(?:-A|--all|\.)$/.test(text)
      : subcommand === 'commit'
        ? /^(?:-[a-z]*a[a-z]*|--all)$/.test(text) && text !== '--amend'
        : subcommand === 'clean' && /^(?:-[a-z]*f[a-z]*|--force)$/.test(text),
  );
  return word === undefined
    ? null
    : { word, message: `git ${subcommand} ${word.text} takes whatever is there` };
}

function ofFind({ words }: Invocation): Found | null {
  const word = words.find(({ text }) => text === '-delete');
  if (word !== undefined) return { word, message: 'find -delete removes whatever it finds' };
  const at = programOfFind(words.map(({ text }) => text));
  const run = at === null ? null : removerIn(words.slice(at));
  return run && { word: run.word, message: `find runs ${run.program} on whatever it finds` };
}

function ofXargs(words: readonly Argument[]): Found | null {
  const at = innerProgram(words.map((word) => word.text))?.at;
  const run = at === undefined ? null : removerIn(words.slice(at));
  return run && { word: run.word, message: `xargs runs ${run.program} on whatever it is handed` };
}

/** What removes something among programs that run each other: `sudo /bin/rm`. */
function removerIn(words: readonly Argument[]): { word: Argument; program: string } | null {
  const texts = words.map((word) => word.text);
  const [word] = words;
  const program = baseName(texts[0] ?? '');
  if (word === undefined) return null;
  const engine = engines.test(program) && /^(?:rm|rmi|kill|stop)$/.test(subcommandIn(program, texts));
  if (engine || removers.test(program)) return { word, program };
  const inner = innerProgram(texts);
  return inner === null || inner.shell ? null : removerIn(words.slice(inner.at));
}

function ofCluster(invocation: Invocation): Found | null {
  if (subcommandOf(invocation) !== 'delete') return null;
  const word = invocation.words.find(({ text }) =>
    /^(?:--all(?:=true)?|-l.*|--selector(?:=.*)?|-A|--all-namespaces)$/.test(text),
  );
  return word === undefined
    ? null
    : { word, message: `kubectl delete ${word.text} removes whatever matches` };
}

function ofServices(invocation: Invocation): Found | null {
  const subcommand = subcommandOf(invocation);
  // It expands a pattern itself, also one in quotes.
  const word = operandsOf(invocation).find(({ text }) => /[*?[]/.test(text));
  if (word === undefined || !/^(?:stop|disable|mask|kill|restart)$/.test(subcommand)) return null;
  return { word, message: `systemctl ${subcommand} is given a wildcard` };
}
