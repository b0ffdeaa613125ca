import { dirname, join } from 'node:path';
import { temporaryAdvice } from '../../adapters/temporary.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Bound } from '../../bind/index.js';
import type { Execution } from '../../execute/context.js';
import { ledgerFor } from '../../execute/state/ledger.js';
import { JournalError } from '../../journal/append.js';
import type { LiveKey } from '../../kinds/executor.js';
import { makeOwned } from '../../kinds/owned.js';
import { startRecorded } from '../../kinds/postgres/start-recorded.js';
import type { PostgresTarget, TargetDeclaration } from '../../model/runbook.js';
import type { Problem } from '../../text/problem.js';
import type { Claim, Unready } from '../targets/claim.js';
import { claimLive } from '../targets/claim.js';
import { protectedStandIns } from './protected.js';

const standInMs = 120_000;

/** What `prepare` needs beside the execution. */
export interface Preparation {
  readonly bound: Bound;
  readonly keys: Map<string, LiveKey>;
  readonly seed: (path: string) => string | Uint8Array | undefined;
  /** A dry run without the approvals that are declared opens no session on production. */
  readonly withheld: boolean;
}

/**
 * Everything that has to stand before C-01: the private folder, stand-ins, keys in homes of their own, and for
 * each live target a session whose identity was asserted and which holds the claim on it until the end.
 */
export async function prepare(
  execution: Execution,
  preparation: Preparation,
): Promise<Result<readonly Claim[], Unready>> {
  const held: Claim[] = [];
  const ready = await prepareAll(execution, preparation, held).catch(unwritten);
  if (ready.ok) return ok(held);
  await Promise.all(held.map(({ session }) => session.close()));
  return ready;
}

async function prepareAll(
  execution: Execution,
  preparation: Preparation,
  held: Claim[],
): Promise<Result<null, Unready>> {
  const folder = await folders(execution);
  if (!folder.ok) return environment(folder.error);
  for (const [name, declaration] of Object.entries(execution.plan.targets)) {
    if (execution.cancellation.signal.aborted) break;
    const { targets, sandbox } = preparation.bound.binding;
    const bound = targets[name];
    // Which engine it will be is known before it is started, so that guards can go by it.
    if (declaration.postgres.via === 'sandbox' && sandbox !== null)
      execution.scope.setTarget(name, { engine: bound?.engine ?? sandbox.engine });
    if ((bound?.via !== 'url' && bound?.via !== 'docker') || (preparation.withheld && declaration.production))
      continue;
    const ready = bound.standIn
      ? await startStandIn(execution, name, declaration, preparation)
      : await claimLive(execution, name, preparation.bound, held);
    if (!ready.ok) return ready;
  }
  const standIns = await protectedStandIns(execution, preparation.bound.binding);
  if (!standIns.ok) return environment(standIns.error);
  for (const name of Object.keys(execution.plan.keys)) {
    if (execution.cancellation.signal.aborted) break;
    const key = await prepareKey(execution, name, preparation);
    if (!key.ok) return environment(key.error);
    preparation.keys.set(name, key.value);
    execution.scope.set('keys', { [name]: { fingerprint: key.value.fingerprint } });
  }
  return ok(null);
}

const environment = (problem: Problem): Result<never, Unready> => err({ ...problem, exit: 4 });

/** No bug of ours: the run has been told to stop already, and takes down what it made so far. */
function unwritten(error: unknown): Result<never, Unready> {
  if (!(error instanceof JournalError)) throw error;
  return environment({ code: 'JOURNAL_UNWRITABLE', message: error.message });
}

/** Where a runbook's programs may write: what is gone after the run, and what is kept. A dry run keeps nothing. */
async function folders(execution: Execution): Promise<Result<unknown, Problem>> {
  const { artifacts, mode } = execution.facts;
  const work = await workFolder(execution);
  if (!work.ok || mode === 'dry-run') return work;
  return execution.world.files.ensureFolder(artifacts, dirname(dirname(artifacts)));
}

