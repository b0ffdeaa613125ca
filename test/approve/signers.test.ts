import { describe, expect, test } from 'vitest';
import { readSigners } from '../../src/approve/index.js';
import { cpuMs } from '../support/cpu-ms.js';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDMzHLRWtHgQ9CgpWK1g+RZ+o7cYfta+2lj9IDi1zwrj';
const read = (text: string) => readSigners(text, 'allowed_signers');

describe('a line names one person and one key', () => {
  test.each([
    ['alone', `alice ${key}`, `alice ${key}\n`],
    ['with a comment behind the key', `alice ${key} of her laptop`, `alice ${key}\n`],
    [
      'with a namespace',
      `alice namespaces="gatebook-approval@v1" ${key}`,
      `alice namespaces="gatebook-approval@v1" ${key}\n`,
    ],
    [
      'with every option that is known',
      `alice namespaces="git,gatebook-approval@v1",valid-after="20260101",valid-before="20270101" ${key}`,
      `alice namespaces="git,gatebook-approval@v1",valid-after="20260101",valid-before="20270101" ${key}\n`,
    ],
    ['an address', `alice@example.org ${key}`, `alice@example.org ${key}\n`],
  ])('%s', (_, line, kept) => {
    const signers = read(`# who may approve\n\n${line}\r\n`);
    expect(signers).toMatchObject({ ok: true, value: [{ line: kept }] });
  });

  test('its key has the fingerprint that ssh-keygen prints', () => {
    const signers = read(`alice ${key}\n`);
    expect(signers.ok && signers.value[0]?.key).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});

test.each([
  ['two people', `alice,bob ${key}`, 'names more than one person'],
  ['a pattern', `*@corp ${key}`, 'is a pattern'],
  ['a pattern of one letter', `alic? ${key}`, 'is a pattern'],
  ['a negated name', `!alice ${key}`, 'is a pattern'],
  ['everybody', `* ${key}`, 'is a pattern'],
  ['quotes', `"alice bob" ${key}`, 'is not a name'],
  ['a certificate authority', `alice cert-authority ${key}`, 'certificate authority'],
  ['one among other options', `alice namespaces="x",cert-authority ${key}`, 'certificate authority'],
  ['one in capitals', `alice CERT-AUTHORITY ${key}`, ''],
  ['an unknown option', `alice no-touch-required ${key}`, ''],
  ['an unknown option with a value', `alice restrict="yes" ${key}`, '"restrict" is not known'],
  ['an option without its value', `alice namespaces ${key}`, ''],
  ['a value without quotes', `alice namespaces=gatebook-approval@v1 ${key}`, 'namespaces is not in the form'],
  ['a time in another form', `alice valid-before="2027-01-01" ${key}`, '"YYYYMMDD"'],
  ['an option twice', `alice namespaces="a",namespaces="b" ${key}`, 'namespaces stands there twice'],
  ['no key', 'alice', '"" is no type of key'],
  ['a key of another type', `alice ssh-rsa ${key.split(' ')[1] ?? ''}`, 'malformed'],
  ['a type and no key', 'alice ssh-ed25519', 'malformed'],
  ['an old type of key', `alice ssh-dss ${key.split(' ')[1] ?? ''}`, '"ssh-dss" is no type of key'],
  ['a certificate', `alice ssh-ed25519-cert-v01@openssh.com ${key.split(' ')[1] ?? ''}`, 'no type of key'],
  ['a bad key', 'alice ssh-ed25519 AAAA*', 'malformed'],
  ['terminal codes', `al\u001b[2Jice ${key}`, 'is not a name'],
])('%s is refused, with the line', (_, line, says) => {
  const signers = read(`alice ${key}\n# fine so far\n${line}\n`);
  expect(signers).toMatchObject({ ok: false, error: { code: 'APPROVERS_MALFORMED' } });
  if (signers.ok) return;
  expect(signers.error.message).toContain('allowed_signers:3:');
  expect(signers.error.message).toContain(says);
});

test('a file that names nobody lets nobody approve', () => {
  expect(read('# nobody\n')).toMatchObject({ ok: false, error: { code: 'APPROVERS_MALFORMED' } });
});

test.each([
  ['one option without end', 'a'.repeat(200_000)],
  ['options without end', `${'namespaces="a",'.repeat(15_000)} ${key}`],
  ['hyphens', `${'a-'.repeat(100_000)}"`],
  ['blanks', `${' '.repeat(200_000)}x`],
])('a line of %s is refused, and soon', (_, rest) => {
  const took = cpuMs(() => expect(read(`alice ${rest}\n`)).toMatchObject({ ok: false }));
  expect(took).toBeLessThan(2000);
});
