import { err, ok } from '../../src/base/result.js';
import type { Result } from '../../src/base/result.js';
import { valueMap } from '../../src/base/value.js';
import { Cancellation } from '../../src/execute/cancellation.js';
import type { Execution, World } from '../../src/execute/context.js';
import { executeDryRun } from '../../src/execute/dry-run.js';
import { Recorder } from '../../src/execute/state/recorder.js';
import { recoverRun } from '../../src/execute/recover.js';
import { executeRun } from '../../src/execute/run.js';
import type { Ended } from '../../src/execute/run.js';
import { Scope } from '../../src/execute/scope/scope.js';
import { apply, initialState } from '../../src/execute/state/state.js';
import type { RunState } from '../../src/execute/state/state.js';
import { Targets } from '../../src/execute/scope/targets.js';
import { openJournal } from '../../src/journal/append.js';
import { readJournal } from '../../src/journal/read.js';
import type { ReadJournal } from '../../src/journal/read.js';
import type { RunFacts } from '../../src/kinds/executor.js';
import type { RunId } from '../../src/base/ids.js';
import type { Binding } from '../../src/model/binding.js';
import type { Cause, JournalRecord, RunEvent } from '../../src/model/event.js';
import { outline } from '../../src/plan/index.js';
import type { AppendFile } from '../../src/ports/append-file.js';
import type { Files } from '../../src/ports/files.js';
import type { PgProblem, Rows, SessionSpec } from '../../src/ports/postgres.js';
import { planOf } from './plan.js';

type Answer = Promise<Result<Rows, PgProblem>>;
/** What a statement does: its text is looked up here. */
type Server = (statement: string, signal: AbortSignal, target: string) => Answer;

export interface Stage {
  readonly execution: Execution;
  /** Every statement that reached a server, in order. */
  readonly statements: string[];
  /** Names of the targets to which a session was opened. */
  readonly sessions: string[];
  readonly destroyed: string[];
  /** Why the run engaged the kill switch, each time. */
  readonly engaged: Parameters<World['engageKillSwitch']>[0][];
  readonly journal: MemoryFile;
  readonly patience: AbortController;
  readonly run: () => Promise<Ended>;
  /** As `gatebook teardown` goes on with a run whose runner died after this many records. */
  readonly recover: (records: number) => Promise<{ readonly ended: Ended; readonly again: Stage }>;
  readonly abort: (cause?: Partial<Cause>) => void;
  readonly events: () => readonly JournalRecord[];
  /** The state that the journal alone gives. */
  readonly rebuilt: () => RunState;
}

/** A journal's file in memory, on a disk of this many bytes and a reserve. */
export class MemoryFile implements AppendFile {
  text = '';
  /** What of it is on the disk: all of it as it was at the last sync. */
  synced = '';
  room: number;
  syncFails = false;
  constructor(
    room = Number.POSITIVE_INFINITY,
    private readonly reserve = 0,
  ) {
    this.room = room;
  }
  append = (text: string): void => {
    if (this.text.length + text.length > this.room) throw new Error('ENOSPC: no space left');
    this.text += text;
  };
  sync = (): Promise<void> => {
    if (this.syncFails) return Promise.reject(new Error('EIO'));
    this.synced = this.text;
    return Promise.resolve();
  };
  releaseReserve = (): Promise<void> => {
    this.room += this.reserve;
    return Promise.resolve();
  };
  close = (): Promise<void> => Promise.resolve();
}

const rows = (rowCount: number): Result<Rows, never> => ok({ rows: [], rowCount, command: 'SELECT' });
const sqlError = (sqlstate: string): Result<never, PgProblem> =>
  err({ code: 'SQL_ERROR', sqlstate, message: `the server says ${sqlstate}` });

const otherCluster: PgProblem = { code: 'IDENTITY_MISMATCH', message: 'another cluster' };

