/** One packet's place in a message. `body` may be cut where only the head of a message was given. */
interface Packet {
  readonly tag: number;
  readonly body: Uint8Array;
  readonly next: number | null;
}

/** A message that isn't one: not OpenPGP, armored, or cut within its recipients. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

const sessionKeyTag = 1;
const encryptedDataTags: ReadonlySet<number> = new Set([18, 20]);
const maxRecipients = 16;

/** RFC 4880, 4.2: both header formats. A partial or unknown length has no `next`: only data packets use them. */
function packetAt(bytes: Uint8Array, at: number): Packet {
  const byte = (i: number): number => {
    const value = bytes[i];
    if (value === undefined) throw new MalformedMessage('cut within a packet header');
    return value;
  };
  const number = (i: number, width: number): number => {
    let n = 0;
    for (let k = 0; k < width; k++) n = n * 256 + byte(i + k);
    return n;
  };
  const first = byte(at);
  if ((first & 0x80) === 0) throw new MalformedMessage('not a binary OpenPGP message');
  const span = (tag: number, start: number, length: number): Packet => ({
    tag,
    body: bytes.subarray(start, start + length),
    next: start + length,
  });
  if ((first & 0x40) === 0) {
    const tag = (first >> 2) & 0x0f;
    const width = [1, 2, 4][first & 3];
    if (width === undefined) return { tag, body: bytes.subarray(at + 1), next: null };
    return span(tag, at + 1 + width, number(at + 1, width));
  }
  const tag = first & 0x3f;
  const length = byte(at + 1);
  if (length < 192) return span(tag, at + 2, length);
  if (length < 224) return span(tag, at + 3, (length - 192) * 256 + byte(at + 2) + 192);
  if (length === 255) return span(tag, at + 6, number(at + 2, 4));
  return { tag, body: bytes.subarray(at + 2), next: null };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/**
 * The key ids (16 hex digits) that a message is encrypted to, in order; a hidden recipient is sixteen zeros.
 * Throws MalformedMessage unless integrity-protected data (tag 18 or 20) follows the session keys.
 */
export function recipientKeyIds(head: Uint8Array): string[] {
  const ids: string[] = [];
  let at: number | null = 0;
  while (at !== null) {
    const packet: Packet = packetAt(head, at);
    if (encryptedDataTags.has(packet.tag)) return ids;
    if (packet.tag !== sessionKeyTag) throw new MalformedMessage(`unexpected packet ${packet.tag}`);
    if (packet.body[0] !== 3 || packet.body.length < 9)
      throw new MalformedMessage('a session key of an unknown version');
    ids.push(hex(packet.body.subarray(1, 9)));
    if (ids.length > maxRecipients) throw new MalformedMessage('too many recipients');
    at = packet.next;
  }
  throw new MalformedMessage('no encrypted data follows');
}
