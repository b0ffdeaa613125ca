import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { cut } from '../../base/visible.js';
import type { Fingerprint } from '../../base/ids.js';
import type { KeyHome } from '../../ports/gpg.js';
import type { Completed, ProgramSpec, Processes } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { isFolder } from './home.js';
import type { ListedKey } from './listing.js';
import { readListing } from './listing.js';

const callMs = 30_000;

/** Nothing of the person who runs, no prompt, no network, no trust to be asked about. */
const always = [
  ...['--no-options', '--batch', '--no-tty', '--pinentry-mode', 'error', '--disable-dirmngr'],
  ...['--no-auto-key-retrieve', '--no-auto-check-trustdb', '--trust-model', 'always'],
] as const;

/** One call of gpg on one home. */
export const gpg = (home: string, ...args: string[]): ProgramSpec => ({
  argv: ['gpg', '--homedir', home, ...always, ...args],
});

const lastLine = (text: string): string => cut(text.trim().split('\n').at(-1) ?? '', 300);
export const failed = (doing: string, end: Completed): Problem => ({
  code: 'GPG_FAILED',
  message: `gpg could not ${doing} (exit ${end.exitCode ?? end.signal ?? '?'}): ${lastLine(end.stderr)}`,
});

/** Lists, exports and imports keys; leaves no agent in the operator's home that wasn't there. */
export class Keyrings {
  constructor(private readonly processes: Processes) {}

  call(
    spec: ProgramSpec & { readonly stdin?: string },
    signal: AbortSignal,
  ): Promise<Result<Completed, Problem>> {
    return this.processes.run(spec, { timeoutMs: callMs, signal });
  }

  async killAgents(home: string): Promise<void> {
    await this.call({ argv: ['gpgconf', '--homedir', home, '--kill', 'all'] }, AbortSignal.timeout(callMs));
  }

  /** gpg exits with 2 where a key that is asked for is absent; what it lists is all that counts. */
  async list(
    home: string,
    only: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly ListedKey[], Problem>> {
    const listed = await this.call(gpg(home, '--with-colons', '--list-keys', '--', ...only), signal);
    return listed.ok ? ok(readListing(listed.value.stdout)) : listed;
  }

  /** The key whose primary fingerprint this is. */
  async find(key: KeyHome, signal: AbortSignal): Promise<Result<ListedKey | undefined, Problem>> {
    const keys = await this.list(key.home, [key.fingerprint], signal);
    return keys.ok ? ok(keys.value.find((k) => k.fingerprint === key.fingerprint)) : keys;
  }

  async import(home: string, armored: string, signal: AbortSignal): Promise<Result<null, Problem>> {
    const end = await this.call({ ...gpg(home, '--import'), stdin: armored }, signal);
    if (!end.ok) return end;
    return end.value.exitCode === 0 ? ok(null) : err(failed('import the key', end.value));
  }

  /** Armored; empty where the keyring has no such key, or isn't there. */
  async exportPublic({ home, fingerprint }: KeyHome, signal: AbortSignal): Promise<Result<string, Problem>> {
    // gpg would make the folder.
    if (!(await isFolder(home))) return ok('');
    const options = ['--armor', '--export-options', 'export-minimal', '--export', '--', fingerprint];
    const end = await this.call(gpg(home, ...options), signal);
    if (!end.ok) return end;
    // A keyring that can't be read isn't one without the key.
    const { stdout, stderr } = end.value;
    return stdout === '' && /failed|denied/.test(stderr)
      ? err(failed(`read ${home}`, end.value))
      : ok(stdout);
  }

  /**
   * Armored, of a key whose messages that keyring decrypts without a prompt; else why it doesn't. Reads it in one go:
   * an agent that wasn't there is ended again.
   */
  async exportSecret(
    home: string,
    fingerprint: Fingerprint,
    signal: AbortSignal,
  ): Promise<Result<string, string>> {
    if (!(await isFolder(home))) return err(`there is no ${home}`);
    const ping = ['gpg-connect-agent', '--homedir', home, '--no-autostart', '/bye'] as const;
    const before = await this.call({ argv: ping }, signal);
    const wasRunning = before.ok && !before.value.stderr.includes('no gpg-agent running');
    const exported = await this.whole(home, fingerprint, signal);
    if (!wasRunning) await this.killAgents(home);
    return exported;
  }

  private async whole(
    home: string,
    fingerprint: Fingerprint,
    signal: AbortSignal,
  ): Promise<Result<string, string>> {
    const list = gpg(home, '--with-colons', '--list-secret-keys', '--', fingerprint);
    const listed = await this.call(list, signal);
    if (!listed.ok) return err(listed.error.message);
    const key = readListing(listed.value.stdout).find((k) => k.fingerprint === fingerprint);
    if (key === undefined) return err(lastLine(listed.value.stderr));
    // gpg exports what stands for a secret half that is elsewhere as if it were one.
    if (key.encryptsTo?.secretHere === false)
      return err('that of its encryption subkey is not here, or on a card');
    const end = await this.call(gpg(home, '--armor', '--export-secret-keys', '--', fingerprint), signal);
    if (!end.ok) return err(end.error.message);
    const { exitCode, stderr, stdout } = end.value;
    // Without a passphrase gpg skips parts of the key, or all of it.
    const asked = stderr.split('\n').find((line) => line.includes('skipped'));
    if (asked !== undefined) return err(cut(asked, 300));
    return exitCode === 0 && stdout !== '' ? ok(stdout) : err(lastLine(stderr));
  }

  /** Takes over that its owner has disabled it. */
  async disable({ home, fingerprint }: KeyHome, signal: AbortSignal): Promise<Result<null, Problem>> {
    const flag = `${fingerprint}:128:\n`;
    // Where everything is trusted gpg makes no file for what it knows of owners.
    const set = gpg(home, '--trust-model', 'direct', '--import-ownertrust');
    const end = await this.call({ ...set, stdin: flag }, signal);
    if (!end.ok) return end;
    return end.value.exitCode === 0 ? ok(null) : err(failed('disable the key', end.value));
  }
}
