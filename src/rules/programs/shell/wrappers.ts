/**
 * Programs that run what follows them. For each the options that take a value, and how many operands stand before
 * the program; `shell` where the rest is text for a shell over there.
 */
interface Wrapper {
  readonly values?: RegExp;
  readonly operands?: number;
  /** The first operand must be this word: `docker exec`. */
  readonly subcommand?: RegExp;
  readonly shell?: true;
  /** With this option no program follows that it would run, or not as words. */
  readonly asks?: RegExp;
  /** Without this option it runs no program that stands here. */
  readonly needs?: RegExp;
}

const pods: Wrapper = {
  subcommand: /^exec$/,
  operands: 1,
  values: /^(?:-c|--container|-n|--namespace|--context|--kubeconfig)$/,
};
/** An image or a container stands before the program. Few of their options take no value. */
const containers: Wrapper = {
  subcommand: /^(?:exec|run|create)$/,
  operands: 1,
  values:
    /^(?:-[ditPq]*[acehlmpuvwH]|--(?!(?:rm|detach|interactive|tty|privileged|init|read-only|publish-all|quiet|replace|debug|tls|tlsverify)$)[a-z-]+)$/,
};
const compose: Wrapper = {
  operands: 1,
  subcommand: /^(?:exec|run)$/,
  values: /^(?:-f|--file|-p|--project-name|-u|--user|-e|--env|-w|--workdir|--index|--name)$/,
};

/** What env splits is read like a shell's text. */
export const splitString = /^(?:-[iv0]*S|--split-string=?)/;

const wrappers: Readonly<Record<string, Wrapper | undefined>> = {
  sudo: { values: /^(?:-[ugphCrtTRDU]|--(?:user|group|host|chdir|chroot|prompt|command-timeout))$/ },
  doas: { values: /^-[uC]$/ },
  env: { values: /^(?:-u|--unset|-C|--chdir)$/, asks: splitString },
  nice: { values: /^(?:-n|--adjustment)$/ },
  ionice: { values: /^(?:-[cnp]|--(?:class|classdata))$/ },
  nohup: {},
  setsid: {},
  time: { values: /^(?:-[fo]|--(?:format|output))$/ },
  exec: { values: /^-a$/ },
  command: { asks: /^-[vV]/ },
  stdbuf: { values: /^(?:-[ioe]|--(?:input|output|error))$/ },
  timeout: { operands: 1, values: /^(?:-k|-s|--kill-after|--signal)$/ },
  chroot: { operands: 1 },
  gosu: { operands: 1 },
  flock: { operands: 1, values: /^(?:-[wE]|--(?:wait|timeout|conflict-exit-code))$/ },
  // Without -u it is called like su.
  runuser: { values: /^(?:-[ugG]|--(?:user|group|supp-group))$/, needs: /^(?:-u|--user(?:=.*)?)$/ },
  setpriv: { values: /^--(?:reuid|regid|groups|inh-caps|ambient-caps|bounding-set|securebits|pdeathsig)$/ },
  unshare: { values: /^(?:-[SGRw]|--(?:setuid|setgid|root|wd))$/ },
  nsenter: { values: /^(?:-[tSG]|--(?:target|setuid|setgid))$/ },
  'systemd-run': { values: /^(?:-[pEMHu]|--(?:property|setenv|unit|uid|gid|slice|machine|host))$/ },
  busybox: {},
  xargs: {
    values: /^(?:-[IndPLsEa]|--(?:max-args|max-procs|max-chars|delimiter|arg-file|process-slot-var))$/,
  },
  docker: containers,
  podman: containers,
  nerdctl: containers,
  kubectl: pods,
  'docker-compose': compose,
  ssh: { operands: 1, values: /^-[BbcDEeFIiJLlmOopQRSWw]$/, shell: true },
  knife: { subcommand: /^ssh$/, operands: 1, values: /^-[aCxPGi]$/, shell: true },
};

/** Another program among a program's words, which it runs. */
export interface Inner {
  /** Where it begins. */
  readonly at: number;
  readonly shell: boolean;
  /** Its name and where that stands, if not there: `docker run --entrypoint psql IMAGE -c …`. */
  readonly name?: { readonly text: string; readonly at: number };
}

/** Where, in a program's words, another program begins that it runs; null where it runs none. */
export function innerProgram(words: readonly string[]): Inner | null {
  const name = baseName(words[0] ?? '');
  const wrapper = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
  if (wrapper === undefined) return null;
  const first = name === 'docker' ? firstOperand(words, 1, containers.values) : 0;
  const isCompose = first > 0 && words[first] === 'compose';
  const { values, operands = 0, subcommand, shell = false, asks, needs } = isCompose ? compose : wrapper;
  if (asks && words.slice(1, firstOperand(words, 1, values)).some((word) => asks.test(word))) return null;
  if (needs !== undefined && !words.some((word) => needs.test(word))) return null;
  let missing = operands + (subcommand === undefined ? 0 : 1);
  const entrypoint =
    isCompose || wrapper === containers || wrapper === compose ? entrypointIn(words) : undefined;
  for (let i = isCompose ? first + 1 : 1; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') missing = 0;
    else if (values?.test(word) === true) i++;
    else if (word.startsWith('-') || (missing === 0 && /^[A-Za-z_]\w*=/.test(word))) continue;
    else if (missing === 0) return { at: i, shell };
    else if (missing === operands + 1 && subcommand !== undefined && !subcommand.test(word)) {
      // `docker container exec` is `docker exec`.
      if (word !== 'container') return null;
    } else if (missing === 1 && entrypoint !== undefined) return { at: i, shell, name: entrypoint };
    else missing--;
  }
  return null;
}

/** What a container begins with in place of what its image says. */
function entrypointIn(words: readonly string[]): Inner['name'] {
  const at = words.findIndex((word) => /^--entrypoint(?:=|$)/.test(word));
  if (at === -1) return undefined;
  const [, joined] = /=([^]*)$/.exec(words[at] ?? '') ?? [];
  return joined === undefined ? { text: words[at + 1] ?? '', at: at + 1 } : { text: joined, at };
}

/** The words of the program that another one runs. */
export function innerWords(words: readonly string[], { at, name }: Inner): readonly string[] {
  return name === undefined ? words.slice(at) : [name.text, ...words.slice(at + 1)];
}

/** The program that another one runs, as a wrapper of it or on what it finds. */
export function runBy(words: readonly string[]): Inner | null {
  const at = programOfFind(words);
  return at === null ? innerProgram(words) : { at, shell: false };
}

/** Past options and their values; behind the last word where nothing else stands. */
export function firstOperand(words: readonly string[], from: number, values?: RegExp): number {
  let at = from;
  while (words[at]?.startsWith('-') === true) at += values?.test(words[at] ?? '') === true ? 2 : 1;
  return at;
}

/** Where the program begins that `find` runs on what it finds; null where it runs none. */
export function programOfFind(words: readonly string[]): number | null {
  const at = words.findIndex((word) => /^-(?:exec|ok)(?:dir)?$/.test(word));
  return baseName(words[0] ?? '') === 'find' && at !== -1 && at + 1 < words.length ? at + 1 : null;
}

export const baseName = (program: string): string => program.slice(program.lastIndexOf('/') + 1);
