import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundleFiles } from '../../src/adapters/bundle/files.js';
import { createSsh } from '../../src/adapters/ssh/index.js';
import { readSigners } from '../../src/approve/signers.js';
import { annotate as annotateThen } from '../../src/bundle/annotate.js';
import { schema } from '../../src/bundle/schema.js';
import { sealBundle } from '../../src/bundle/seal.js';
import { verifyBundle } from '../../src/bundle/verify.js';
import { annotateCommand, type AnnotateOptions } from '../../src/cli/evidence/annotate.js';
import { reportCommand, verifyCommand } from '../../src/cli/evidence/evidence.js';
import { schema as reportSchema } from '../../src/report/schema.js';
import { writeBundle } from '../support/bundle.js';
import { filesBelow } from '../support/gatebook.js';

let root: string;
let sealed: string;
/** A copy of the sealed bundle that the test may write to. */
let bundle: string;

const keygen = (...args: readonly string[]) => execFileSync('ssh-keygen', args, { encoding: 'utf8' });
const keyFile = (who: string): string => join(root, who);
const publicKey = async (who: string): Promise<string> =>
  (await readFile(`${keyFile(who)}.pub`, 'utf8')).trim();
const fingerprint = (who: string): string => keygen('-lf', `${keyFile(who)}.pub`).split(' ')[1] ?? '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gb-ann-'));
  sealed = join(root, 'sealed');
  await writeBundle(sealed);
  expect((await sealBundle(bundleFiles(sealed), null)).ok).toBe(true);
  for (const [who, type] of [
    ['alice', 'ed25519'],
    ['bob', 'ecdsa'],
  ] as const)
    keygen('-q', '-t', type, '-N', '', '-f', keyFile(who));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  bundle = await mkdtemp(join(root, 'b-'));
  await cp(sealed, bundle, { recursive: true });
});

const annotate = (note: string, who = 'alice', more: Partial<AnnotateOptions> = {}) =>
  annotateCommand(bundle, { note, as: who, key: keyFile(who), unsigned: false, ...more });
const unsigned = (note: string) => annotateCommand(bundle, { note, as: 'carol', unsigned: true });
const inside = (name: string): string => join(bundle, 'annotations', name);
const findings = async (options = {}) => (await verifyCommand(bundle, options)).stderr;

