import { err, ok } from '../../../base/result.js';
import type { Result } from '../../../base/result.js';
import type { Value } from '../../../base/value.js';
import type { KindProblem, ProbeContext, ProbeExecutor } from '../../executor.js';
import type { Args } from './schema.js';

const timeoutMs = 5000;

/** How each known program is asked; ssh-keygen has no answer of its own and comes with ssh. */
const questions = new Map<string, { readonly program?: string; readonly args: readonly string[] }>([
  ...[
    ...['psql', 'pg_dump', 'pg_dumpall', 'pg_restore', 'postgres', 'initdb'],
    ...['docker', 'node', 'git', 'python3', 'bash', 'zstd', 'tar'],
  ].map((name) => [name, { args: ['--version'] }] as const),
  ['gpg', { args: ['--no-options', '--version'] }],
  ['ssh', { args: ['-V'] }],
  ['ssh-keygen', { program: 'ssh', args: ['-V'] }],
  ['openssl', { args: ['version'] }],
]);

/** The first dotted number that stands after a space, `_` or `v`: `OpenSSH_9.2p1`, `v20.1`, `(GnuPG) 2.4`. */
export function parseVersion(text: string): Value {
  const match = /(?:^|[\s_v])(([0-9]+)(?:\.([0-9]+))?(?:\.[0-9]+)*(?:[a-z][0-9a-z]*)?)/.exec(text);
  const [, whole, major, minor] = match ?? [];
  if (whole === undefined || major === undefined) return null;
  return { text: whole, major: Number(major), minor: minor === undefined ? null : Number(minor) };
}

async function version(
  name: string,
  path: string,
  { processes, signal }: ProbeContext,
): Promise<Result<Value, KindProblem>> {
  const question = questions.get(name.slice(name.lastIndexOf('/') + 1));
  if (!question) return ok(null);
  const asked = await processes.run(
    { argv: [question.program ?? path, ...question.args] },
    { timeoutMs, signal, captureBytes: 4096 },
  );
  if (!asked.ok) return question.program && asked.error.code === 'PROGRAM_MISSING' ? ok(null) : asked;
  const { exitCode, stdout, stderr } = asked.value;
  if (exitCode !== 0)
    return err({
      code: 'TOOL_BROKEN',
      message: `${path} is there, but ended with ${exitCode} when asked its version`,
    });
  return ok(parseVersion(stdout === '' ? stderr : stdout));
}

export const execute: ProbeExecutor<Args> = async ({ name }, context) => {
  const path = await context.processes.find(name);
  if (path === null) return ok({ present: false, path: null, version: null });
  const known = await version(name, path, context);
  return known.ok ? ok({ present: true, path, version: known.value }) : known;
};
