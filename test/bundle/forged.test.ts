import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundleFiles } from '../../src/adapters/bundle/files.js';
import { printAttestation, sealingKey } from '../../src/bundle/attestation.js';
import type { SealingKey } from '../../src/bundle/attestation.js';
import { isListed, manifestName, printManifest } from '../../src/bundle/manifest.js';
import type { ManifestEntry } from '../../src/bundle/manifest.js';
import { loadReport, sealBundle } from '../../src/bundle/seal.js';
import { verifyBundle } from '../../src/bundle/verify.js';
import type { RunEvent } from '../../src/model/event.js';
import { writeBundle } from '../support/bundle.js';
import { journalBytes } from '../support/journal.js';
import { refused } from '../support/o9-events.js';

// Who forges a bundle makes every digest anew that can be made without the key: only what the journal pins is left.

function newKey(): SealingKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const read = sealingKey(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}
const key = newKey();
let root = '';
let bundle = '';
const inside = (name: string): string => join(bundle, name);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gb-forged-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  bundle = await mkdtemp(join(root, 'b-'));
  await writeBundle(bundle);
  expect((await sealBundle(bundleFiles(bundle), key)).ok).toBe(true);
});

/** Manifest and attestation made anew over whatever is there now; the reports stay as they are. */
async function remake(by: SealingKey | null): Promise<void> {
  const files = bundleFiles(bundle);
  const [report, listed] = [await loadReport(files), await files.list()];
  if (!report.ok || !listed.ok) throw new Error('the journal was left as it was');
  const manifest: ManifestEntry[] = [];
  for (const { path } of listed.value.filter(({ kind, path }) => kind === 'file' && isListed(path))) {
    const sha256 = await files.sha256(path);
    if (sha256.ok) manifest.push({ path, sha256: sha256.value });
  }
  const printed = printManifest(manifest);
  const manifestSha256 = createHash('sha256').update(printed).digest('hex');
  await writeFile(inside(manifestName), printed);
  const sealed = { manifest, manifestSha256, report: report.value };
  await writeFile(inside('attestation.json'), printAttestation(sealed, by));
}
async function edit(name: string, by: (text: string) => string): Promise<void> {
  const text = await readFile(inside(name), 'utf8');
  const edited = by(text);
  expect(edited).not.toBe(text);
  await writeFile(inside(name), edited);
}
const found = async (): Promise<string[]> => {
  const { findings, proved } = await verifyBundle(bundleFiles(bundle), { requireSignature: false });
  expect(findings.length === 0).toBe(proved.length > 0);
  return findings.map(({ file, line, kind }) => `${file}${line === undefined ? '' : `:${line}`} ${kind}`);
};

test('made anew over what was sealed it holds: the helper forges nothing by itself', async () => {
  await remake(null);
  expect(await found()).toEqual([]);
});

describe('with every digest of it made anew', () => {
  test.each(['plan.json', 'binding.json', 'source/runbooks/o9-backup.yaml'])(
    'another %s is not what the journal names',
    async (name) => {
      await edit(name, (text) => `${text} `);
      await remake(null);
      expect(await found()).toEqual([`${name} changed`]);
    },
  );
  test.each([
    ['plan.json', 'plan.json'],
    ['source/runbooks/o9-backup.yaml', 'source'],
  ])('without %s it does not hold', async (name, removed) => {
    await rm(inside(removed), { recursive: true });
    await remake(null);
    expect(await found()).toEqual([`${name} missing`]);
  });
  test.each(['report.md', 'report.json'])('another %s is not what the journal gives', async (name) => {
    await edit(name, (text) => text.replace('PASS', 'FAIL'));
    await remake(null);
    expect(await found()).toEqual([expect.stringMatching(`^${name}:[0-9]+ changed$`)]);
  });
  test('a report that is no text is told as one', async () => {
    await writeFile(inside('report.md'), Buffer.from([0xff, 0xfe]));
    await remake(null);
    expect(await found()).toEqual(['report.md changed']);
  });
});

test.each(['SHA256SUMS', 'attestation.json'])(
  'three bytes in front of %s that readers leave out are found',
  async (name) => {
    await writeFile(inside(name), Buffer.concat([Buffer.from('\ufeff'), await readFile(inside(name))]));
    expect((await found()).join()).toMatch(new RegExp(`${name}(?::1)? changed`));
  },
);

test('a file that the journal pins to nothing has no place', async () => {
  const [planned, ...rest] = refused();
  await writeFile(
    inside('journal.jsonl'),
    journalBytes([{ ...planned, binding_digest: '' } as RunEvent, ...rest]),
  );
  for (const name of ['attestation.json', 'SHA256SUMS']) await rm(inside(name));
  expect((await sealBundle(bundleFiles(bundle), key)).ok).toBe(true);
  expect(await found()).toEqual(['binding.json changed']);
});

test('what the caller finds impossible in its journal is a finding, at its line', async () => {
  const impossible = () => ({ line: 3, message: 'no run does that' });
  const { findings } = await verifyBundle(bundleFiles(bundle), { requireSignature: false, impossible });
  expect(findings).toEqual([
    { kind: 'changed', file: 'journal.jsonl', line: 3, message: 'no run does that' },
  ]);
});

describe('an attestation', () => {
  interface Envelope {
    payload: string;
    signatures: { keyid: string; sig: string }[];
  }
  const envelope = (by: (envelope: Envelope) => void): Promise<void> =>
    edit('attestation.json', (text) => {
      const read = JSON.parse(text) as Envelope;
      by(read);
      return `${JSON.stringify(read, null, 2)}\n`;
    });
  const sealedBy = async () => (await verifyBundle(bundleFiles(bundle), { requireSignature: false })).signer;

  test('with the signature of another statement names nobody', async () => {
    const { signatures } = JSON.parse(await readFile(inside('attestation.json'), 'utf8')) as Envelope;
    await edit('logs/C-02.stdout', (text) => `forged ${text}`);
    await remake(key);
    expect(await found()).toEqual([]);
    await envelope((one) => (one.signatures = signatures));
    expect(await found()).toEqual(['attestation.json changed']);
    expect(await sealedBy()).toBeNull();
  });
  test('with the signature of another key names nobody', async () => {
    const original = await readFile(inside('attestation.json'), 'utf8');
    await remake(newKey());
    const { signatures } = JSON.parse(await readFile(inside('attestation.json'), 'utf8')) as Envelope;
    await writeFile(inside('attestation.json'), original);
    expect(await found()).toEqual([]);
    await envelope((one) => {
      one.signatures[0] = { keyid: key.signer.fingerprint, sig: signatures[0]?.sig ?? '' };
    });
    expect(await found()).toEqual(['attestation.json changed']);
    expect(await sealedBy()).toBeNull();
  });
  test('that names a signer without its signature, or is signed for nobody, does not hold', async () => {
    const { signatures } = JSON.parse(await readFile(inside('attestation.json'), 'utf8')) as Envelope;
    await envelope((one) => (one.signatures = []));
    expect(await found()).toEqual(['attestation.json changed']);
    await remake(null);
    await envelope((one) => (one.signatures = signatures));
    expect(await found()).toEqual(['attestation.json changed']);
  });
  test('that is gone leaves nothing authentic', async () => {
    await rm(inside('attestation.json'));
    expect(await found()).toEqual(['attestation.json missing']);
    expect(await sealedBy()).toBeNull();
  });
});