/** `ok`, `none` (a gate on row_count fails), `error`, `mismatch`, `hang` until it is cancelled, `slow`: 30 ms. */
const scripted: Server = (statement, signal) => {
  const word = /'([a-z]+)/.exec(statement)?.[1];
  switch (word) {
    case 'none':
      return Promise.resolve(rows(0));
    case 'error':
      return Promise.resolve(sqlError('42501'));
    case 'mismatch':
      return Promise.resolve(err(otherCluster));
    case 'slow':
      return new Promise((resolve) => setTimeout(() => resolve(rows(1)), 30));
    case 'hang':
      return new Promise((resolve) => {
        const cancelled = (): void => resolve(err({ code: 'CANCELLED', message: 'cancelled' }));
        if (signal.aborted) cancelled();
        else signal.addEventListener('abort', cancelled, { once: true });
      });
    default:
      return Promise.resolve(rows(1));
  }
};

/** What a server says of a transaction that was read-only to its end. */
const readOnlyTransaction: Result<Rows, never> = ok({
  rows: [{ read_only: 'on', mark: '1' }],
  rowCount: 1,
  command: 'SELECT',
});

interface StageOptions {
  readonly permission?: World['permission'];
  readonly switchFails?: boolean;
  /** Target `a` is production, and writable. */
  readonly production?: boolean;
  readonly server?: Server;
  /** The statement at which a session's connection is lost. */
  readonly lostAt?: string;
  /** Name of the target at which each session finds another cluster than it must. */
  readonly elsewhere?: string;
  readonly journal?: MemoryFile;
  readonly mode?: RunFacts['mode'];
  readonly destroy?: World['destroy'];
  readonly endSessions?: World['postgres']['endSessions'];
  readonly scan?: World['scan'];
  readonly redact?: World['redact'];
  /** What else the run was bound to, and can't reach from here. */
  readonly bound?: Binding['targets'];
  /** The journal, in the file already, of the run to go on with. */
  readonly past?: boolean;
  /** Called with each event once it is recorded. */
  readonly watch?: (event: RunEvent, stage: Stage) => void;
}

const never = (): never => {
  throw new Error('the interpreter must not ask for this');
};
const untouched = <T extends object>(): T => new Proxy({}, { get: never }) as T;