describe('annotate', () => {
  test('adds a numbered note that ssh-keygen alone checks, and touches nothing else', async () => {
    const before = await filesBelow(bundle);
    expect((await annotate('first')).exitCode).toBe(0);
    expect((await annotate('second', 'bob')).exitCode).toBe(0);
    expect((await readdir(inside(''))).sort()).toEqual([
      '001.json',
      '001.json.sig',
      '002.json',
      '002.json.sig',
    ]);
    const after = await filesBelow(bundle);
    for (const [path, bytes] of before) expect(after.get(path)).toEqual(bytes);

    const signers = join(root, 'allowed');
    await writeFile(signers, `alice ${await publicKey('alice')}\nbob ${await publicKey('bob')}\n`);
    for (const [number, who] of [
      ['001', 'alice'],
      ['002', 'bob'],
    ] as const) {
      const args = [
        '-Y',
        'verify',
        '-f',
        signers,
        '-I',
        who,
        '-n',
        'gatebook-annotation@v1',
        '-s',
        inside(`${number}.json.sig`),
      ];
      const input = await readFile(inside(`${number}.json`));
      expect(execFileSync('ssh-keygen', args, { input, encoding: 'utf8' })).toContain(`for ${who}`);
    }
    const { stdout, exitCode } = await verifyCommand(bundle, {});
    expect(exitCode).toBe(0);
    const sealedFiles = (said: string) =>
      /\S+ files, each with the bytes that were sealed/.exec(said)?.[0] ?? 'none';
    expect(stdout).toContain(sealedFiles((await verifyCommand(sealed, {})).stdout));
    expect(stdout).toContain(`annotation 1 in the name of alice: signed with ${fingerprint('alice')}`);
    expect(stdout).toContain(`annotation 2 in the name of bob: signed with ${fingerprint('bob')}`);
    expect(
      execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], { cwd: bundle }).toString(),
    ).toBe('');
  });

  test('writes what its schema says', async () => {
    await annotate('first');
    await unsigned('second');
    const ajv = new Ajv();
    for (const name of ['001.json', '002.json']) {
      ajv.validate(schema, JSON.parse(await readFile(inside(name), 'utf8')));
      expect(ajv.errors ?? []).toEqual([]);
    }
  });

  test('gives several at once a number each', async () => {
    const ended = await Promise.all(['a', 'b', 'c'].map((note) => annotate(note)));
    expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect((await readdir(inside(''))).filter((name) => name.endsWith('.json'))).toHaveLength(3);
    expect((await verifyCommand(bundle, {})).exitCode).toBe(0);
  });

  test('refuses a bundle that was changed', async () => {
    await writeFile(join(bundle, 'logs/C-02.stdout'), 'forged\n');
    const { stderr, exitCode } = await annotate('x');
    expect(stderr).toContain('the bundle is not what was sealed: logs/C-02.stdout changed');
    expect(stderr).toContain(`next     gatebook verify ${bundle} `);
    expect(exitCode).toBe(1);
    await expect(readdir(inside(''))).rejects.toThrow('ENOENT');
  });

  test('refuses a bundle that is not sealed', async () => {
    await rm(join(bundle, 'SHA256SUMS'));
    expect((await annotate('x')).exitCode).toBe(1);
  });

  test('signs, or is told not to', async () => {
    const note = { note: 'x', as: 'alice' };
    expect((await annotateCommand(bundle, { ...note, unsigned: false })).exitCode).toBe(2);
    expect((await annotateCommand(bundle, { ...note, unsigned: true, key: keyFile('alice') })).exitCode).toBe(
      2,
    );
    expect((await unsigned('x')).stdout).toContain('NOT signed');
    expect((await verifyCommand(bundle, {})).stdout).toContain(
      'annotation 1 in the name of carol: NOT signed',
    );
    expect(await findings({ requireSignature: true })).toContain(
      'annotations/001.json untrusted: it is not signed',
    );
  });

  test.each([
    ['an empty note', { note: ' ' }],
    ['a note without end', { note: 'x'.repeat(20_001) }],
    ['a name that is a pattern', { as: '*' }],
  ])('refuses %s', async (_, options) => {
    expect((await annotate('x', 'alice', options)).exitCode).toBe(2);
  });

  test('says that others may read a key, and signs nothing with it', async () => {
    const open = join(root, 'open key');
    await cp(keyFile('alice'), open);
    for (const mode of [0o644, 0o640, 0o602]) {
      await chmod(open, mode);
      const { stderr, exitCode } = await annotate('x', 'alice', { key: open });
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(
        / is open to (others|its group) \(06..\), .*\[KEY_UNPROTECTED\]\nnext {5}chmod 600 '/,
      );
    }
    await chmod(open, 0o600);
    expect((await annotate('x', 'alice', { key: open })).exitCode).toBe(0);
  });

  test('says that a key is none, and leaves nothing', async () => {
    const { stderr, exitCode } = await annotate('x', 'alice', { key: join(root, 'absent') });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('ssh-keygen could not sign');
    await expect(readdir(inside(''))).rejects.toThrow('ENOENT');
  });
});

