import type { Path } from '../tree.js';

const where = {
  hosts: 'other hosts are reserved',
} as const;

const topLevel = new Map<string, string>([
  ['hosts', where.hosts],
  [
    'defaults',
    'defaults for the command line are reserved; give --state and --reports, or set GATEBOOK_STATE',
  ],
]);

/** Why a key of the language is refused although the language has it; undefined where it has no such key. */
export function reservedKey(path: Path, key: string): string | undefined {
  if (path.length === 0) return topLevel.get(key);
  if (key === 'host' && path[0] !== 'targets') return where.hosts;
  return undefined;
}
