import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGatebook } from './gatebook.js';
import type { Ended } from './gatebook.js';
import type { Project } from './project.js';

/** Private keys of people, by name, and the approvers' file of the project that names them. */
export interface People {
  readonly key: (who: string) => string;
  /** `--approval FILE` of this person for the slot, for a run with these options. */
  readonly approval: (
    runbook: string,
    slot: string,
    who: string,
    ...params: string[]
  ) => Promise<readonly string[]>;
}

export function openPeople({ root, folder, env, call }: Project, names: readonly string[]): People {
  const keys = join(root, 'keys');
  mkdirSync(keys);
  const key = (who: string): string => join(keys, who);
  for (const who of names)
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', who, '-f', key(who)]);
  const lines = names.map((who) => {
    const [type, blob] = readFileSync(`${key(who)}.pub`, 'utf8').split(' ');
    return `${who} ${type} ${blob}\n`;
  });
  mkdirSync(join(folder, 'approvers'));
  writeFileSync(join(folder, 'approvers/allowed_signers'), lines.join(''), { mode: 0o644 });
  const held = (ended: Ended): void => {
    if (ended.code !== 0) throw new Error(ended.stderr);
  };
  let made = 0;
  return {
    key,
    async approval(runbook, slot, who, ...params) {
      const [request, approval] = [join(root, `request-${++made}`), join(root, `approval-${made}`)];
      const [asker = ''] = names;
      held(await call('request', runbook, '--as', asker, '--key', key(asker), '-o', request, ...params));
      const signed = ['--slot', slot, '--as', who, '--key', key(who), '-o', approval];
      held(await startGatebook(['approve', request, ...signed], env, folder).ended);
      return ['--approval', approval];
    },
  };
}
