import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFiles } from '../../src/adapters/files/index.js';
import { createGpg } from '../../src/adapters/gpg/index.js';
import { createProcesses } from '../../src/adapters/process/index.js';
import type { Fingerprint } from '../../src/base/ids.js';
import { err, ok } from '../../src/base/result.js';
import { createRedactor } from '../../src/journal/redact.js';
import type { ActionContext, LedgerEntry, LiveKey, LiveTarget } from '../../src/kinds/executor.js';
import type { TargetDeclaration } from '../../src/model/runbook.js';
import type { Processes } from '../../src/ports/process.js';
import type { ConnectionParts } from '../../src/ports/postgres.js';
import type { World } from './server.js';
import { sessionSpec } from './server.js';

export interface Run {
  readonly folder: string;
  readonly entries: Map<string, LedgerEntry>;
  readonly context: ActionContext;
  readonly addTarget: (name: string, connection: ConnectionParts, via?: 'url' | 'sandbox') => void;
  readonly addKey: (key: LiveKey) => void;
  readonly close: () => Promise<void>;
}

/** A keyring as an operator has it, with one key in it. */
export async function operatorKeyring(
  options: {
    readonly passphrase?: string;
    readonly expired?: boolean;
    readonly name?: string;
    readonly createdAt?: string;
  } = {},
) {
  const home = await mkdtemp(join(tmpdir(), 'gbk-'));
  const gpg = (...args: string[]) =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--no-tty', ...args], { stdio: 'pipe' }).toString();
  const name = options.name ?? 'operator <backup@example.org>';
  const protect = ['--pinentry-mode', 'loopback', '--passphrase', options.passphrase ?? ''];
  const createdAt = options.expired === true ? '20200101T000000' : options.createdAt;
  const when = createdAt === undefined ? [] : ['--faked-system-time', createdAt];
  const expires = options.expired === true ? '1d' : 'never';
  gpg(...protect, ...when, '--quick-gen-key', name, 'future-default', 'default', expires);
  const listed = gpg('--with-colons', '--list-keys');
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] as Fingerprint;
  const close = async () => {
    execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  return { home, fingerprint, gpg, close };
}

/** A run over real processes, files, gpg and PostgreSQL; its ledger is a map. */
export async function openRun(
  world: World,
  changes: Partial<ActionContext> = {},
  path?: string,
): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'gbr-'));
  const at = (name: string) => join(folder, name);
  for (const name of ['work', 'logs', 'kept', 'home']) await mkdir(at(name), { mode: 0o700 });
  const ownPath = { mode: 'process-group' as const, home: at('home'), redactor: createRedactor() };
  const processes: Processes = path === undefined ? world.processes : createProcesses({ ...ownPath, path });
  const targets = new Map<string, LiveTarget>();
  const keys = new Map<string, LiveKey>();
  const entries = new Map<string, LedgerEntry>();
  const change = (id: string, entry: Partial<LedgerEntry>) => {
    const old = entries.get(id);
    if (old) entries.set(id, { ...old, ...entry });
    return Promise.resolve();
  };
  const gpg = createGpg(processes);
  const context = {
    run: {
      ...{
        id: '20260516T233317Z-1a2b',
        mode: 'live',
        date: '2026-05-16',
        startedAt: '2026-05-16T23:33:17.000Z',
      },
      ...{ work: at('work'), logs: at('logs'), artifacts: at('artifacts/run'), kept: at('kept') },
      ...{ project: folder, gatebook: 'gatebook' },
    },
    clock: { now: () => new Date().toISOString(), monotonicMs: () => performance.now() },
    signal: new AbortController().signal,
    timeoutMs: 60_000,
    label: 'C-02',
    as: 'backup',
    artifactDurability: () => 'kept',
    processes,
    files: createFiles(),
    gpg,
    postgres: world.postgres,
    target: (name: string) => {
      const target = targets.get(name);
      return target ? ok(target) : err({ code: 'TARGET_NOT_STARTED', message: name });
    },
    key: (name: string) => {
      const key = keys.get(name);
      return key ? ok(key) : err({ code: 'KEY_UNSET', message: name });
    },
    redact: (text: string) => text,
    progress: () => undefined,
    ledger: {
      entries: () => [...entries.values()],
      intend: (entry: Omit<LedgerEntry, 'resource' | 'state'>) => {
        const resource = `R-${entries.size + 1}`;
        entries.set(resource, { ...entry, resource, state: 'intended' });
        return Promise.resolve(resource);
      },
      created: (id: string, handle: LedgerEntry['handle']) => change(id, { state: 'created', handle }),
      kept: (id: string, handle: LedgerEntry['handle']) => change(id, { state: 'kept', handle }),
      destroyed: (id: string) => change(id, { state: 'destroyed' }),
    },
    ...changes,
  } as unknown as ActionContext;
  return {
    folder,
    entries,
    context,
    addTarget(name, connection, via = 'url') {
      const postgres = via === 'url' ? { via, url: 'postgresql://x' } : { via, engine: 'auto' };
      const access = via === 'url' ? 'read' : 'write';
      targets.set(name, {
        name,
        declaration: { postgres, access, production: false } as TargetDeclaration,
        ...{ standIn: false, engine: 'local', connection },
        open: (purpose) => {
          const settings = purpose?.settings && { settings: purpose.settings };
          return world.postgres.open(sessionSpec(connection, { signal: context.signal, ...settings }));
        },
      });
    },
    addKey: (key) => void keys.set(key.name, key),
    async close() {
      for (const entry of entries.values())
        if (entry.kind === 'gpg.home') await gpg.removeHome(String(entry.handle['path']));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
