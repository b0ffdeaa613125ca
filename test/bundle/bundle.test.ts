import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  appendFile,
  chmod,
  cp,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { bundleFiles } from '../../src/adapters/bundle/files.js';
import { sealingKey } from '../../src/bundle/attestation.js';
import type { SealingKey } from '../../src/bundle/attestation.js';
import { err } from '../../src/base/result.js';
import { sealBundle } from '../../src/bundle/seal.js';
import { changedSince, verifyBundle } from '../../src/bundle/verify.js';
import { reportCommand, verifyCommand } from '../../src/cli/evidence/evidence.js';
import type { BundleFiles } from '../../src/ports/bundle-files.js';
import { configuredKey } from '../../src/cli/evidence/seal.js';
import { writeBundle } from '../support/bundle.js';

const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
function key(): SealingKey {
  const read = sealingKey(pem);
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

let root = '';
let unsigned = '';
let signed = '';

/** A copy that a test may break. */
async function copyOf(bundle: string): Promise<string> {
  const copy = await mkdtemp(path.join(root, 'c-'));
  await cp(bundle, copy, { recursive: true });
  return copy;
}

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'gb-bundle-'));
  unsigned = path.join(root, 'unsigned');
  signed = path.join(root, 'signed');
  await writeBundle(unsigned);
  await writeBundle(signed);
  expect((await sealBundle(bundleFiles(unsigned), null)).ok).toBe(true);
  expect((await sealBundle(bundleFiles(signed), key())).ok).toBe(true);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Root may read everything. */
async function asStranger<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(54_321);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

const verify = (bundle: string, options: Parameters<typeof verifyCommand>[1] = {}) =>
  verifyCommand(bundle, options);

