import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { initialiseArgv } from '../../../src/adapters/sandbox/docker/scripts.js';
import { postgresFolders } from '../../../src/adapters/process/find.js';

test.each(["it's", 'a\\nb', 'ends with \\', "\\' listen_addresses = '*"])(
  'a setting is read in a container as it was given: %s',
  async (value) => {
    const configuration = initialiseArgv('/bin', 15, { settings: { log_line_prefix: value } }, {}).at(6);
    const folder = mkdtempSync(join(tmpdir(), 'gb-conf-'));
    try {
      chmodSync(folder, 0o755);
      const file = join(folder, 'postgresql.conf');
      writeFileSync(file, `${configuration ?? ''}\n`, { mode: 0o644 });
      const [programs] = await postgresFolders();
      const asks = (name: string): string =>
        execFileSync(
          'setpriv',
          [
            ...(process.getuid?.() === 0 ? ['--reuid=65534', '--regid=65534', '--clear-groups'] : []),
            join(programs?.folder ?? '', 'postgres'),
            ...['-c', `config_file=${file}`, '-D', folder, '-C', name],
          ],
          { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
        ).replace(/\n$/, '');
      expect(asks('log_line_prefix')).toBe(value);
      expect(asks('listen_addresses')).toBe('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
