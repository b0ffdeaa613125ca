const shells = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'mksh', 'zsh', 'fish', 'busybox']);
/** Programs that run the command that follows; `env` and `setsid` change nothing about what a shell reads. */
const wrappers = new Set(['env', 'nice', 'nohup', 'setsid', 'stdbuf', 'sudo', 'time', 'timeout']);

const base = (program: string): string => program.slice(program.lastIndexOf('/') + 1);

/**
 * Which element of an argv is script text that a shell will parse (`sh -c TEXT`), or null. An expression there
 * would be code: it is refused. Values belong into `env` or into the arguments that follow.
 */
export function shellScriptIndex(argv: readonly unknown[]): number | null {
  const text = (i: number): string => (typeof argv[i] === 'string' ? argv[i] : '');
  let shell = 0;
  if (wrappers.has(base(text(0)))) {
    shell = argv.findIndex((a) => typeof a === 'string' && shells.has(base(a)));
    if (shell < 0) return null;
  }
  if (!shells.has(base(text(shell)))) return null;
  for (let i = shell + 1; i < argv.length; i++) {
    const option = text(i);
    if (/^-[A-Za-z]*c[A-Za-z]*$/.test(option)) return scriptAfter(argv, i);
    if (option === '--command') return i + 1 < argv.length ? i + 1 : null;
    // The first operand is a script file (for busybox perhaps the applet's name).
    if (!/^[-+]/.test(option) && !(shells.has(option) && base(text(shell)) === 'busybox')) {
      if (!/^[-+]o$/i.test(text(i - 1))) return null;
    }
  }
  return null;
}

/** `sh -c -e TEXT`: options may still follow `-c`. */
function scriptAfter(argv: readonly unknown[], at: number): number | null {
  let i = at + 1;
  while (typeof argv[i] === 'string' && /^[-+][A-Za-z]+$/.test(argv[i] as string)) i++;
  return i < argv.length ? i : null;
}
