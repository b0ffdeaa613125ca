import { readFileSync } from 'node:fs';

/**
 * A runner that isn't root works in a user namespace, where the kernel shows every owner but itself as one number:
 * root can't be told from other users there. Null where owners are shown as they are.
 */
const unmapped = unmappedUid();

function unmappedUid(): bigint | null {
  try {
    if (/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'))) return null;
    return BigInt(readFileSync('/proc/sys/kernel/overflowuid', 'utf8').trim());
  } catch {
    return null;
  }
}

export const isUnmapped = (uid: bigint): boolean => uid === unmapped;
