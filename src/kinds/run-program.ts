import { join, resolve } from 'node:path';
import { parseExactJson } from '../base/exact-json.js';
import { parseDuration } from '../base/quantity.js';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { Value, ValueMap } from '../base/value.js';
import { cut } from '../base/visible.js';
import type { Completed, Limits } from '../ports/process.js';
import { connectionEnv } from './connect.js';
import { ofThisRun } from './docker/of-this-run.js';
import type { KindProblem, ProbeContext } from './executor.js';

/** What `exec` and `script` share, evaluated. */
export interface SharedArgs {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
  readonly timeout?: string;
  readonly ok_codes?: readonly number[];
  readonly output?: 'text' | 'json' | 'lines' | 'none';
  readonly connect?: string;
  readonly in?: string;
}

interface LogNames {
  readonly stdout: string;
  readonly stderr: string;
}

/** Free names for this label's two logs; a label runs more than once where a gate is tried again. */
function logNames({ run, label, files }: ProbeContext): Result<LogNames, KindProblem> {
  for (let n = 1; n <= 1000; n++) {
    const stem = join(run.logs, n === 1 ? label : `${label}.${n}`);
    const names = { stdout: `${stem}.stdout.log`, stderr: `${stem}.stderr.log` };
    // A stream that says nothing leaves no file, so that either may be there alone.
    if (!files.exists(names.stdout) && !files.exists(names.stderr)) return ok(names);
  }
  return err({ code: 'TOO_MANY_LOGS', message: `${label} has a thousand logs already` });
}

const withoutLastNewline = (text: string): string => text.replace(/\r?\n$/, '');
const lines = (text: string): string[] => (text === '' ? [] : withoutLastNewline(text).split(/\r?\n/));

const notWhole = ({ program, cut: { stdout } }: Completed): KindProblem =>
  stdout
    ? { code: 'OUTPUT_TOO_LARGE', message: `${program} wrote more than can be held`, next: 'see logs/' }
    : {
        code: 'OUTPUT_LEFT_OPEN',
        message: `${program} ended and left a process behind that held its output open; what that would have said isn't known`,
        next: 'wait for it in the script, or give it an output of its own: COMMAND >/dev/null 2>&1 &',
      };

/** stdout as the args want it. */
function parseOutput(ended: Completed, output: SharedArgs['output']): Result<Value, KindProblem> {
  if (output === 'none') return ok(null);
  if ((ended.cut.stdout || ended.leftOpen.stdout) && (output === 'json' || output === 'lines'))
    return err(notWhole(ended));
  if (output === 'lines') return ok(lines(ended.stdout));
  if (output !== 'json') return ok(withoutLastNewline(ended.stdout));
  const parsed = parseExactJson(ended.stdout);
  return parsed.ok
    ? parsed
    : err({ code: 'OUTPUT_NOT_JSON', message: `${ended.program} did not write JSON: ${parsed.error}` });
}

/** Why it counts as failed, with the last line that it wrote to stderr. */
function exitProblem(ended: Completed, redact: (text: string) => string): KindProblem {
  const how = ended.signal === null ? `with code ${ended.exitCode}` : `by ${ended.signal}`;
  const last = cut(redact(lines(ended.stderr).at(-1) ?? ''), 500);
  return {
    code: 'EXIT_CODE',
    message: `${ended.program} ended ${how}${last === '' ? '' : `: ${last}`}`,
    ...(ended.exitCode !== null && { exitCode: ended.exitCode }),
    // A shell in between, or `docker exec`, tells of it as 128 + 9.
    next:
      ended.signal === 'SIGKILL' || ended.exitCode === 137
        ? 'Whoever killed it told nothing; for want of memory the kernel does so: dmesg says. Its whole output is in the bundle’s logs/.'
        : 'read its whole output, in the bundle’s logs/',
  };
}

interface How {
  readonly argv: readonly [string, ...string[]];
  readonly args: SharedArgs;
  readonly logs: LogNames;
  readonly limits: Limits;
}