describe('a sealed bundle', () => {
  it('is consistent, and not authentic without a signature', async () => {
    const { stdout, exitCode } = await verify(unsigned);
    expect(stdout).toMatch(/^consistent, NOT authentic · run 20261121T081502Z-7c1e · verdict PASS\n/);
    expect(exitCode).toBe(0);
    expect((await verify(unsigned, { requireSignature: true })).exitCode).toBe(1);
  });
  it('is not waited for where a FIFO stands in the place of a file', async () => {
    for (const file of ['SHA256SUMS', 'attestation.json', 'journal.jsonl', 'report.json', 'report.md']) {
      const copy = await copyOf(unsigned);
      await rm(path.join(copy, file));
      execFileSync('mkfifo', [path.join(copy, file)]);
      const { stdout, stderr, exitCode } = await verify(copy);
      expect([file, exitCode]).toEqual([file, 1]);
      expect(stdout + stderr).toMatch(new RegExp(`${file}.*not a regular file`));
    }
  });
  it('is told apart from a changed one where only a signature is missing', async () => {
    const { stderr } = await verify(unsigned, { requireSignature: true });
    expect(stderr).toMatch(
      /^attestation\.json untrusted: .*\nwhat was sealed, but NOT authentic: one finding\n/,
    );
    const copy = await copyOf(unsigned);
    await appendFile(path.join(copy, 'report.md'), ' ');
    expect((await verify(copy, { requireSignature: true })).stderr).toContain('NOT what was sealed: ');
  });
  it('is told apart from one without a seal, as a killed run leaves it', async () => {
    const copy = await copyOf(unsigned);
    await rm(path.join(copy, 'attestation.json'));
    const { stderr, exitCode } = await verify(copy);
    expect(stderr).toMatch(/\nNOT sealed: one finding\nnext {5}gatebook runs /);
    expect(exitCode).toBe(1);
  });
  it('says which key sealed it', async () => {
    const { stdout, exitCode } = await verify(signed, { requireSignature: true });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      `${key().signer.fingerprint} sealed these bytes; whose key that is was not checked`,
    );
  });
  it('is authentic for an allowed signer, and for no other', async () => {
    const allowed = await verify(signed, {
      allowedSigners: `ci namespaces="gatebook-seal@v1" ${key().signer.sshKey}\n`,
    });
    expect(allowed.stdout).toMatch(/^authentic/);
    const another = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
    for (const others of ['# nobody\n', `bo namespaces="gatebook-seal@v1" ${another}\n`])
      expect((await verify(signed, { allowedSigners: others })).stderr).toContain('is not an allowed signer');
    expect((await verify(unsigned, { allowedSigners: '# nobody\n' })).exitCode).toBe(1);
    expect((await verify(signed, { allowedSigners: `*@corp ${key().signer.sshKey}\n` })).exitCode).toBe(3);
    for (const who of ['a,b', '!ci', 'c?', 'ci valid-after="20200101"', 'ci cert-authority'])
      expect([
        who,
        (await verify(signed, { allowedSigners: `${who} ${key().signer.sshKey}\n` })).exitCode,
      ]).toEqual([who, 3]);
    const longer = `a namespaces="not-gatebook-seal@v1" ${key().signer.sshKey}\n`;
    expect((await verify(signed, { allowedSigners: longer })).exitCode).toBe(1);
    expect(
      (await verify(signed, { allowedSigners: `a namespaces="other" ${key().signer.sshKey}\n` })).exitCode,
    ).toBe(1);
  });
  it('names its key as ssh-keygen does', async () => {
    const file = path.join(root, 'key.pub');
    await writeFile(file, `${key().signer.sshKey}\n`);
    expect(execFileSync('ssh-keygen', ['-lf', file]).toString()).toContain(key().signer.fingerprint);
  });
  it('is checked by sha256sum alone', () => {
    expect(
      execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], { cwd: unsigned }).toString(),
    ).toBe('');
  });
  it('compares its head with one that was kept elsewhere', async () => {
    const { report } = await verifyBundle(bundleFiles(unsigned), { requireSignature: false });
    const head = report?.evidence.journal_head ?? '';
    expect((await verify(unsigned, { expectHead: head })).exitCode).toBe(0);
    const beginning = { requireSignature: false, expectHead: head.slice(0, 8) };
    expect((await verifyBundle(bundleFiles(unsigned), beginning)).findings).toHaveLength(1);
    expect((await verify(unsigned, { expectHead: '0'.repeat(64) })).stderr).toContain(
      'journal.jsonl:42 changed',
    );
  });
  it('is never sealed again', async () => {
    expect(await sealBundle(bundleFiles(unsigned), null)).toMatchObject({
      ok: false,
      error: { code: 'BUNDLE_SEALED' },
    });
  });
  it('gives the same bytes when sealing is repeated after a crash', async () => {
    const copy = await copyOf(unsigned);
    await rm(path.join(copy, 'attestation.json'));
    await truncate(path.join(copy, 'report.md'), 10);
    expect((await sealBundle(bundleFiles(copy), null)).ok).toBe(true);
    for (const file of ['report.md', 'report.json', 'SHA256SUMS', 'attestation.json']) {
      expect(await readFile(path.join(copy, file))).toEqual(await readFile(path.join(unsigned, file)));
    }
  });
  it('is not sealed with a key that others may read', async () => {
    const file = path.join(root, 'seal.pem');
    await writeFile(file, pem);
    vi.stubEnv('GATEBOOK_SEALING_KEY', file);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    await chmod(file, 0o640);
    expect(configuredKey()).toMatchObject({
      ok: false,
      error: { code: 'KEY_UNPROTECTED', next: expect.stringMatching(/^chmod 600 \S+seal\.pem/) as string },
    });
    await chmod(file, 0o400);
    expect(configuredKey()).toMatchObject({ ok: true });
  });
  it('refuses a key that is not Ed25519', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      format: 'pem',
      type: 'pkcs8',
    });
    for (const text of [rsa.toString(), 'nonsense']) {
      expect(sealingKey(text)).toMatchObject({ ok: false, error: { code: 'SEALING_KEY_UNUSABLE' } });
    }
  });
});

