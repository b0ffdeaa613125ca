import { mkdir } from 'node:fs/promises';
import type { Fingerprint } from '../../base/ids.js';
import { isFingerprint } from '../../base/ids.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import type { Gpg, KeyHome, KeyState } from '../../ports/gpg.js';
import { statusFd } from '../../ports/gpg.js';
import type { ProgramSpec, Processes } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { statIfThere } from '../stat-if-there.js';
import { daemonsLeft, homePath, removeFolder } from './home.js';
import { failed, gpg, Keyrings } from './keyrings.js';
import type { ListedKey } from './listing.js';
import { absent, isDisabled, stateOf } from './listing.js';
import { MalformedMessage, recipientKeyIds } from './packets.js';

/** RFC 4880 key of a run: certifies with Ed25519, encrypts with Curve25519, no passphrase. */
const throwaway = (name: string): string =>
  [
    ...['%no-protection', 'Key-Type: eddsa', 'Key-Curve: ed25519', 'Key-Usage: cert'],
    ...['Subkey-Type: ecdh', 'Subkey-Curve: cv25519', 'Subkey-Usage: encrypt'],
    ...[`Name-Real: ${name}`, 'Expire-Date: 0', '%commit', ''],
  ].join('\n');

const notInKeyring = (fingerprint: string, home: string): Problem => ({
  code: 'KEY_NOT_IN_KEYRING',
  message: `key ${fingerprint} is not in the keyring ${home}`,
  next: 'Import its public half (gpg --import) as the user who runs; the fingerprint is the primary key’s.',
});
const notTaken = (fingerprint: string, home: string): Problem => ({
  code: 'KEY_NOT_IN_KEYRING',
  message: `key ${fingerprint} is in the keyring ${home}, and gpg takes none of it from there: nothing that it says of itself is valid here and now`,
  next: `Look at it with gpg --check-sigs ${fingerprint}: a key from the future, by this machine's clock, is not valid yet.`,
});
const unset: Problem = {
  code: 'KEY_UNSET',
  message: 'the fingerprint is not 40 hex digits',
  next: "Give the full fingerprint: gpg --list-keys --with-colons | awk -F: '/^fpr:/{print $10; exit}'",
};

/** GnuPG over the run's processes. */
export const createGpg = (processes: Processes): Gpg => new GnuPg(new Keyrings(processes));

class GnuPg implements Gpg {
  readonly homePath = homePath;
  constructor(private readonly keyrings: Keyrings) {}

  async createHome(path: string): Promise<Result<null, Problem>> {
    try {
      await mkdir(path, { mode: 0o700 });
      return ok(null);
    } catch (error) {
      return err({ code: 'GPG_FAILED', message: `no private home at ${path}: ${String(error)}` });
    }
  }

  async importDeclared(given: string, operatorHome: string, home: string, signal: AbortSignal) {
    const fingerprint = given.toUpperCase();
    if (!isFingerprint(fingerprint)) return err(unset);
    const theirs = { home: operatorHome, fingerprint };
    const copied = await this.addPublic(theirs, home, signal);
    if (!copied.ok) return copied;
    const listed = await this.keyrings.find(theirs, signal);
    if (!listed.ok) return listed;
    if (!listed.value) return err(notInKeyring(fingerprint, operatorHome));
    const key = { home, fingerprint };
    const arrived = await this.keyrings.find(key, signal);
    if (!arrived.ok) return arrived;
    if (!arrived.value) return err(notTaken(fingerprint, operatorHome));
    const disabled = isDisabled(listed.value) ? await this.keyrings.disable(key, signal) : ok(null);
    return disabled.ok ? ok(key) : disabled;
  }

  async importSecret(
    key: KeyHome,
    operatorHome: string,
    signal: AbortSignal,
  ): Promise<Result<null, Problem>> {
    const armored = await this.keyrings.exportSecret(operatorHome, key.fingerprint, signal);
    if (armored.ok) return this.keyrings.import(key.home, armored.value, signal);
    return err({
      code: 'KEY_CANNOT_DECRYPT',
      message: `the secret half of ${key.fingerprint} is not usable here without a prompt: ${armored.error}`,
      next: 'Back up with `encrypt: {key: …, proof: ephemeral}`, so that the restore can be proved without it.',
    });
  }

  async addPublic(from: KeyHome, home: string, signal: AbortSignal): Promise<Result<null, Problem>> {
    const exported = await this.keyrings.exportPublic(from, signal);
    if (!exported.ok) return exported;
    if (exported.value === '') return err(notInKeyring(from.fingerprint, from.home));
    return this.keyrings.import(home, exported.value, signal);
  }

  async generate(name: string, home: string, signal: AbortSignal): Promise<Result<KeyHome, Problem>> {
    const spec = { ...gpg(home, '--status-fd', String(statusFd), '--generate-key'), captureFds: [statusFd] };
    const end = await this.keyrings.call({ ...spec, stdin: throwaway(name) }, signal);
    if (!end.ok) return end;
    const created = /KEY_CREATED [BP] ([0-9A-F]{40})/.exec(end.value.captured[statusFd] ?? '')?.[1] ?? '';
    if (end.value.exitCode !== 0 || !isFingerprint(created)) return err(failed('make a key', end.value));
    return ok({ home, fingerprint: created });
  }

  async inspect(
    key: KeyHome,
    operatorHome: string | null,
    signal: AbortSignal,
  ): Promise<Result<KeyState, Problem>> {
    const found = await this.keyrings.find(key, signal);
    if (!found.ok) return found;
    if (!found.value) return ok(absent);
    const secret = await this.keyrings.exportSecret(operatorHome ?? key.home, key.fingerprint, signal);
    const canDecrypt = secret.ok && found.value.encryptionKeyIds.length > 0;
    return ok({ ...stateOf(found.value), canDecrypt });
  }

  encrypt(home: string, recipients: readonly Fingerprint[]): ProgramSpec {
    const to = recipients.flatMap((fingerprint) => ['--recipient', fingerprint]);
    return gpg(home, '--no-encrypt-to', '--no-throw-keyids', '--compress-algo', 'none', '--encrypt', ...to);
  }

  decrypt(home: string): ProgramSpec {
    return { ...gpg(home, '--status-fd', String(statusFd), '--decrypt'), captureFds: [statusFd] };
  }

  async checkRecipients(
    head: Uint8Array,
    home: string,
    declared: readonly Fingerprint[],
    signal: AbortSignal,
  ): Promise<Result<null, Problem>> {
    const keys = await this.keyrings.list(home, declared, signal);
    return keys.ok ? compareRecipients(head, keys.value, declared) : keys;
  }

  async removeHome(home: string): Promise<Result<string, Problem>> {
    await this.keyrings.killAgents(home);
    const removed = await removeHome(home);
    if (!removed.ok) return removed;
    const left = await daemonsLeft(home);
    if (left === null) return ok(`${home} is gone, its agents were told to end`);
    const [one] = left;
    return one === undefined
      ? ok(`${home} is gone, its agents ended`)
      : err({ code: 'GPG_FAILED', message: `${home} is gone, and its agent still runs (process ${one})` });
  }
}

async function removeHome(home: string): Promise<Result<null, Problem>> {
  const failure = (why: string): Result<never, Problem> =>
    err({ code: 'GPG_FAILED', message: `${home} is still there${why}` });
  try {
    await removeFolder(home);
    return (await statIfThere(home)) === null ? ok(null) : failure('');
  } catch (error) {
    return failure(`: ${messageOf(error)}`);
  }
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