describe('verify finds', () => {
  let three: string;
  beforeAll(async () => {
    three = await mkdtemp(join(root, 't-'));
    await cp(sealed, three, { recursive: true });
    for (const [who, note] of [
      ['alice', 'first'],
      ['bob', 'second'],
      ['alice', 'third'],
    ] as const)
      await annotateCommand(three, { note, as: who, key: keyFile(who), unsigned: false });
  });
  beforeEach(() => cp(join(three, 'annotations'), inside(''), { recursive: true }));

  test('one that was removed', async () => {
    await rm(inside('002.json'));
    await rm(inside('002.json.sig'));
    const found = await findings();
    expect(found).toContain('annotations/002.json missing');
    expect(found).toContain('annotations/003.json added');
  });
  test('the first, when what follows moves up', async () => {
    await rename(inside('002.json'), inside('001.json'));
    await rename(inside('002.json.sig'), inside('001.json.sig'));
    expect(await findings()).toContain('annotations/001.json reordered: it is number 2');
  });
  test('one that was changed, and one that was changed and signed anew', async () => {
    const text = await readFile(inside('001.json'), 'utf8');
    await writeFile(inside('001.json'), text.replace('first', 'fixed'));
    expect(await findings()).toContain('annotations/001.json changed: its signature');
    await rm(inside('001.json.sig'));
    keygen('-q', '-Y', 'sign', '-f', keyFile('alice'), '-n', 'gatebook-annotation@v1', inside('001.json'));
    expect(await findings()).toContain(
      'annotations/002.json changed: it does not follow annotations/001.json',
    );
  });
  test('two that changed places', async () => {
    for (const [from, to] of [
      ['001', 'x'],
      ['003', '001'],
      ['x', '003'],
    ] as const)
      for (const end of ['.json', '.json.sig']) await rename(inside(`${from}${end}`), inside(`${to}${end}`));
    expect(await findings()).toContain('annotations/001.json reordered: it is number 3');
  });
  test('a missing signature, another one, and one of another namespace', async () => {
    const armor = await readFile(inside('003.json.sig'));
    await rm(inside('003.json.sig'));
    expect(await findings()).toContain('annotations/003.json changed: its signature is missing');
    await writeFile(inside('003.json.sig'), await readFile(inside('001.json.sig')));
    expect(await findings()).toContain('annotations/003.json changed: its signature');
    await rm(inside('003.json.sig'));
    keygen('-q', '-Y', 'sign', '-f', keyFile('alice'), '-n', 'git', inside('003.json'));
    expect(await findings()).toContain('it is signed in the namespace "git"');
    await writeFile(inside('003.json.sig'), armor);
    expect(await findings()).toBe('');
  });
  test('a signature of another key in the place of one that a later note names', async () => {
    await rm(inside('001.json.sig'));
    keygen('-q', '-Y', 'sign', '-f', keyFile('bob'), '-n', 'gatebook-annotation@v1', inside('001.json'));
    expect(await findings()).toContain(
      'annotations/002.json changed: it does not follow annotations/001.json',
    );
  });
  test('bytes that readers leave out: a mark in front of the last note, and an end more of its signature', async () => {
    for (const [name, by] of [
      ['003.json', (text: string) => `\ufeff${text}`],
      ['003.json.sig', (text: string) => `${text}\n`],
    ] as const) {
      const text = await readFile(inside(name), 'utf8');
      await writeFile(inside(name), by(text));
      expect(await findings()).toContain('annotations/003.json changed');
      await writeFile(inside(name), text);
    }
  });
  test('a note that is not signed, also behind one that is', async () => {
    expect(await findings({ requireSignature: true })).not.toContain('annotations/');
    await unsigned('fourth');
    expect(await findings({ requireSignature: true })).toContain(
      'annotations/004.json untrusted: it is not signed',
    );
    const signers = `alice ${await publicKey('alice')}\nbob ${await publicKey('bob')}\n`;
    expect(await findings({ allowedSigners: signers })).toContain(
      'annotations/004.json untrusted: it is not signed',
    );
  });
  test('any one byte changed, added or cut off in any of them', async () => {
    const names = await readdir(inside(''));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom('change', 'append', 'cut'),
        async (name, where, by, how) => {
          const original = await readFile(inside(name));
          const broken =
            how === 'append' ? Buffer.concat([original, Buffer.from([by])]) : Buffer.from(original);
          const at = Math.floor(where * original.length);
          if (how === 'change') broken[at] = ((original[at] ?? 0) + by) % 256;
          await writeFile(inside(name), how === 'cut' ? broken.subarray(0, -1) : broken);
          const found = await findings();
          await writeFile(inside(name), original);
          expect(found).toContain('annotations/');
        },
      ),
      { numRuns: 60 },
    );
  });
  test('that nobody asked for them to be checked', async () => {
    const { findings: unchecked } = await verifyBundle(bundleFiles(bundle), { requireSignature: false });
    expect(unchecked).toMatchObject([{ kind: 'refused', message: 'annotations were not checked' }]);
  });
  test('a file that is no annotation', async () => {
    await writeFile(inside('note.txt'), '');
    expect(await findings()).toContain('annotations/note.txt added');
  });
  test('one of another bundle', async () => {
    const other = await mkdtemp(join(root, 'o-'));
    await cp(sealed, other, { recursive: true });
    await writeFile(join(other, 'logs/C-02.stdout'), 'other\n');
    for (const name of ['SHA256SUMS', 'attestation.json']) await rm(join(other, name));
    expect((await sealBundle(bundleFiles(other), null)).ok).toBe(true);
    await cp(join(bundle, 'annotations'), join(other, 'annotations'), { recursive: true });
    expect((await verifyCommand(other, {})).stderr).toContain(
      'annotations/001.json changed: it belongs to another bundle',
    );
  });
  test('that the last one is gone only by what was kept elsewhere', async () => {
    const head = /head (sha256:[0-9a-f]{64})\n {2}annotation 1/.exec(
      (await verifyCommand(bundle, {})).stdout,
    )?.[1];
    expect(await findings({ expectAnnotation: head })).toBe('');
    await unsigned('fourth');
    expect(await findings({ expectAnnotation: head })).toBe('');
    await rm(inside('004.json'));
    await rm(inside('003.json'));
    await rm(inside('003.json.sig'));
    expect(await findings()).toBe('');
    expect(await findings({ expectAnnotation: head })).toContain(
      'annotations missing: no annotation has the digest',
    );
  });
  test('a person whom the file of signers does not name, and one with the key of another', async () => {
    const only = `alice ${await publicKey('alice')}\n`;
    // The third follows the second as it did: nothing was changed.
    expect(await findings({ allowedSigners: only })).toMatch(
      /^attestation.*\nannotations\/002\.json untrusted: bob is not among .*\nwhat was sealed, but NOT authentic: two findings\n/,
    );
    const swapped = `${only}bob ${await publicKey('alice')}\n`;
    expect(await findings({ allowedSigners: swapped })).toContain(
      'annotations/002.json untrusted: it names bob',
    );
  });
  test('each that is not signed, whatever follows it', async () => {
    await unsigned('fourth');
    await unsigned('fifth');
    await annotate('sixth');
    const signers = `alice ${await publicKey('alice')}\nbob ${await publicKey('bob')}\n`;
    for (const asked of [{ requireSignature: true }, { requireSignature: true, allowedSigners: signers }])
      expect(await findings(asked)).toMatch(
        /^attestation.*\nannotations\/004\.json untrusted.*\nannotations\/005\.json untrusted.*\nwhat was sealed, but /,
      );
  });
});

