import { spawn } from 'node:child_process';
import { isInner, unshareArgv } from './outer.js';

/**
 * What keeps children from outliving the runner, strongest first. `pid-namespace`: the kernel kills whatever is
 * left. `death-signal`: a direct child dies with the runner, its descendants may not. `process-group`: children
 * are ended on every orderly end; `kill -9` of the runner leaves them.
 */
export const containments = ['pid-namespace', 'death-signal', 'process-group'] as const;
export type Containment = (typeof containments)[number];

const trialMs = 3000;

function succeeds(argv: readonly string[]): Promise<boolean> {
  const [file = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'ignore', timeout: trialMs, killSignal: 'SIGKILL' });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

/**
 * Measures, by trying, what this machine gives; two short programs at most, nothing is remembered.
 * `GATEBOOK_CONTAINMENT` may name a weaker one (for tests); a stronger one is never taken on its word.
 */
export async function detectContainment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Containment> {
  const wanted = containments.findIndex((c) => c === env['GATEBOOK_CONTAINMENT']);
  if (wanted <= 0 && isInner()) return 'pid-namespace';
  if (process.platform !== 'linux' || wanted === 2) return 'process-group';
  if (wanted <= 0 && (await succeeds([...unshareArgv(), 'true']))) return 'pid-namespace';
  return (await succeeds(['setpriv', '--pdeathsig', 'KILL', 'true'])) ? 'death-signal' : 'process-group';
}