describe('verify finds', () => {
  const filesOf = async (bundle: string) => {
    const entries = await readdir(bundle, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(path.relative(bundle, entry.parentPath), entry.name));
  };

  it.each(['unsigned', 'signed'] as const)(
    'any one byte changed, added or cut off in any file of a bundle that is %s',
    async (kind) => {
      const bundle = kind === 'signed' ? signed : unsigned;
      const names = await filesOf(bundle);
      const copy = await copyOf(bundle);
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...names),
          fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
          fc.integer({ min: 1, max: 255 }),
          fc.constantFrom('change', 'append', 'cut'),
          async (name, where, by, how) => {
            const file = path.join(copy, name);
            const original = await readFile(file);
            const broken =
              how === 'append' ? Buffer.concat([original, Buffer.from([by])]) : Buffer.from(original);
            const at = Math.floor(where * original.length);
            if (how === 'change') broken[at] = ((original[at] ?? 0) + by) % 256;
            await writeFile(file, how === 'cut' ? broken.subarray(0, -1) : broken);
            const { findings } = await verifyBundle(bundleFiles(copy), {
              requireSignature: kind === 'signed',
            });
            await writeFile(file, original);
            expect(findings.map((finding) => finding.file)).toContain(name);
          },
        ),
        { numRuns: 120 },
      );
    },
    120_000,
  );

  it('a missing, an added and a renamed file, and a symlink', async () => {
    const copy = await copyOf(unsigned);
    await rm(path.join(copy, 'logs/C-02.stdout'));
    for (const name of ['extra', '.hidden']) await writeFile(path.join(copy, name), '');
    await rename(path.join(copy, 'plan.json'), path.join(copy, 'plan2.json'));
    await symlink('/etc/hostname', path.join(copy, 'logs/link'));
    const { stderr, exitCode } = await verify(copy);
    expect(exitCode).toBe(1);
    for (const line of [
      'logs/C-02.stdout missing',
      'extra added',
      '.hidden added',
      'plan.json missing',
      'plan2.json added',
      'logs/link refused',
    ]) {
      expect(stderr).toContain(line);
    }
  });
  it('a file that became a symlink to the same bytes', async () => {
    const copy = await copyOf(unsigned);
    await rename(path.join(copy, 'plan.json'), path.join(root, 'elsewhere.json'));
    await symlink(path.join(root, 'elsewhere.json'), path.join(copy, 'plan.json'));
    const { stderr } = await verify(copy);
    expect(stderr).toContain('plan.json refused');
    expect(stderr).not.toContain('plan.json missing');
  });
  it('reordered lines of the journal and of the manifest, by line', async () => {
    const copy = await copyOf(unsigned);
    for (const name of ['journal.jsonl', 'SHA256SUMS']) {
      const [first, second, third, ...rest] = (await readFile(path.join(copy, name), 'utf8')).split('\n');
      await writeFile(path.join(copy, name), [first, third, second, ...rest].join('\n'));
    }
    const { stderr } = await verify(copy);
    expect(stderr).toContain('journal.jsonl:2');
    expect(stderr).toContain('SHA256SUMS:3 changed: the line is out of order');
  });
  it('one without manifest and attestation, and says that it was never sealed', async () => {
    const copy = await copyOf(unsigned);
    for (const name of ['SHA256SUMS', 'attestation.json']) await rm(path.join(copy, name));
    const { stderr, exitCode } = await verify(copy);
    expect(stderr).toMatch(/NOT sealed: .*\nnext {5}gatebook runs /);
    expect(exitCode).toBe(1);
  });
  it('a journal that goes on after its end, in half a line', async () => {
    const copy = await copyOf(unsigned);
    await appendFile(path.join(copy, 'journal.jsonl'), '{"seq":43');
    expect((await verify(copy)).stderr).toContain('journal.jsonl:43 truncated: the last line is cut off');
  });
  it('a line that the manifest lacks, at its place, and says nothing against the file', async () => {
    const lines = (await readFile(path.join(unsigned, 'SHA256SUMS'), 'utf8')).split('\n');
    for (const [index, line] of lines.slice(0, -1).entries()) {
      const copy = await copyOf(unsigned);
      await writeFile(path.join(copy, 'SHA256SUMS'), lines.toSpliced(index, 1).join('\n'));
      const { findings } = await verifyBundle(bundleFiles(copy), { requireSignature: false });
      const of = (file: string) => findings.filter((finding) => finding.file === file);
      expect(of('SHA256SUMS')).toMatchObject([{ kind: 'changed', line: index + 1 }]);
      expect(of(line.slice(66))).toMatchObject([{ kind: 'added' }]);
    }
  });
  it('a bundle whose files were all made anew, only by its signature', async () => {
    const copy = await copyOf(signed);
    await rm(path.join(copy, 'attestation.json'));
    await writeFile(path.join(copy, 'logs/C-02.stdout'), 'forged\n');
    expect((await sealBundle(bundleFiles(copy), null)).ok).toBe(true);
    expect((await verify(copy)).exitCode).toBe(0);
    expect((await verify(copy, { requireSignature: true })).exitCode).toBe(1);
  });
  it('a file that can’t be read, and says nothing against what it holds', async () => {
    for (const name of ['report.md', 'journal.jsonl', 'attestation.json', 'logs/C-02.stdout']) {
      const copy = await copyOf(unsigned);
      const there = bundleFiles(copy);
      const unread = (file: string) =>
        file === name ? err({ code: 'BUNDLE_UNREADABLE', message: `${file} can't be read: EIO` }) : null;
      const files: BundleFiles = {
        ...there,
        read: async (file, limit) => unread(file) ?? there.read(file, limit),
        sha256: async (file) => unread(file) ?? there.sha256(file),
      };
      const { findings } = await verifyBundle(files, { requireSignature: true });
      const kinds = findings.map((one) => `${one.file} ${one.kind}`);
      expect(kinds).toContain(`${name} unreadable`);
      expect(new Set(kinds).size).toBe(kinds.length);
      expect(changedSince(findings.filter(({ kind }) => kind === 'unreadable')).code).toBe(
        'BUNDLE_UNREADABLE',
      );
    }
  });
  it('no fault of what it can’t look at: exit 4, and nothing is said against it', async () => {
    const copy = await copyOf(unsigned);
    await chmod(root, 0o711);
    await chmod(copy, 0o755);
    await chmod(path.join(copy, 'report.md'), 0o000);
    const { stderr, exitCode } = await asStranger(() => verify(copy));
    expect(stderr).toMatch(/^report\.md unreadable: .* can't be read: EACCES: permission denied\n/);
    expect(stderr).toMatch(
      /\nNOT verified: one file can't be checked here\nnext {5}mend that, then look again: as somebody who may/,
    );
    expect(exitCode).toBe(4);
    await appendFile(path.join(copy, 'logs/C-02.stdout'), 'forged');
    const changed = await asStranger(() => verify(copy));
    expect(changed.exitCode).toBe(1);
    expect(changed.stderr).toContain('NOT what was sealed: two findings');
    expect(await asStranger(() => reportCommand(copy, { check: true }))).toMatchObject({ exitCode: 4 });
  });
  it('a folder that is no bundle', async () => {
    const nothing = path.join(root, 'nothing');
    const { stderr, exitCode } = await verify(nothing);
    expect(exitCode).toBe(4);
    expect(await verify(nothing, { json: true })).toMatchObject({ exitCode: 4, stderr: '' });
    expect((await reportCommand(nothing, {})).stderr).toMatch(/nothing does not exist \[BUNDLE_MISSING\]/);
    expect(stderr).toContain('does not exist');
  });
});

