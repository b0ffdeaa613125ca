import { mkdir } from 'node:fs/promises';
import type { Fingerprint } from '../../base/ids.js';
import { isFingerprint } from '../../base/ids.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Gpg, KeyHome } from '../../ports/gpg.js';
import { statusFd } from '../../ports/gpg.js';
import type { Completed, ProgramSpec, Processes } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { homePath, isFolder, removeFolder } from './home.js';
import type { ListedKey } from './listing.js';
import { absent, readListing, stateOf } from './listing.js';
import { MalformedMessage, recipientKeyIds } from './packets.js';

const callMs = 30_000;

/** Nothing of the person who runs, no prompt, no network, no trust to be asked about. */
const always = [
  ...['--no-options', '--batch', '--no-tty', '--pinentry-mode', 'error', '--disable-dirmngr'],
  ...['--no-auto-key-retrieve', '--no-auto-check-trustdb', '--trust-model', 'always'],
] as const;

const gpg = (home: string, ...args: string[]): ProgramSpec => ({
  argv: ['gpg', '--homedir', home, ...always, ...args],
});

/** RFC 4880 key of a run: certifies with Ed25519, encrypts with Curve25519, no passphrase. */
const throwaway = (name: string): string =>
  [
    ...['%no-protection', 'Key-Type: eddsa', 'Key-Curve: ed25519', 'Key-Usage: cert'],
    ...['Subkey-Type: ecdh', 'Subkey-Curve: cv25519', 'Subkey-Usage: encrypt'],
    ...[`Name-Real: ${name}`, 'Expire-Date: 0', '%commit', ''],
  ].join('\n');

const firstLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
const failed = (doing: string, end: Completed): Problem => ({
  code: 'GPG_FAILED',
  message: `gpg could not ${doing} (exit ${end.exitCode ?? end.signal ?? '?'}): ${firstLine(end.stderr)}`,
});
const notInKeyring = (fingerprint: string, home: string): Problem => ({
  code: 'KEY_NOT_IN_KEYRING',
  message: `key ${fingerprint} is not in the keyring ${home}`,
  next: 'Import its public half (gpg --import) as the user who runs; the fingerprint is the primary key’s.',
});
const unset: Problem = {
  code: 'KEY_UNSET',
  message: 'the fingerprint is not 40 hex digits',
  next: "Give the full fingerprint: gpg --list-keys --with-colons | awk -F: '/^fpr:/{print $10; exit}'",
};

