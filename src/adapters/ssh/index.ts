import { randomBytes } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import type { Ssh } from '../../ports/ssh.js';
import type { Problem } from '../../text/problem.js';
import { findProgram, fixedPath } from '../process/find.js';
import { temporaryAdvice, temporaryFolder } from '../temporary.js';
import { unprotectedKey } from '../unprotected-key.js';

const verifyMs = 10_000;
/** A person types a passphrase meanwhile. */
const signMs = 300_000;

/** ssh-keygen as a child; its environment is empty, so that no agent and no askpass program takes part. */
export const createSsh = (): Ssh => ({
  sign: async (keyFile, namespace, text) => {
    const unprotected = unprotectedKey(keyFile);
    if (unprotected !== null) return err(unprotected);
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
    const files: FileHandle[] = [];
    try {
      for (const content of [line, signature]) {
        const file = await nameless(content);
        if (!file.ok) return file;
        files.push(file.value);
      }
      const question = ['-f', '/dev/fd/3', '-I', principal, '-n', namespace, '-s', '/dev/fd/4'];
      const checked = await keygen(
        ['-Y', 'verify', ...question, `-Overify-time=${compact(at)}`],
        text,
        verifyMs,
        files.map(({ fd }) => fd),
      );
      if (!checked.ok) return checked;
      if (checked.value.exitCode === 0) return ok(null);
      return err({ code: 'SIGNATURE_REFUSED', message: said(checked.value.stderr) });
    } finally {
      for (const file of files) await file.close();
    }
  },
});

/** A file for a child that only files can be given to: it has no name any more, so that nothing is left of it whoever is killed. */
async function nameless(content: string): Promise<Result<FileHandle, Problem>> {
  let file: FileHandle | undefined;
  try {
    const path = join(temporaryFolder(), `gbs-${randomBytes(8).toString('hex')}`);
    file = await open(path, 'wx+', 0o600);
    await unlink(path);
    await file.write(content, 0);
    return ok(file);
  } catch (error) {
    await file?.close();
    return err({
      code: 'TMPDIR_UNUSABLE',
      message: `ssh-keygen takes what it checks from files, and none could be made: ${messageOf(error)}`,
      next: temporaryAdvice,
    });
  }
}

interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

async function keygen(
  args: readonly string[],
  input: string,
  timeout: number,
  /** What the child has as its descriptors 3, 4, …. */
  files: readonly number[] = [],
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
    // Its types know the first few descriptors only.
    stdio: ['pipe', 'pipe', 'pipe', ...(files as readonly 3[])],
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

/** The last things it said, on one line, without what is ours in them. */
const said = (stderr: string): string =>
  stderr
    .replaceAll(/\/dev\/fd\/3:\d+: /g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== 'Signing data on standard input')
    .slice(-3)
    .join('; ') || 'it said nothing';
