import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSsh } from '../../src/adapters/ssh/index.js';
import type { Signed } from '../../src/approve/index.js';

/** People with a key each; `alice2` is a second key of nobody in particular. */
export function openKeys<Name extends string>(...names: readonly Name[]) {
  const folder = mkdtempSync(join(tmpdir(), 'gbk-'));
  for (const name of names)
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)]);
  const publicOf = (name: Name): string =>
    readFileSync(join(folder, `${name}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
  return {
    folder,
    /** The private key's file. */
    file: (name: Name): string => join(folder, name),
    publicOf,
    /** A line of an approvers' file. */
    line: (principal: string, key: Name, options = ''): string =>
      `${principal} ${options === '' ? '' : `${options} `}${publicOf(key)}\n`,
    fingerprint: (name: Name): string =>
      execFileSync('ssh-keygen', ['-l', '-f', join(folder, `${name}.pub`)])
        .toString()
        .split(' ')[1] ?? '',
    sign: async (name: Name, text: string, namespace: string): Promise<Signed> => {
      const signature = await createSsh().sign(join(folder, name), namespace, text);
      if (!signature.ok) throw new Error(signature.error.message);
      return { text, signature: signature.value };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