describe('one file of allowed signers for seals and notes', () => {
  test('a key that counts for a while signs notes, where it may not seal', async () => {
    await annotate('first');
    const when = 'namespaces="gatebook-annotation@v1",valid-after="20200101"';
    const found = await verifyCommand(bundle, {
      allowedSigners: `alice ${when} ${await publicKey('alice')}\n`,
    });
    expect(found).toMatchObject({ exitCode: 1 });
    expect(found.stderr).not.toContain('annotations/');
  });
  test('a line that cannot be read is named, and not taken for nobody', async () => {
    await annotate('first');
    const bad = `alice ${await publicKey('alice')}\nbob ssh-dss AAAA\n`;
    const refused = await verifyCommand(bundle, { allowedSigners: bad });
    expect(refused).toMatchObject({ exitCode: 3 });
    expect(refused.stderr).toContain('the file of allowed signers:2: "ssh-dss" is no type of key');
  });
});

test('a key that was valid when the note was made still counts, and one that was not never does', async () => {
  const note = { text: 'then', who: 'alice', keyFile: keyFile('alice') };
  const files = bundleFiles(bundle);
  expect((await annotateThen(files, note, createSsh(), () => '2020-06-01T00:00:00.000Z')).ok).toBe(true);
  const held = async (when: string) => {
    const signers = readSigners(`alice ${when} ${await publicKey('alice')}\n`, 'signers');
    if (!signers.ok) throw new Error(signers.error.message);
    const annotations = { ssh: createSsh(), signers: signers.value };
    return (await verifyBundle(files, { requireSignature: false, annotations })).findings;
  };
  expect(await held('valid-before="20210101"')).toEqual([]);
  expect(await held('valid-after="20210101"')).toMatchObject([
    { file: 'annotations/001.json', kind: 'untrusted' },
  ]);
});