describe('report', () => {
  it('regenerates the same bytes', async () => {
    const { stdout, exitCode } = await reportCommand(unsigned, {});
    expect(stdout).toBe(await readFile(path.join(unsigned, 'report.md'), 'utf8'));
    expect(exitCode).toBe(0);
    expect((await reportCommand(unsigned, { check: true })).exitCode).toBe(0);
    expect((await reportCommand(unsigned, { format: 'html' })).stdout).toMatch(/^<!doctype html>/);
  });
  it('--check names the line that was changed', async () => {
    const copy = await copyOf(unsigned);
    const file = path.join(copy, 'report.md');
    await writeFile(file, (await readFile(file, 'utf8')).replace('# O9', '# 09'));
    const { stderr, exitCode } = await reportCommand(copy, { check: true });
    expect(stderr).toContain('report.md:3 changed');
    expect(exitCode).toBe(1);
    await cp(path.join(unsigned, 'report.md'), file);
    await appendFile(path.join(copy, 'report.json'), ' ');
    expect((await reportCommand(copy, { check: true })).stderr).toMatch(/report\.json:\d+ changed/);
  });
  it('is not made from what a link in the journal’s place leads to', async () => {
    const copy = await copyOf(unsigned);
    await rm(path.join(copy, 'journal.jsonl'));
    await symlink(path.join(unsigned, 'journal.jsonl'), path.join(copy, 'journal.jsonl'));
    expect(await reportCommand(copy, {})).toMatchObject({ stdout: '', exitCode: 1 });
  });
  it('shows one gate in full, and names the gates there are', async () => {
    expect((await reportCommand(unsigned, { gate: 'G-03' })).stdout).toContain(
      'G-03 the artifact folder is listed · noted · in C-01',
    );
    expect(await reportCommand(unsigned, { gate: 'G-99' })).toMatchObject({ exitCode: 2 });
  });
});
