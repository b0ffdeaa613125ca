import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFiles } from '../../src/adapters/files/index.js';
import { createProcesses } from '../../src/adapters/process/index.js';
import { createScanner } from '../../src/adapters/scan/index.js';
import type { RunId, Sha256 } from '../../src/base/ids.js';
import { err, ok } from '../../src/base/result.js';
import type { Value } from '../../src/base/value.js';
import { createRedactor } from '../../src/journal/redact.js';
import type { ActionContext, LedgerEntry, LiveTarget } from '../../src/kinds/executor.js';
import { ownedFrom } from '../../src/kinds/owned.js';

const absent = () => {
  throw new Error('this kind has no business here');
};

/** A context with real files, processes and scanner, and a ledger in memory. */
export function kindContext(overrides: Partial<ActionContext> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'gb-kind-'));
  const folder = (name: string) => {
    mkdirSync(join(root, name), { mode: 0o700 });
    return join(root, name);
  };
  const files = createFiles();
  const redactor = createRedactor();
  const entries: LedgerEntry[] = [];
  const log: string[] = [];
  const scripts = new Map<string, string>();
  const targets = new Map<string, LiveTarget>();
  const update = (resource: string, change: Partial<LedgerEntry>) => {
    const at = entries.findIndex((e) => e.resource === resource);
    const entry = entries[at];
    if (entry) entries[at] = { ...entry, ...change };
    log.push(`${change.state} ${entry?.name}`);
    return Promise.resolve();
  };
  const context: ActionContext = {
    run: {
      id: 'run' as RunId,
      mode: 'live',
      date: '2026-01-01',
      startedAt: '2026-01-01T00:00:00.000Z',
      startedMonotonicMs: 0,
      work: folder('work'),
      logs: folder('logs'),
      artifacts: join(root, 'artifacts'),
      bundle: folder('bundle'),
      kept: join(root, 'bundle', 'kept'),
      project: folder('project'),
      gatebook: '/nonexistent',
    },
    clock: { now: () => new Date().toISOString(), monotonicMs: () => performance.now() },
    signal: new AbortController().signal,
    timeoutMs: 10_000,
    label: 'C-01',
    processes: createProcesses({ mode: 'process-group', home: folder('home'), redactor }),
    files,
    gpg: new Proxy({}, { get: absent }) as ActionContext['gpg'],
    postgres: new Proxy({}, { get: absent }) as ActionContext['postgres'],
    docker: new Proxy({}, { get: absent }) as ActionContext['docker'],
    sandboxes: new Proxy({}, { get: absent }) as ActionContext['sandboxes'],
    sandboxRequest: absent,
    target: (name) => {
      const target = targets.get(name);
      return target ? ok(target) : err({ code: 'TARGET_NOT_STARTED', message: name });
    },
    key: absent,
    protectedNames: absent,
    disableLevels: absent,
    isSet: (name) => name === 'IS_SET',
    redact: redactor.redact,
    scan: createScanner(files, redactor),
    pinned: (path) => {
      const content = scripts.get(path);
      if (content === undefined) return undefined;
      return { sha256: sha256(content), content: Buffer.from(content) };
    },
    as: undefined,
    artifactDurability: () => 'kept',
    ledger: {
      entries: () => entries,
      intend: (entry) => {
        const resource = `R-${entries.length + 1}`;
        entries.push({ ...entry, resource, state: 'intended' });
        log.push(`intended ${entry.name}`);
        return Promise.resolve(resource);
      },
      created: (resource, handle) => update(resource, { state: 'created', handle }),
      kept: (resource, handle) => update(resource, { state: 'kept', handle }),
      destroyed: (resource) => update(resource, { state: 'destroyed' }),
    },
    progress: () => undefined,
    provide: absent,
    destroy: (entry) => {
      const owned = ownedFrom(entry.handle);
      return owned ? files.remove(owned) : Promise.resolve(err({ code: 'X', message: 'not a file' }));
    },
    addSecret: redactor.add,
    confirm: () => Promise.resolve(err({ code: 'NO_TERMINAL', message: 'no terminal' })),
    ...overrides,
  };
  return {
    context,
    root,
    entries,
    log,
    scripts,
    targets,
    redactor,
    done: () => rmSync(root, { recursive: true }),
  };
}

export const sha256 = (text: string): Sha256 => createHash('sha256').update(text).digest('hex') as Sha256;

/** What an earlier action gave, as an expression hands it on to the next; unchecked. */
export const handedOn = <Args>(value: Value | undefined): Args => value as Args;