async function workFolder(execution: Execution): Promise<Result<unknown, Problem>> {
  const { files } = execution.world;
  const { work } = execution.facts;
  const ledger = ledgerFor(execution.recorder, null);
  const stage = (nonce: string) => files.stageFolder(work, nonce);
  const made = await makeOwned(
    { type: 'folder', resource: 'folder', name: 'work', path: work, durability: 'ephemeral', stage },
    { files, ledger },
  );
  if (!made.ok) return err({ ...made.error, next: made.error.next ?? temporaryAdvice });
  return files.ensureFolder(join(work, 'home'), work);
}

async function startStandIn(
  execution: Execution,
  name: string,
  declaration: TargetDeclaration,
  { seed }: Preparation,
): Promise<Result<null, Unready>> {
  const { sandboxes } = execution.world;
  if (!('embedded' in declaration.postgres)) {
    return environment({ code: 'NO_STAND_IN', message: `target ${name} declares no stand-in` });
  }
  const { embedded } = declaration.postgres;
  const seeds: { readonly name: string; readonly sql: string | Uint8Array }[] = [];
  for (const path of embedded.seed) {
    const sql = seed(path);
    if (sql === undefined)
      return environment({
        code: 'SEED_FAILED',
        message: `the seed ${path} of ${name} is not part of the plan`,
      });
    seeds.push({ name: path, sql });
  }
  const database = declaration.identity?.database;
  const started = await startRecorded(
    { sandboxes, ledger: ledgerFor(execution.recorder, null) },
    { kind: 'postgres.stand-in', name },
    {
      database: typeof database === 'string' ? database : databaseOf(declaration.postgres),
      seed: seeds,
      sessionsAs: embedded.user === undefined ? 'reader' : { role: embedded.user },
      timeoutMs: standInMs,
      signal: execution.cancellation.signal,
    },
  );
  if (!started.ok)
    return environment({
      ...started.error,
      message: `the stand-in of ${name} could not be started: ${started.error.message}`,
    });
  const { connection, systemIdentifier } = started.value;
  execution.targets.provide(name, { connection, systemIdentifier });
  execution.scope.setTarget(name, {
    identity: { system_identifier: systemIdentifier, database: connection.database },
    engine: 'local',
  });
  return ok(null);
}

/** What its sessions are for where its identity doesn't say. */
const databaseOf = (postgres: PostgresTarget): string =>
  postgres.via === 'docker' ? postgres.database : 'postgres';

async function prepareKey(
  execution: Execution,
  name: string,
  { bound }: Preparation,
): Promise<Result<LiveKey, Problem>> {
  const declared = bound.binding.keys[name];
  const fingerprint = declared?.fingerprint ?? null;
  const standIn = declared?.standIn === true;
  const generated = execution.plan.keys[name]?.via === 'generate' || (standIn && fingerprint === null);
  if (!generated && (standIn || fingerprint === null))
    return ok({ name, fingerprint, standIn, home: null, operatorHome: null });

  const { gpg, files } = execution.world;
  const { signal } = execution.cancellation;
  const ledger = ledgerFor(execution.recorder, null);
  const home = gpg.homePath(execution.facts.work, files.nonce());
  const resource = await ledger.intend({
    kind: 'gpg.home',
    name: `key ${name}`,
    durability: 'ephemeral',
    handle: { path: home },
  });
  const made = await gpg.createHome(home);
  if (!made.ok) return made;
  await ledger.created(resource, { path: home });
  if (generated) {
    const key = await gpg.generate(`gatebook ${name} ${execution.facts.id}`, home, signal);
    return key.ok ? ok({ name, fingerprint: key.value.fingerprint, standIn, home, operatorHome: null }) : key;
  }
  const operatorHome = declared?.home ?? '';
  const key = await gpg.importDeclared(fingerprint ?? '', operatorHome, home, signal);
  if (key.ok) return ok({ name, fingerprint: key.value.fingerprint, standIn, home, operatorHome });
  // That it isn't there is for a gate to observe, and for a backup to refuse.
  if (key.error.code === 'KEY_NOT_IN_KEYRING')
    return ok({ name, fingerprint, standIn, home: null, problem: key.error, operatorHome });
  return key;
}
