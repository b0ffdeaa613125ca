import { spawn } from 'node:child_process';
import { fixedPath } from './find.js';
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
    const env = { PATH: fixedPath };
    const child = spawn(file, args, { env, stdio: 'ignore', timeout: trialMs, killSignal: 'SIGKILL' });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `GATEBOOK_CONTAINMENT` may name a weaker one (for tests); a stronger one is never taken on its word. */
const wanted = (env: Environment): number => containments.findIndex((c) => c === env['GATEBOOK_CONTAINMENT']);

/** Whether a namespace is to be tried: nothing else says that a machine gives one. */
export const mayEnter = (env: Environment = process.env): boolean =>
  process.platform === 'linux' && wanted(env) <= 0 && !isInner();

/** What is there without a namespace; measured by trying, nothing is remembered. */
export async function withoutNamespace(env: Environment = process.env): Promise<Containment> {
  if (process.platform !== 'linux' || wanted(env) === 2) return 'process-group';
  return (await succeeds(['setpriv', '--pdeathsig', 'KILL', 'true'])) ? 'death-signal' : 'process-group';
}

/** What this machine gives, by making a namespace for nothing; a run makes one and stays in it. */
export async function detectContainment(env: Environment = process.env): Promise<Containment> {
  const given = mayEnter(env) ? await succeeds([...unshareArgv(), 'true']) : wanted(env) <= 0 && isInner();
  return given ? 'pid-namespace' : withoutNamespace(env);
}
