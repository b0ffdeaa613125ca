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
  /** With this option it only says something of the program. */
  readonly asks?: RegExp;
}

const containers: Wrapper = {
  subcommand: /^exec$/,
  operands: 1,
  values: /^(?:-u|--user|-e|--env|-w|--workdir|--env-file|-c|--container|-n|--namespace|--context|--index)$/,
};
const compose: Wrapper = {
  ...containers,
  subcommand: /^(?:exec|run)$/,
  values: /^(?:-f|--file|-p|--project-name|-u|--user|-e|--env|-w|--workdir|--index|--name)$/,
};

const wrappers: Readonly<Record<string, Wrapper | undefined>> = {
  sudo: { values: /^-[ugphCrtTRD]$/ },
  doas: { values: /^-[uC]$/ },
  env: { values: /^(?:-u|--unset|-C|--chdir)$/ },
  nice: { values: /^(?:-n|--adjustment)$/ },
  ionice: { values: /^-[cnp]$/ },
  nohup: {},
  setsid: {},
  time: { values: /^-[fo]$/ },
  exec: { values: /^-a$/ },
  command: { asks: /^-[vV]/ },
  stdbuf: { values: /^-[ioe]$/ },
  timeout: { operands: 1, values: /^(?:-k|-s|--kill-after|--signal)$/ },
  chroot: { operands: 1 },
  gosu: { operands: 1 },
  flock: { operands: 1, values: /^-[wE]$/ },
  runuser: { values: /^-[ugG]$/ },
  xargs: { values: /^-[IndPLsEa]$/ },
  docker: containers,
  podman: containers,
  kubectl: containers,
  'docker-compose': compose,
  ssh: { operands: 1, values: /^-[BbcDEeFIiJLlmOopQRSWw]$/, shell: true },
  knife: { subcommand: /^ssh$/, operands: 1, values: /^-[aCxPGi]$/, shell: true },
};

/** Where, in a program's words, another program begins that it runs; null where it runs none. */
export function innerProgram(
  words: readonly string[],
): { readonly at: number; readonly shell: boolean } | null {
  const name = baseName(words[0] ?? '');
  const wrapper = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
  if (wrapper === undefined) return null;
  const isCompose = name === 'docker' && words[1] === 'compose';
  const { values, operands = 0, subcommand, shell = false, asks } = isCompose ? compose : wrapper;
  if (asks?.test(words[1] ?? '') === true) return null;
  let missing = operands + (subcommand === undefined ? 0 : 1);
  for (let i = isCompose ? 2 : 1; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') missing = 0;
    else if (values?.test(word) === true) i++;
    else if (word.startsWith('-') || (missing === 0 && /^[A-Za-z_]\w*=/.test(word))) continue;
    else if (missing === 0) return { at: i, shell };
    else if (missing === operands + 1 && subcommand !== undefined && !subcommand.test(word)) return null;
    else missing--;
  }
  return null;
}

export const baseName = (program: string): string => program.slice(program.lastIndexOf('/') + 1);