async function runHere(
  { argv, args, logs, limits }: How,
  context: ProbeContext,
): Promise<Result<Completed, KindProblem>> {
  const connection = args.connect === undefined ? null : await connectionEnv(args.connect, context);
  if (connection && !connection.ok) return connection;
  const ended = await context.processes.run(
    {
      argv,
      env: { ...connection?.value.env, ...args.env },
      cwd: resolve(context.run.project, args.cwd ?? context.run.work),
      ...(args.stdin !== undefined && { stdin: args.stdin }),
      logs,
    },
    limits,
  );
  const forgotten = await connection?.value.forget();
  return ended.ok && forgotten && !forgotten.ok ? forgotten : ended;
}

/** In a container of this run, and in no other. */
async function runInside(
  { argv, args, logs, limits }: How,
  name: string,
  { ledger, docker }: ProbeContext,
): Promise<Result<Completed, KindProblem>> {
  const { connect, cwd, env, stdin } = args;
  if (connect !== undefined)
    return err({
      code: 'CONNECT_REFUSED',
      message: `the socket of ${connect} is not reached from inside ${name}`,
      next: 'hand over what it needs in env:',
    });
  if (cwd?.startsWith('/') === false)
    return err({
      code: 'CWD_RELATIVE',
      message: `cwd ${cwd} is not absolute, which it has to be in a container`,
    });
  const container = ofThisRun('container', name, ledger);
  if (!container.ok) return container;
  return docker.exec(
    container.value,
    {
      argv,
      logs,
      ...(env !== undefined && { env }),
      ...(cwd !== undefined && { cwd }),
      ...(stdin !== undefined && { stdin }),
    },
    limits,
  );
}

/** What `exec` runs, as a probe and as an action. */
export async function runExec(
  { argv, ...args }: SharedArgs & { readonly argv: readonly string[] },
  context: ProbeContext,
): Promise<Result<ValueMap, KindProblem>> {
  const [program, ...rest] = argv;
  if (program === undefined) return err({ code: 'ARGV_EMPTY', message: 'argv names no program' });
  return runAsDeclared([program, ...rest], args, context);
}

/** Runs one program as the runbook says; an exit code that isn't among `ok_codes` is a problem. */
export async function runAsDeclared(
  argv: readonly [string, ...string[]],
  args: SharedArgs,
  context: ProbeContext,
): Promise<Result<ValueMap, KindProblem>> {
  const logs = logNames(context);
  if (!logs.ok) return logs;
  const own = args.timeout === undefined ? null : parseDuration(args.timeout);
  const timeoutMs = Math.min(own ?? context.timeoutMs, context.timeoutMs);
  const how: How = { argv, args, logs: logs.value, limits: { timeoutMs, signal: context.signal } };
  const ended = await (args.in === undefined ? runHere(how, context) : runInside(how, args.in, context));
  if (!ended.ok) return ended;
  if (ended.value.exitCode === null || !(args.ok_codes ?? [0]).includes(ended.value.exitCode))
    return err(exitProblem(ended.value, context.redact));
  const stdout = parseOutput(ended.value, args.output);
  if (!stdout.ok) return stdout;
  // A text that was cut is absent: a gate on it would say that something isn't in it, and nobody had looked.
  const held = { stdout: stdout.value, stderr: withoutLastNewline(ended.value.stderr) };
  const { cut, leftOpen } = ended.value;
  const absent = (how: Completed['cut']): readonly ('stdout' | 'stderr')[] =>
    (['stdout', 'stderr'] as const).filter((stream) => how[stream] && held[stream] !== null);
  const missing = { cut: absent(cut), left_open: absent(leftOpen) };
  const gone = new Set([...missing.cut, ...missing.left_open]);
  return ok({
    exit_code: ended.value.exitCode,
    ...(!gone.has('stdout') && { stdout: held.stdout }),
    ...(!gone.has('stderr') && { stderr: held.stderr }),
    ...(missing.cut.length > 0 && { cut: missing.cut }),
    ...(missing.left_open.length > 0 && { left_open: missing.left_open }),
  });
}
