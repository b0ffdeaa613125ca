import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openState } from '../../src/adapters/state/index.js';
import type { RunId } from '../../src/base/ids.js';
import { enableCommand } from '../../src/cli/controls/enable.js';
import { journalBytes } from '../support/journal.js';
import { failed } from '../support/o9-events.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gben-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

test('what a statement is for is released last: who is killed before can give it again', async () => {
  const path = join(folder, 'state');
  const opened = await openState(path);
  if (!opened.ok) throw new Error(opened.error.message);
  const { controls, createRun } = opened.value;
  const run = '20261121T081502Z-7c1e' as RunId;
  const bundle = join(folder, 'bundle');
  await createRun({
    ...{ id: run, runbook: 'o9-backup', path: 'o9.yaml', project: folder, admitted: true, mode: 'live' },
    ...{ bundle, startedAt: '2026-11-21T08:15:02.000Z', process: null },
  });
  await mkdir(bundle);
  await writeFile(join(bundle, 'journal.jsonl'), journalBytes(failed()));
  await writeFile(join(folder, 'gatebook.yaml'), 'gatebook: v1\napprovers: allowed_signers\n');
  const engaged = { scope: 'production', reason: 'x', by: 'ana', run: null, escalate: null } as const;
  const wrong = { run, escalate: 'SG_3', at: '2026-11-21T12:00:00.000Z' };
  await controls.engage({ ...engaged, ...wrong });
  await controls.engage({ ...engaged, at: '2026-11-21T13:00:00.000Z' });
  await controls.engage({ ...engaged, scope: 'rehearsal', at: '2026-11-21T14:00:00.000Z' });
  const key = join(folder, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const signer = `bo ${await readFile(`${key}.pub`, 'utf8')}`;
  await writeFile(join(folder, 'allowed_signers'), signer, { mode: 0o644 });
  const left: (readonly string[])[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    if (String(text).startsWith('released'))
      left.push(readdirSync(join(path, 'controls')).filter((name) => name.startsWith('kill-switch')));
    return true;
  });
  expect(await enableCommand({ state: path, as: 'bo', key: join(folder, 'no key') })).toBe(4);
  const statement = join(folder, 'malformed');
  await writeFile(statement, '{{');
  expect(await enableCommand({ state: path, statement })).toBe(3);
  await writeFile(`${statement}.sig`, 'x');
  expect(await enableCommand({ state: path, statement })).toBe(3);
  expect(await enableCommand({ state: path, as: 'bo', key })).toBe(0);
  expect(left).toEqual([
    expect.arrayContaining([`kill-switch.production.${run}`, 'kill-switch.rehearsal']),
    [`kill-switch.production.${run}`],
    [],
  ]);
});
