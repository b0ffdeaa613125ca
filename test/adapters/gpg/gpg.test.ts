import { mkdtemp, readFile, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { daemonsLeft } from '../../../src/adapters/gpg/home.js';
import { createGpg } from '../../../src/adapters/gpg/index.js';
import { ok } from '../../../src/base/result.js';
import type { KeyHome } from '../../../src/ports/gpg.js';
import { isIntact } from '../../../src/ports/gpg.js';
import { operatorKeyring } from '../../support/postgres-run.js';
import type { World } from '../../support/server.js';
import { openWorld } from '../../support/server.js';

const signal = new AbortController().signal;
let world: World;
let folder: string;
let nonce = 0;
const gpg = () => createGpg(world.processes);
async function home(): Promise<string> {
  const path = gpg().homePath(folder, `${++nonce}`.padStart(12, '0'));
  expect(await gpg().createHome(path)).toEqual({ ok: true, value: null });
  return path;
}
function value<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
async function ownerFlag(content: string): Promise<string> {
  const path = join(folder, `owner-${++nonce}`);
  await writeFile(path, content);
  return path;
}
function encrypt(key: KeyHome, ...others: string[]): Buffer {
  const spec = gpg().encrypt(key.home, [key.fingerprint]);
  const argv = [...spec.argv.slice(1), ...others];
  return execFileSync('gpg', argv, { input: 'plaintext', stdio: 'pipe' });
}

beforeAll(async () => {
  world = await openWorld();
  folder = await mkdtemp(join(tmpdir(), 'gbg-'));
});
afterAll(async () => {
  for (const name of await readdir(folder)) await gpg().removeHome(join(folder, name));
  await rm(folder, { recursive: true });
  await world.close();
});

describe('gpg', () => {
  it('copies exactly the declared public key into a private home', async () => {
    const operator = await operatorKeyring();
    operator.gpg(
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      '',
      '--quick-gen-key',
      'another <b@example.org>',
    );
    await writeFile(join(operator.home, 'gpg.conf'), 'armor\n');
    const key = value(
      await gpg().importDeclared(operator.fingerprint.toLowerCase(), operator.home, await home(), signal),
    );
    expect(key.fingerprint).toBe(operator.fingerprint);
    const listed = execFileSync('gpg', ['--homedir', key.home, '--with-colons', '--list-keys']).toString();
    expect(listed.match(/^pub:/gm)).toHaveLength(1);
    expect(await readdir(key.home)).not.toContain('gpg.conf');
    expect(value(await gpg().inspect(key, operator.home, signal))).toMatchObject({
      ...{
        present: true,
        canEncrypt: true,
        canDecrypt: true,
        expired: false,
        revoked: false,
        expiresAt: null,
      },
    });
    expect(value(await gpg().inspect(key, null, signal)).canDecrypt).toBe(false);
    await operator.close();
  });

  it('follows a keyring that is a link, and takes none for empty that is damaged', async () => {
    const operator = await operatorKeyring();
    const link = join(folder, 'keyring-link');
    await symlink(operator.home, link);
    const key = value(await gpg().importDeclared(operator.fingerprint, link, await home(), signal));
    expect(value(await gpg().inspect(key, link, signal))).toMatchObject({
      canEncrypt: true,
      canDecrypt: true,
    });
    await rm(link);
    await truncate(join(operator.home, 'pubring.kbx'), 300);
    expect(
      await gpg().importDeclared(operator.fingerprint, operator.home, await home(), signal),
    ).toMatchObject({
      error: { code: 'GPG_FAILED', message: expect.stringContaining(operator.home) as unknown },
    });
    await operator.close();
  });

  it('takes nothing but 40 hex digits of a primary key that is there', async () => {
    const operator = await operatorKeyring();
    const absent = 'A'.repeat(40);
    for (const [given, code] of [
      ['backup@example.org', 'KEY_UNSET'],
      ['', 'KEY_UNSET'],
      [operator.fingerprint.slice(-16), 'KEY_UNSET'],
      [absent, 'KEY_NOT_IN_KEYRING'],
    ] as const)
      expect(await gpg().importDeclared(given, operator.home, await home(), signal)).toMatchObject({
        error: { code },
      });
    expect(
      await gpg().importDeclared(operator.fingerprint, '/nonexistent', await home(), signal),
    ).toMatchObject({
      error: { code: 'KEY_NOT_IN_KEYRING' },
    });
    await operator.close();
  });

  it('never asks for a passphrase: such a secret half is not usable', async () => {
    const operator = await operatorKeyring({ passphrase: 'correct horse battery' });
    const key = value(await gpg().importDeclared(operator.fingerprint, operator.home, await home(), signal));
    // The agent that made the key still knows the passphrase.
    execFileSync('gpgconf', ['--homedir', operator.home, '--kill', 'all']);
    expect(value(await gpg().inspect(key, operator.home, signal))).toMatchObject({
      canEncrypt: true,
      canDecrypt: false,
    });
    expect(await gpg().importSecret(key, operator.home, signal)).toMatchObject({
      error: { code: 'KEY_CANNOT_DECRYPT' },
    });
    expect((await readdir(operator.home)).filter((n) => n.startsWith('S.'))).toEqual([]);
    await operator.close();
  });

  it.each([
    ['is elsewhere', async (path: string) => rm(path)],
    [
      'is on a card',
      async (path: string) => {
        const card = '(shadowed t1-v1 (#D2760001240102010006012345670000# OPENPGP.2))';
        const text = (await readFile(path, 'utf8')).replaceAll('\n ', '');
        await writeFile(
          path,
          text.replace('(private-key', '(shadowed-private-key').replace(/\(d\s*#[0-9A-F]+#\s*\)/, card),
        );
      },
    ],
  ])('says of no key that it decrypts whose encryption subkey %s', async (_, move) => {
    const operator = await operatorKeyring();
    const listed = operator.gpg('--with-colons', '--with-keygrip', '--list-secret-keys');
    const [, subkey = ''] = [...listed.matchAll(/^grp:+([0-9A-F]{40}):/gm)].map((found) => found[1] ?? '');
    await move(join(operator.home, 'private-keys-v1.d', `${subkey}.key`));
    execFileSync('gpgconf', ['--homedir', operator.home, '--kill', 'all']);
    const key = value(await gpg().importDeclared(operator.fingerprint, operator.home, await home(), signal));
    expect(value(await gpg().inspect(key, operator.home, signal))).toMatchObject({
      ...{ canEncrypt: true, canDecrypt: false },
    });
    const refused = await gpg().importSecret(key, operator.home, signal);
    expect(refused).toMatchObject({ error: { code: 'KEY_CANNOT_DECRYPT' } });
    expect(JSON.stringify(refused)).toContain('encryption subkey is not here, or on a card');
    await operator.close();
  });

  it('encrypts to no key that its owner has disabled', async () => {
    const operator = await operatorKeyring();
    operator.gpg('--import-ownertrust', await ownerFlag(`${operator.fingerprint}:134:\n`));
    const key = value(await gpg().importDeclared(operator.fingerprint, operator.home, await home(), signal));
    expect(value(await gpg().inspect(key, operator.home, signal))).toMatchObject({
      ...{ canEncrypt: false, cannotEncrypt: 'disabled in the keyring that it comes from' },
    });
    await operator.close();
  });

  it('says of a key from the future that it is there, and why it is not taken', async () => {
    const operator = await operatorKeyring({ createdAt: '20400101T000000' });
    const taken = await gpg().importDeclared(operator.fingerprint, operator.home, await home(), signal);
    // GnuPG 2.2 imports none of it, 2.4 no subkey of it.
    const refused = taken.ok ? value(await gpg().inspect(taken.value, null, signal)) : taken.error;
    expect('canEncrypt' in refused ? refused.cannotEncrypt : refused.message).toMatch(
      /is in the keyring \S+, and gpg takes none of it|without an encryption subkey/,
    );
    await operator.close();
  });

  it('sees that a key has expired', async () => {
    const operator = await operatorKeyring({ expired: true });
    const key = value(await gpg().importDeclared(operator.fingerprint, operator.home, await home(), signal));
    const state = value(await gpg().inspect(key, null, signal));
    expect(state).toMatchObject({ present: true, expired: true, canEncrypt: false });
    expect(state.expiresAt).toMatch(/^2020-01-02T/);
    await operator.close();
  });

  it('sees that a key was revoked', async () => {
    const operator = await operatorKeyring();
    const certificate = join(operator.home, 'openpgp-revocs.d', `${operator.fingerprint}.rev`);
    // gpg writes it with a colon before it, so that nobody imports it by mistake.
    await writeFile(certificate, (await readFile(certificate, 'utf8')).replace(':-----', '-----'));
    operator.gpg('--import', certificate);
    const key = value(await gpg().importDeclared(operator.fingerprint, operator.home, await home(), signal));
    expect(value(await gpg().inspect(key, null, signal))).toMatchObject({
      ...{ present: true, revoked: true, expired: false, canEncrypt: false },
    });
    await operator.close();
  });

  it('reads the recipients back and notices one that was smuggled in', async () => {
    const [mine, other] = [value(await gpg().generate('one', await home(), signal)), await home()];
    const second = value(await gpg().generate('two', other, signal));
    value(await gpg().addPublic(second, mine.home, signal));
    const check = (head: Buffer, declared: KeyHome[]) =>
      gpg().checkRecipients(
        head,
        mine.home,
        declared.map((k) => k.fingerprint),
        signal,
      );
    const honest = encrypt(mine);
    expect(await check(honest, [mine])).toEqual({ ok: true, value: null });
    expect(await check(honest, [mine, second])).toMatchObject({ error: { code: 'RECIPIENTS_DIFFER' } });
    const smuggled = encrypt(mine, '--recipient', second.fingerprint);
    expect(await check(smuggled, [mine])).toMatchObject({ error: { code: 'RECIPIENTS_DIFFER' } });
    expect(await check(smuggled, [second, mine])).toEqual({ ok: true, value: null });
    const hidden = encrypt(mine, '--hidden-recipient', second.fingerprint);
    expect(await check(hidden, [mine])).toMatchObject({ error: { code: 'RECIPIENTS_DIFFER' } });
    for (const malformed of [
      Buffer.alloc(0),
      honest.subarray(0, 40),
      Buffer.from('-----BEGIN PGP MESSAGE-----'),
    ])
      expect(await check(malformed, [mine])).toMatchObject({ error: { code: 'RECIPIENTS_DIFFER' } });
  });

  it('obeys no gpg.conf, not even one in the home itself', async () => {
    const mine = value(await gpg().generate('one', await home(), signal));
    const second = value(await gpg().generate('two', await home(), signal));
    value(await gpg().addPublic(second, mine.home, signal));
    await writeFile(join(mine.home, 'gpg.conf'), `encrypt-to ${second.fingerprint}\narmor\n`);
    const head = encrypt(mine);
    expect(await gpg().checkRecipients(head, mine.home, [mine.fingerprint], signal)).toMatchObject({
      ok: true,
    });
  });

  it('ends the agents of a home and removes it', async () => {
    const key = value(await gpg().generate('one', await home(), signal));
    expect((await readdir(key.home)).some((n) => n.startsWith('S.gpg-agent'))).toBe(true);
    value(await gpg().removeHome(key.home));
    await expect(readdir(key.home)).rejects.toThrow();
    value(await gpg().removeHome(key.home));
  });

  it('answers where a home can’t be looked at', async () => {
    const gone = await gpg().removeHome(join(folder, 'x'.repeat(300)));
    expect(gone).toMatchObject({ ok: false, error: { code: 'GPG_FAILED' } });
  });

  it.runIf(existsSync('/proc/self'))('waits for an agent, and says where one still runs', async () => {
    const path = await home();
    // As gpg-agent does: a moment after its home is gone.
    const until = `const gone = () => !require('fs').existsSync(process.argv.at(-1));
      setInterval(() => gone() && setTimeout(process.exit, 150), 10);`;
    const argv = ['-e', until, '--', '--homedir', path];
    const agent = spawn(process.execPath, argv, { argv0: 'gpg-agent', stdio: 'ignore' });
    await once(agent, 'spawn');
    expect(await daemonsLeft(path, 50)).toEqual([agent.pid]);
    expect(await gpg().removeHome(path)).toEqual(ok(`${path} is gone, its agents ended`));
    expect(await daemonsLeft(path, 0)).toEqual([]);
  });

  it('moves a home whose sockets’ paths would be too long', () => {
    expect(gpg().homePath(`/${'x'.repeat(90)}`, 'abcdefabcdef')).toBe(
      join(tmpdir(), 'gatebook-gpg-abcdefabcdef'),
    );
  });
});

describe('isIntact', () => {
  it.each([
    ['[GNUPG:] DECRYPTION_OKAY\n[GNUPG:] GOODMDC\n', true],
    ['[GNUPG:] DECRYPTION_OKAY\n', false],
    ['[GNUPG:] GOODMDC\n', false],
    ['[GNUPG:] DECRYPTION_OKAY\n[GNUPG:] GOODMDC\n[GNUPG:] BADMDC\n', false],
    ['[GNUPG:] PLAINTEXT 62 0 DECRYPTION_OKAY\n[GNUPG:] GOODMDC\n', false],
    ['', false],
  ])('%j is %s', (status, intact) => {
    expect(isIntact(status)).toBe(intact);
  });
});
