import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Ssh } from '../../ports/ssh.js';
import type { Problem } from '../../text/problem.js';
import { findProgram, fixedPath } from '../process/find.js';

const verifyMs = 10_000;
/** A person types a passphrase meanwhile. */
const signMs = 300_000;

/** ssh-keygen as a child; its environment is empty, so that no agent and no askpass program takes part. */
export const createSsh = (): Ssh => ({
  sign: async (keyFile, namespace, text) => {
    const signed = await keygen(['-Y', 'sign', '-f', keyFile, '-n', namespace], text, signMs);
    if (!signed.ok) return signed;
    const { stdout, stderr, exitCode } = signed.value;
    if (exitCode === 0 && stdout.includes('BEGIN SSH SIGNATURE')) return ok(`${stdout.trim()}\n`);
    return err({
      code: 'KEY_UNUSABLE',
      message: `ssh-keygen could not sign with ${keyFile}: ${said(stderr)}`,
      next: 'give the private key that the approvers’ file names; a passphrase is asked for at a terminal',
    });
  },
  verify: async ({ line, principal, namespace, text, signature, at }) => {
    const folder = await mkdtemp(join(tmpdir(), 'gbs-'));
    try {
      const [signers, armor] = [join(folder, 'allowed_signers'), join(folder, 'signature')];
      await writeFile(signers, line, { mode: 0o600, flag: 'wx' });
      await writeFile(armor, signature, { mode: 0o600, flag: 'wx' });
      const question = ['-f', signers, '-I', principal, '-n', namespace, '-s', armor];
      const checked = await keygen(
        ['-Y', 'verify', ...question, `-Overify-time=${compact(at)}`],
        text,
        verifyMs,
      );
      if (!checked.ok) return checked;
      if (checked.value.exitCode === 0) return ok(null);
      return err({ code: 'SIGNATURE_REFUSED', message: said(checked.value.stderr) });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

async function keygen(
  args: readonly string[],
  input: string,
  timeout: number,
): Promise<Result<Said, Problem>> {
  const program = await findProgram('ssh-keygen', fixedPath);
  if (program === null) {
    return err({
      code: 'PROGRAM_MISSING',
      message: 'ssh-keygen signs and checks approvals, and it is not installed here',
      next: 'gatebook doctor   says what brings it',
    });
  }
  const { execa } = await import('execa');
  const { stdout, stderr, exitCode, failed, shortMessage } = await execa(program, args, {
    input,
    timeout,
    reject: false,
    extendEnv: false,
    env: { PATH: fixedPath, HOME: '/nonexistent', LANG: 'C.UTF-8', TZ: 'UTC' },
    stripFinalNewline: false,
    maxBuffer: 1024 * 1024,
  });
  return ok({ stdout, stderr: failed && stderr === '' ? (shortMessage ?? '') : stderr, exitCode });
}

/** `2026-11-21T08:15:02.123Z` → `20261121081502`; TZ is UTC in there. */
const compact = (at: string): string => at.slice(0, 19).replaceAll(/[^0-9]/g, '');

/** The last things it said, on one line, without our temporary paths. */
const said = (stderr: string): string =>
  stderr
    .replaceAll(/\S*gbs-\w+\/allowed_signers:\d+: /g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== 'Signing data on standard input')
    .slice(-3)
    .join('; ') || 'it said nothing';