/** An execution of this runbook on servers, files and a journal that live in memory. Targets `a` and `b` are there. */
export async function stage(body: string, options: StageOptions = {}): Promise<Stage> {
  const sandboxes = `targets:\n  a: {postgres: {sandbox: {}}, access: write, production: ${options.production === true}}\n  b: {postgres: {sandbox: {}}, access: write}\n`;
  const plan = await planOf(sandboxes + body);
  const statements: string[] = [];
  const sessions: string[] = [];
  const destroyed: string[] = [];
  const engaged: Parameters<World['engageKillSwitch']>[0][] = [];
  const patience = new AbortController();
  const server = options.server ?? scripted;
  const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() };
  const world: World = {
    ...untouched<World>(),
    clock,
    files: memoryFiles(),
    postgres: {
      open: ({ connection, signal }: SessionSpec) => {
        sessions.push(connection.database);
        if (connection.database === options.elsewhere) return Promise.resolve(err(otherCluster));
        let lost = false;
        return Promise.resolve(
          ok({
            backendPid: 1,
            query: (text: string) => {
              lost ||= text === options.lostAt;
              if (lost) return Promise.resolve(err({ code: 'CONNECTION_LOST', message: 'it is gone' }));
              if (/^(BEGIN|COMMIT|ROLLBACK|SELECT pg_catalog)/.test(text))
                return Promise.resolve(readOnlyTransaction);
              statements.push(text);
              return server(text, signal, connection.database);
            },
            script: never,
            cancel: never,
            close: () => Promise.resolve(),
          }),
        );
      },
      endSessions: options.endSessions ?? (() => Promise.resolve(ok(0))),
    } as unknown as World['postgres'],
    scan: options.scan ?? (() => Promise.resolve(ok({ hits: [], filesScanned: 0 }))),
    isSet: () => false,
    redact: options.redact ?? ((text) => text),
    addSecret: () => undefined,
    pinned: () => undefined,
    confirm: never,
    permission: options.permission ?? (() => Promise.resolve(null)),
    engageKillSwitch: (why) => {
      engaged.push(why);
      return Promise.resolve(
        options.switchFails === true ? err({ code: 'STATE_IO', message: 'full' }) : ok(true),
      );
    },
    destroy:
      options.destroy ??
      ((entry) => {
        destroyed.push(entry.name);
        return Promise.resolve(ok('gone'));
      }),
  };
  const facts: RunFacts = {
    id: 'run-1' as RunId,
    mode: options.mode ?? 'live',
    date: '2026-01-01',
    startedAt: '2026-01-01T00:00:00.000Z',
    startedMonotonicMs: clock.monotonicMs(),
    bundle: '/bundle',
    work: '/run-work',
    logs: '/bundle/logs',
    artifacts: '/artifacts',
    kept: '/bundle/kept',
    project: '/project',
    gatebook: '/gatebook',
  };
  const journal = options.journal ?? new MemoryFile();
  const sketch = outline(plan);
  const read = (): ReadJournal => {
    const found = readJournal(Buffer.from(journal.text));
    if (!found.ok) throw new Error(found.error.message);
    return found.value;
  };
  const folded = (): RunState => {
    const state = initialState(sketch);
    for (const event of read().records) apply(state, event);
    return state;
  };
  const past = options.past === true ? read() : undefined;
  const note = (type: 'abort' | 'cause_added') => (cause: Cause) => void recorder.record({ type, cause });
  const cancellation = new Cancellation(note('abort'), note('cause_added'));
  const recorder = new Recorder(
    openJournal(journal, clock, (text) => text, past?.end),
    folded(),
    (event) => options.watch?.(event, staged),
    (message) =>
      cancellation.abort({ kind: 'journal', code: 'JOURNAL_UNWRITABLE', command: null, gate: null, message }),
  );
  const empty = valueMap([]);
  const scope = new Scope({ params: plan.params, data: plan.data, run: empty, secrets: empty, keys: empty });
  const targets = new Targets(plan.targets, options.bound ?? {}, world.postgres, never);
  for (const name of ['a', 'b'])
    targets.provide(name, { connection: { host: 'memory', port: 1, database: name, user: 'u' } });
  const execution: Execution = {
    ...{ plan, facts, world, recorder, scope, targets, keys: new Map(), cancellation },
    progress: () => undefined,
  };
  const events = (): readonly JournalRecord[] => read().records;
  const staged: Stage = {
    ...{ execution, statements, sessions, destroyed, engaged, journal, patience, events },
    async run() {
      await recorder.record({
        ...{
          type: 'run_planned',
          run: facts.id as RunId,
          gatebook: '0',
          renderer: 1,
          mode: facts.mode,
          outline: sketch,
        },
        ...{
          plan_digest: '',
          binding_digest: '',
          host: 'h',
          operator: 'o',
          containment: 'c',
          params: {},
          approvals: [],
        },
      });
      return facts.mode === 'dry-run'
        ? executeDryRun(execution, null)
        : executeRun(execution, { signal: patience.signal });
    },
    abort: (cause) =>
      cancellation.abort({
        kind: 'signal',
        code: 'SIGINT',
        command: null,
        gate: null,
        message: '',
        signal: 2,
        ...cause,
      }),
    rebuilt: folded,
    async recover(records) {
      const file = new MemoryFile();
      file.text = journal.text
        .split('\n')
        .slice(0, records)
        .map((line) => `${line}\n`)
        .join('');
      const again = await stage(body, { ...options, journal: file, past: true });
      const ended = await recoverRun(
        again.execution,
        { operator: 'o', host: 'h' },
        { signal: again.patience.signal },
      );
      return { ended, again };
    },
  };
  return staged;
}

/** Folders that are made and taken away without there being any. */
function memoryFiles(): Files {
  let made = 0;
  return {
    ...untouched<Files>(),
    nonce: () => `nonce-${++made}`,
    stageFolder: (path, nonce) =>
      Promise.resolve(ok({ type: 'folder', path, nonce, device: '1', inode: String(made) })),
    publish: () => Promise.resolve(ok(null)),
    remove: () => Promise.resolve(ok('gone')),
  } as Files;
}