/** GnuPG over the run's processes. */
export function createGpg(processes: Processes): Gpg {
  const call = (
    spec: ProgramSpec & { readonly stdin?: string },
    signal: AbortSignal,
  ): Promise<Result<Completed, Problem>> => processes.run(spec, { timeoutMs: callMs, signal });

  const killAgents = async (home: string): Promise<void> => {
    await call({ argv: ['gpgconf', '--homedir', home, '--kill', 'all'] }, AbortSignal.timeout(callMs));
  };
  /** An agent that wasn't there before doesn't stay. */
  const inOperatorHome = async <T>(home: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    const ping = ['gpg-connect-agent', '--homedir', home, '--no-autostart', '/bye'] as const;
    const before = await call({ argv: ping }, signal);
    const wasRunning = before.ok && !/no gpg-agent running/.test(before.value.stderr);
    try {
      return await work();
    } finally {
      if (!wasRunning) await killAgents(home);
    }
  };

  const list = async (home: string, signal: AbortSignal, only: readonly string[]) => {
    const listed = await call(gpg(home, '--with-colons', '--list-keys', '--', ...only), signal);
    // gpg exits 2 where a key that is asked for is absent; what it lists is all that counts.
    return listed.ok ? ok(readListing(listed.value.stdout)) : listed;
  };
  const find = async (key: KeyHome, signal: AbortSignal): Promise<Result<ListedKey | undefined, Problem>> => {
    const keys = await list(key.home, signal, [key.fingerprint]);
    return keys.ok ? ok(keys.value.find((k) => k.fingerprint === key.fingerprint)) : keys;
  };
  const exportPublic = async (from: string, fingerprint: Fingerprint, signal: AbortSignal) => {
    const spec = gpg(from, '--armor', '--export-options', 'export-minimal', '--export', '--', fingerprint);
    return call(spec, signal);
  };
  const importInto = async (home: string, armored: string, signal: AbortSignal) => {
    const end = await call({ ...gpg(home, '--import'), stdin: armored }, signal);
    if (!end.ok) return end;
    return end.value.exitCode === 0 ? ok(null) : err(failed('import the key', end.value));
  };
  const copyPublic = async (
    from: KeyHome,
    home: string,
    signal: AbortSignal,
  ): Promise<Result<null, Problem>> => {
    if (!(await isFolder(from.home))) return err(notInKeyring(from.fingerprint, from.home));
    const exported = await exportPublic(from.home, from.fingerprint, signal);
    if (!exported.ok) return exported;
    if (exported.value.stdout === '') return err(notInKeyring(from.fingerprint, from.home));
    return importInto(home, exported.value.stdout, signal);
  };
  const exportSecret = (from: string, fingerprint: Fingerprint, signal: AbortSignal) =>
    inOperatorHome(from, signal, async () => {
      const end = await call(gpg(from, '--armor', '--export-secret-keys', '--', fingerprint), signal);
      // One part that is skipped for want of a passphrase makes the exit code 2, or the output empty.
      return end.ok && end.value.exitCode === 0 && !/skipped/.test(end.value.stderr) ? end.value.stdout : '';
    });

  return {
    homePath,
    async createHome(path) {
      try {
        await mkdir(path, { mode: 0o700 });
        return ok(null);
      } catch (error) {
        return err({ code: 'GPG_FAILED', message: `no private home at ${path}: ${String(error)}` });
      }
    },
    async importDeclared(given, operatorHome, home, signal) {
      const fingerprint = given.toUpperCase();
      if (!isFingerprint(fingerprint)) return err(unset);
      const copied = await copyPublic({ home: operatorHome, fingerprint }, home, signal);
      if (!copied.ok) return copied;
      const key = { home, fingerprint };
      const found = await find(key, signal);
      if (!found.ok) return found;
      return found.value ? ok(key) : err(notInKeyring(fingerprint, operatorHome));
    },
    async importSecret(key, operatorHome, signal) {
      const armored = (await isFolder(operatorHome))
        ? await exportSecret(operatorHome, key.fingerprint, signal)
        : '';
      if (armored === '')
        return err({
          code: 'KEY_CANNOT_DECRYPT',
          message: `the secret half of ${key.fingerprint} is not usable here without a prompt`,
          next: 'Back up with `encrypt: {key: …, proof: ephemeral}`, so that the restore can be proved without it.',
        });
      return importInto(key.home, armored, signal);
    },
    addPublic: copyPublic,
    async generate(name, home, signal) {
      const spec = {
        ...gpg(home, '--status-fd', String(statusFd), '--generate-key'),
        captureFds: [statusFd],
      };
      const end = await call({ ...spec, stdin: throwaway(name) }, signal);
      if (!end.ok) return end;
      const created = /KEY_CREATED [BP] ([0-9A-F]{40})/.exec(end.value.captured[statusFd] ?? '')?.[1] ?? '';
      if (end.value.exitCode !== 0 || !isFingerprint(created)) return err(failed('make a key', end.value));
      return ok({ home, fingerprint: created });
    },
    async inspect(key, operatorHome, signal) {
      const found = await find(key, signal);
      if (!found.ok) return found;
      if (!found.value) return ok(absent);
      const secretHome = operatorHome ?? key.home;
      const secret = (await isFolder(secretHome))
        ? await exportSecret(secretHome, key.fingerprint, signal)
        : '';
      const state = stateOf(found.value);
      return ok({ ...state, canDecrypt: secret !== '' && found.value.encryptionKeyIds.length > 0 });
    },
    encrypt(home, recipients) {
      const to = recipients.flatMap((fingerprint) => ['--recipient', fingerprint]);
      return gpg(home, '--no-encrypt-to', '--no-throw-keyids', '--compress-algo', 'none', '--encrypt', ...to);
    },
    decrypt(home) {
      const spec = gpg(home, '--status-fd', String(statusFd), '--decrypt');
      return { ...spec, captureFds: [statusFd] };
    },
    async checkRecipients(head, home, declared, signal) {
      const keys = await list(home, signal, declared);
      if (!keys.ok) return keys;
      return compareRecipients(head, keys.value, declared);
    },
    async removeHome(home) {
      await killAgents(home);
      await removeFolder(home);
      if (await isFolder(home)) return err({ code: 'GPG_FAILED', message: `${home} is still there` });
      return ok(`${home} is gone, its agents ended`);
    },
  };
}

function compareRecipients(
  head: Uint8Array,
  keys: readonly ListedKey[],
  declared: readonly Fingerprint[],
): Result<null, Problem> {
  const differ = (how: string): Result<null, Problem> =>
    err({ code: 'RECIPIENTS_DIFFER', message: `the message’s recipients are not the declared ones: ${how}` });
  let ids: readonly string[];
  try {
    ids = recipientKeyIds(head);
  } catch (error) {
    if (error instanceof MalformedMessage) return differ(error.message);
    throw error;
  }
  const owner = (id: string) =>
    keys.find((k) => declared.some((d) => d === k.fingerprint) && k.encryptionKeyIds.includes(id))
      ?.fingerprint;
  const stranger = ids.find((id) => owner(id) === undefined);
  if (stranger !== undefined) return differ(`${stranger} was not asked for`);
  const missing = declared.find((d) => !ids.some((id) => owner(id) === d));
  if (missing !== undefined) return differ(`${missing} is missing`);
  return ids.length === declared.length ? ok(null) : differ(`${ids.length} instead of ${declared.length}`);
}