test('a signature that nobody can check here says nothing against the bundle', async () => {
  await annotate('first');
  await annotate('second');
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = '/proc';
  try {
    const { stderr, exitCode } = await verifyCommand(bundle, {});
    expect(stderr).toMatch(
      /^annotations\/001\.json unreadable: its signature: ssh-keygen takes .*\nNOT verified: one file can't be checked here\n/,
    );
    expect(exitCode).toBe(4);
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
});

describe('what an annotate that was killed leaves', () => {
  const draft = '002.json.sig.0123456789ab.tmp';
  test.each([
    [[draft]],
    [[draft, '002.json.0123456789ab.tmp']],
    [['002.json.sig']],
    [[draft, '002.json.sig']],
  ])('%j: no annotation, no finding, and the next one takes it away, signed or not', async (names) => {
    await annotate('first');
    for (const again of [annotate, unsigned]) {
      for (const name of names) await writeFile(inside(name), 'of one that was killed');
      const { stdout, stderr, exitCode } = await verifyCommand(bundle, {});
      expect([stderr, exitCode]).toEqual(['', 0]);
      for (const name of names) expect(stdout).toContain(`annotations/${name} is no annotation`);

      expect((await again('second')).stdout).toContain('annotations/002.json was added');
      const signature = again === annotate ? ['002.json.sig'] : [];
      expect(await readdir(inside(''))).toEqual(['001.json', '001.json.sig', '002.json', ...signature]);
      expect(await findings()).toBe('');
      for (const name of ['002.json', ...signature]) await rm(inside(name));
    }
  });

  test('is not whatever lies there: another name, a signature further on or of one that is not signed, a link', async () => {
    for (const name of ['002.json.tmp', 'x.0123456789ab.tmp', '003.json.sig', '001.json.sig']) {
      await rm(inside(''), { recursive: true, force: true });
      await unsigned('first');
      await writeFile(inside(name), '');
      expect(await findings()).toMatch(/^annotations\/[^ ]+ (?:added|missing|changed)/);
    }
    await rm(inside('001.json.sig'));
    await symlink('../journal.jsonl', inside(draft));
    expect(await findings()).toContain(`annotations/${draft} refused`);
  });
});

describe('report --revision', () => {
  test('renders the notes up to there, and revision 1 is what was sealed', async () => {
    await annotate('first\n- no list @all');
    await unsigned('second');
    const one = (await reportCommand(bundle, { revision: 1 })).stdout;
    expect(one).toBe(await readFile(join(bundle, 'report.md'), 'utf8'));
    const two = (await reportCommand(bundle, { revision: 2 })).stdout;
    expect(two).toContain('· Revision 2 ·');
    expect(two).toContain(`alice · signed with \`${fingerprint('alice')}\``);
    expect(two).toContain('> first\\\n> \\- no list `@all`');
    expect(two).not.toContain('second');
    const three = JSON.parse((await reportCommand(bundle, { revision: 3, format: 'json' })).stdout) as object;
    expect(three).toMatchObject({
      kb: { revision: 3 },
      annotations: [
        { number: 1, who: 'alice', key: fingerprint('alice') },
        { number: 2, who: 'carol', key: null, text: 'second' },
      ],
    });
    const ajv = new Ajv({ allowUnionTypes: true });
    ajv.validate(reportSchema, three);
    expect(ajv.errors ?? []).toEqual([]);
    expect((await reportCommand(bundle, { check: true })).exitCode).toBe(0);
  });
  test('renders a note with empty lines as its lines', async () => {
    await unsigned('first\n \n\u3000\nsecond\n\n');
    expect((await reportCommand(bundle, { revision: 2 })).stdout).toContain('\n\n> first\\\n> second\n\n');
  });
  test('says which revisions there are', async () => {
    const { stderr, exitCode } = await reportCommand(bundle, { revision: 2 });
    expect(stderr).toContain('there is no revision 2; the last one is 1');
    expect(exitCode).toBe(2);
  });
  test('of a bundle whose notes were changed is refused', async () => {
    await annotate('first');
    await writeFile(inside('001.json'), '{}');
    expect((await reportCommand(bundle, { revision: 2 })).stderr).toContain('not what was sealed');
  });
});
