import { describe, expect, test } from 'vitest';
import { readListing, stateOf } from '../../../src/adapters/gpg/listing.js';
import { MalformedMessage, recipientKeyIds } from '../../../src/adapters/gpg/packets.js';

// Lines as `gpg --with-colons` prints them; the tests beside it make the same of real keys.

const fingerprint = 'A'.repeat(40);
const primary = (validity: string, capabilities: string, expires = ''): string =>
  `pub:${validity}:255:22:AAAAAAAAAAAAAAAA:1600000000:${expires}::u:::${capabilities}:::::ed25519:::0:\nfpr:::::::::${fingerprint}:\n`;
const subkey = (validity: string, capabilities = 'e', id = 'BBBBBBBBBBBBBBBB'): string =>
  `sub:${validity}:255:18:${id}:1600000000::::::${capabilities}:::::cv25519::\nfpr:::::::::${'B'.repeat(40)}:\n`;
function listed(text: string) {
  const [key, ...more] = readListing(text);
  if (key === undefined || more.length > 0) throw new Error('one key');
  return { ...stateOf(key), ids: key.encryptionKeyIds, fingerprint: key.fingerprint };
}

describe('a key', () => {
  test('goes by the fingerprint of its primary half, and encrypts with its subkey', () => {
    expect(listed(primary('u', 'scESC') + subkey('u'))).toMatchObject({
      ...{ fingerprint, ids: ['BBBBBBBBBBBBBBBB'], present: true, canEncrypt: true },
      ...{ expired: false, revoked: false, expiresAt: null },
    });
  });
  test.each([
    ['r', { revoked: true, expired: false }],
    ['e', { revoked: false, expired: true }],
    ['i', { revoked: false, expired: false }],
    ['d', {}],
    ['n', {}],
  ])('of validity %s encrypts nothing, whatever it says it can', (validity, state) => {
    expect(listed(primary(validity, 'scESC') + subkey('u'))).toMatchObject({ canEncrypt: false, ...state });
  });
  test('that is disabled encrypts nothing', () => {
    expect(listed(primary('u', 'scESCD') + subkey('u')).canEncrypt).toBe(false);
  });
  test.each(['r', 'e', 'i', 'd', 'n'])('whose subkey is of validity %s encrypts nothing', (validity) => {
    expect(listed(primary('u', 'scESC') + subkey(validity))).toMatchObject({ canEncrypt: false, ids: [] });
  });
  test('whose subkey only signs encrypts nothing', () => {
    expect(listed(primary('u', 'scESC') + subkey('u', 's'))).toMatchObject({ canEncrypt: false, ids: [] });
  });
  test.each([
    ['r', 'revoked'],
    ['e', 'expired'],
    ['i', 'not valid'],
  ])('with one encryption subkey, of validity %s, says that it is %s', (validity, words) => {
    expect(listed(primary('u', 'scSC') + subkey(validity)).cannotEncrypt).toBe(
      `without an encryption subkey that is usable: it is ${words}`,
    );
  });
  test('is encrypted to its newest subkey, and to the primary half where there is none', () => {
    const half = (record: string, created: number, secret: string): string =>
      `${record}:u:255:18:BBBBBBBBBBBBBBBB:${created}::::::e:::${secret}:::\n`;
    const to = (...lines: string[]) => readListing(lines.join(''))[0]?.encryptsTo;
    expect(to(half('sec', 9, '#'), half('ssb', 1, '+'), half('ssb', 3, '#'), half('ssb', 2, '+'))).toEqual({
      ...{ subkey: true, createdAt: 3, secretHere: false },
    });
    expect(to(half('sec', 9, '#'), half('ssb', 1, '+'))?.secretHere).toBe(true);
    expect(to(half('sec', 9, '+'))?.secretHere).toBe(true);
    expect(to(half('ssb', 1, 'D2760001240102010006012345670000'))).toBeUndefined();
  });
  test('says until when it is good', () => {
    expect(listed(primary('u', 'scESC', '1900000000') + subkey('u')).expiresAt).toBe(
      '2030-03-17T17:46:40.000Z',
    );
  });
});

test('two keys are told apart, each with its own subkeys', () => {
  const second = primary('u', 'scESC').replaceAll('A', 'C') + subkey('u', 'e', 'DDDDDDDDDDDDDDDD');
  expect(
    readListing(primary('u', 'scESC') + subkey('u') + second).map((key) => key.encryptionKeyIds),
  ).toEqual([['BBBBBBBBBBBBBBBB'], ['DDDDDDDDDDDDDDDD']]);
});

describe('the recipients of a message', () => {
  const body = (id: string): Buffer => Buffer.from(`03${id}12ffff`, 'hex');
  const packet = (header: readonly number[], content: Buffer): Buffer =>
    Buffer.concat([Buffer.from(header), content]);
  const [one, two] = [body('1111111111111111'), body('2222222222222222')];
  const data = Buffer.from([0xd2, 0xff, 0, 0, 0, 1, 1]);
  const long = Buffer.concat([one, Buffer.alloc(300)]);
  test.each([
    ['one byte of length', packet([0xc1, one.length], one)],
    [
      'two bytes of length',
      packet([0xc1, 192 + ((long.length - 192) >> 8), (long.length - 192) & 255], long),
    ],
    ['five bytes of length', packet([0xc1, 0xff, 0, 0, 0, one.length], one)],
    ['the old format, one byte', packet([0x84, one.length], one)],
    ['the old format, two bytes', packet([0x85, long.length >> 8, long.length & 255], long)],
    ['the old format, four bytes', packet([0x86, 0, 0, 0, one.length], one)],
  ])('are read in order past a packet with %s', (_, first) => {
    const message = Buffer.concat([first, packet([0xc1, two.length], two), data]);
    expect(recipientKeyIds(message)).toEqual(['1111111111111111', '2222222222222222']);
  });
  test.each<[string, Buffer]>([
    [
      'data of which nobody could tell a change',
      Buffer.concat([packet([0xc1, one.length], one), Buffer.from([0xc9, 1, 1])]),
    ],
    ['no data', packet([0xc1, one.length], one)],
    [
      'a session key of another version',
      Buffer.concat([packet([0xc1, one.length], Buffer.concat([Buffer.from([6]), one.subarray(1)])), data]),
    ],
    ['a session key that is cut', Buffer.concat([packet([0xc1, 8], one.subarray(0, 8)), data])],
    ['a length that ends with the message', packet([0xc1, one.length], one.subarray(0, 4))],
    [
      'more recipients than anybody has',
      Buffer.concat([...Array.from({ length: 17 }, () => packet([0xc1, one.length], one)), data]),
    ],
  ])('are none where there is %s', (_, message) => {
    expect(() => recipientKeyIds(message)).toThrow(MalformedMessage);
  });
});
