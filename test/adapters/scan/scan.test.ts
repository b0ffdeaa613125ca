import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createFiles } from '../../../src/adapters/files/index.js';
import { createScanner } from '../../../src/adapters/scan/index.js';
import { createRedactor } from '../../../src/journal/redact.js';

const root = mkdtempSync(join(tmpdir(), 'gb-scan-'));
afterAll(() => rmSync(root, { recursive: true }));
const redactor = createRedactor();
redactor.add('db', 'hunter2hunter2');
const scan = createScanner(createFiles(), redactor);
let count = 0;
async function hitsIn(content: string | Uint8Array) {
  const path = join(root, `f${(count += 1)}`);
  writeFileSync(path, content);
  const scanned = await scan([path]);
  if (!scanned.ok) throw new Error(scanned.error.message);
  return scanned.value.hits.map((h) => `${h.line} ${h.kind}`);
}

const { privateKey } = generateKeyPairSync('ed25519');
const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));

it.each([
  ['x\nhunter2hunter2', '2 secret db'],
  [`a\nb ${Buffer.from('u:hunter2hunter2').toString('base64')}`, '2 secret db'],
  [Buffer.from('one\nhunter2hunter2', 'utf16le'), '2 secret db'],
  [`\n\n${pem}`, '3 private-key'],
  [JSON.stringify({ key: pem }), '1 private-key'],
  ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA', '1 private-key'],
  ['-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlFgEZxyzFgkrBgEEAdpHDwEB', '1 private-key'],
  ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n', '1 private-key'],
  ['postgres://user:s3cr3t-pw@host/db', '1 url-password'],
  ['redis://:s3cr3t-pw@host', '1 url-password'],
  ['id AKIAIOSFODNN7EXAMPLE', '1 aws-key'],
  ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '1 aws-key'],
  ['host=h password=s3cr3t dbname=x', '1 password'],
  ["password='two words'", '1 password'],
  ['PGPASSWORD="s3cr3t"', '1 password'],
  ['DB_PASSWORD=correcthorse', '1 password'],
  ['db_password: s3cr3t-value', '1 password'],
  ['Server=h;Pwd=/s3cr3t/', '1 password'],
  ['DB_PWD=/s3cr3t/', '1 password'],
  ['PWD=s3cr3t', '1 password'],
  ['UID=sa;PWD=/s3cr3t', '1 password'],
  ['nPWD=/s3cr3t', '1 password'],
  ["CREATE ROLE x LOGIN PASSWORD 's3cr3t'", '1 password'],
])('finds %j', async (content, hit) => {
  expect(await hitsIn(content)).toContain(hit);
});

it('names no more of a file than anybody reads', async () => {
  const few = createScanner(createFiles(), redactor, { files: 9, bytes: 1 << 20, hits: 3 });
  const paths = ['many', 'more'].map((name) => join(root, name));
  for (const path of paths) writeFileSync(path, 'PGPASSWORD=s3cr3t\n'.repeat(2));
  expect(await few(paths)).toMatchObject({ ok: true, value: { hits: [{}, {}, { file: paths[1] }] } });
});

it.each([
  'Passphrase: <OPERATOR-CHOSEN — store in a vault, never in .env plaintext>',
  'postgres://user@host/db',
  'postgres://user:${X}@host/db',
  'postgres://user:$PW@host postgres://user:<password>@host postgres://u:***@h postgres://u:[secret db]@h',
  'https://host:8080/a@b',
  'password=$X password=${X} password=<x> password=*** password="" password=%s password=[secret db]',
  'password: {env: DB_PASSWORD}',
  // What env prints of a shell, and what JSON makes of it.
  'HOME=/root\nPWD=/tmp/gb-0123/home\nOLDPWD=/tmp\n',
  JSON.stringify('HOME=/root\nPWD=/tmp/gb-0123/home\nOLDPWD=/tmp\n'),
  'password: "${{ secrets.dr }}"',
  'password = os.environ["PGPASSWORD"]; password=getpass()',
  'if password == given_password_1',
  'PASSWORD <dr-only> SCRAM; PASSWORD=$(openssl rand -hex 24)',
  'secrets: {db: {generate: {bytes: 24}}}',
  'secrets_exposed: NONE',
  'password_encryption: scram-sha-256',
  '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZxyz12345',
  'refuses files that hold -----BEGIN PRIVATE KEY----- anywhere',
])('lets %j be', async (content) => {
  expect(await hitsIn(content)).toEqual([]);
});

it('counts lines over windows, and finds what a chunk border splits', async () => {
  const line = `${'x'.repeat(63)}\n`;
  for (const shift of [0, 5, 13]) {
    const before = line.repeat((1 << 20) / 64);
    const content = `${before.slice(0, before.length - shift - 1)}\nhunter2hunter2\n${before}password=s3cr3t`;
    const lines = content.split('\n');
    expect(await hitsIn(content)).toEqual([
      `${lines.indexOf('hunter2hunter2') + 1} secret db`,
      `${lines.length} password`,
    ]);
  }
});

writeFileSync(join(root, 'said'), 'password=s3cr3tvalue hunter2hunter2');
it('never says the value', async () => {
  expect(JSON.stringify(await scan([join(root, 'said')]))).not.toMatch(/s3cr3tvalue|hunter2/);
});

it('fails closed: absent paths, links, and more than its limits', async () => {
  expect(await scan([join(root, 'none')])).toMatchObject({ error: { code: 'FILE_ABSENT' } });
  symlinkSync('said', join(root, 'link'));
  expect(await scan([join(root, 'link')])).toMatchObject({ error: { code: 'FILE_SYMLINK' } });
  const tight = createScanner(createFiles(), redactor, { files: 10, bytes: 20, hits: 5 });
  expect(await tight([join(root, 'said')])).toMatchObject({ error: { code: 'SCAN_TOO_LARGE' } });
});
