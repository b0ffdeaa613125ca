import { dirname } from 'node:path';
import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import { counted, duration, shortFingerprint, size } from '../../../base/words.js';
import type { Session } from '../../../ports/postgres.js';
import type { Filled } from '../../../ports/files.js';
import type { ProgramSpec } from '../../../ports/process.js';
import type { ActionContext, ActionExecutor, ActionResult, KindProblem, LiveTarget } from '../../executor.js';
import { ask } from '../../postgres/ask.js';
import type { Content } from '../../postgres/content/capture.js';
import { beginCapture, finishCapture } from '../../postgres/content/capture.js';
import { libpqEnvironment, libpqKeepAlive } from '../../postgres/libpq.js';
import { everyMember, writingProblem } from '../../postgres/pipeline.js';
import { lockTimeout } from '../../postgres/lock-timeout.js';
import { lockRelations } from '../../postgres/content/relations.js';
import { writeRecord } from '../../postgres/record.js';
import type { SequenceState } from '../../postgres/content/sequences.js';
import { captureSequences } from '../../postgres/content/sequences.js';
import { suiting } from '../../postgres/server-major.js';
import { withOwnSession } from '../../postgres/with-session.js';
import type { Artifact } from './artifact.js';
import { artifactName, beginArtifact } from './artifact.js';
import type { DumpPrograms } from './programs.js';
import { choosePrograms } from './programs.js';
import type { Recipients } from './recipients.js';
import { prepareRecipients } from './recipients.js';
import type { Args } from './schema.js';
import { advised } from './advised.js';
import type { DumpScope } from './scope.js';
import { resolveScope, selectionOf } from './scope.js';
import type { Snapshot } from './snapshot.js';
import { takeSnapshot } from './snapshot.js';

/** Everything that is settled before a byte is read. */
interface Prepared {
  readonly args: Args;
  readonly target: LiveTarget;
  /** How libpq's programs reach it. */
  readonly env: Readonly<Record<string, string>>;
  readonly recipients: Recipients;
  readonly programs: DumpPrograms;
}
/** The session holds the snapshot, and the artifact is open. */
interface Work extends Prepared {
  readonly snapshot: Snapshot;
  readonly scope: DumpScope;
  readonly artifact: Artifact;
}
interface Dumped extends Filled {
  readonly content: Content;
  readonly heldMs: number;
}

export const execute: ActionExecutor<Args> = async (args, context) => {
  const target = context.target(args.target);
  if (!target.ok) return target;
  const programs = await choosePrograms(context, args);
  if (!programs.ok) return programs;
  const application = `gatebook/${context.run.id}/${context.label}`;
  const env = await libpqEnvironment(context, target.value.connection, application);
  if (!env.ok) return env;
  const recipients = await prepareRecipients(context, args);
  if (!recipients.ok) return recipients;
  const prepared = {
    env: env.value,
    args,
    target: target.value,
    recipients: recipients.value,
    programs: programs.value,
  };
  // The exporter waits while pg_dump works: no timeout for idleness may end it.
  // The hashes are made beside the dump: a share of one core, neither the dump's nor a compiler's.
  const settings = {
    idle_in_transaction_session_timeout: '0',
    max_parallel_workers_per_gather: '0',
    jit: 'off',
  };
  return withOwnSession(
    context,
    args.target,
    async (session) => {
      const suited = await suiting(context, session);
      return suited.ok ? backUp(suited.value, prepared, session) : suited;
    },
    { settings },
  );
};

async function backUp(
  context: ActionContext,
  prepared: Prepared,
  session: Session,
): Promise<Result<ActionResult, KindProblem>> {
  const selection = selectionOf(prepared.args);
  if (!selection.ok) return selection;
  const snapshot = await takeSnapshot(context, session, selection.value);
  if (!snapshot.ok) return snapshot;
  const scope = await resolveScope(session, prepared.args);
  if (!scope.ok) return scope;
  const name = artifactName(context, {
    target: prepared.args.target,
    database: prepared.target.connection.database,
    extension: prepared.programs.extension,
    ...(prepared.args.to !== undefined && { to: prepared.args.to }),
  });
  if (!name.ok) return name;
  const artifact = await beginArtifact(context, name.value);
  if (!artifact.ok) return artifact;
  const work = { ...prepared, snapshot: snapshot.value, scope: scope.value, artifact: artifact.value };
  const dumped = await dumpAndPublish(context, work);
  if (!dumped.ok) {
    await artifact.value.discard();
    return err(advised(dumped.error));
  }
  return report(context, work, dumped.value);
}

async function dumpAndPublish(context: ActionContext, work: Work): Promise<Result<Dumped, KindProblem>> {
  const { snapshot, scope, artifact } = work;
  const begun = await beginCapture(snapshot.session, scope.selection);
  if (!begun.ok) return begun;
  const locked = await lockRelations(snapshot.session, begun.value.relations);
  if (!locked.ok) return locked;
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const failures: KindProblem[] = [];
  const ending =
    (other: () => void) =>
    <T>(result: Result<T, KindProblem>): Result<T, KindProblem> => {
      if (!result.ok) {
        failures.push(result.error);
        other();
      }
      return result;
    };
  // Counted and hashed in the dump's own snapshot, while pg_dump reads it; what fails first ends the other.
  const [piped, content] = await Promise.all([
    runDump({ ...context, signal }, work).then(ending(() => snapshot.session.cancel())),
    finishCapture(snapshot.session, scope.selection, begun.value).then(ending(() => stop.abort())),
  ]);
  // While they are still locked: what waited to drop one does it with the COMMIT.
  const sequencesAfter = await sequencesOf(snapshot.session, scope, content);
  const lost = await ask(snapshot.session, 'COMMIT');
  const heldMs = context.clock.monotonicMs() - snapshot.takenAtMs;
  if (!lost.ok && lost.error.code === 'CONNECTION_LOST')
    return err({
      code: 'SNAPSHOT_LOST',
      message: `the session that held the snapshot ended: ${lost.error.message}`,
    });
  const [why] = failures;
  if (!content.ok) return err(why ?? content.error);
  if (!piped.ok) return err(why ?? piped.error);
  if (!lost.ok) return lost;
  const { home, all } = work.recipients;
  const recipients = await context.gpg.checkRecipients(piped.value.head, home, all, context.signal);
  if (!recipients.ok) return recipients;
  if (!sequencesAfter.ok) return sequencesAfter;
  const recorded = await writeRecord(context, {
    artifact: piped.value.sha256,
    selection: scope.selection,
    format: work.programs.format,
    packing: work.programs.packing,
    content: content.value,
    sequencesAfter: sequencesAfter.value,
    key: work.args.encrypt.key,
    proof: work.recipients.proof,
  });
  if (!recorded.ok) return recorded;
  const published = await artifact.publish();
  return published.ok ? ok({ ...published.value, content: content.value, heldMs }) : published;
}

async function runDump(
  context: ActionContext,
  { env, recipients, programs, snapshot, scope, artifact }: Work,
): Promise<Result<Filled, KindProblem>> {
  const dump: ProgramSpec = {
    argv: [
      ...([
        'pg_dump',
        '--no-password',
        `--dbname=${libpqKeepAlive}`,
        `--snapshot=${snapshot.id}`,
        `--lock-wait-timeout=${lockTimeout(context.timeoutMs)}`,
      ] as const),
      ...programs.dumpOptions,
      ...scope.options,
    ],
    env,
  };
  const encrypt = context.gpg.encrypt(recipients.home, recipients.all);
  const received = await artifact.receive(async (output) => {
    const ends = await context.processes.pipeline(
      programs.packer ? [dump, programs.packer, encrypt] : [dump, encrypt],
      { output },
      { timeoutMs: context.timeoutMs, signal: context.signal },
    );
    return ends.ok ? everyMember(ends.value) : ends;
  });
  if (!received.ok) return err(writingProblem(received.error, dirname(artifact.path)));
  // The smallest message that holds anything is longer than its session keys.
  if (received.value.sizeBytes < 256)
    return err({
      code: 'PIPELINE_FAILED',
      message: 'the pipeline ended well, but hardly a byte came out of it',
    });
  return received;
}

/** Where the sequences of the scope stand now that it is dumped. */
const sequencesOf = async (
  session: Session,
  { selection }: DumpScope,
  content: Result<Content, KindProblem>,
): Promise<Result<readonly SequenceState[], KindProblem>> =>
  content.ok
    ? captureSequences(session, {
        relations: selection.tables === null ? null : content.value.relations,
        ...(selection.schemas && { schemas: selection.schemas }),
      })
    : content;

function report(
  context: ActionContext,
  { recipients, snapshot, artifact }: Work,
  { sha256, sizeBytes, content, heldMs }: Dumped,
): Result<ActionResult, KindProblem> {
  const rows = content.tables.reduce((sum, t) => sum + t.count, 0);
  const proof = recipients.proof ? ' and to a key of this run, for the proof' : '';
  context.progress({ bytes: sizeBytes });
  return ok({
    outputs: {
      sha256,
      size_bytes: sizeBytes,
      gpg_fpr: recipients.declared,
      artifact_ref: artifact.name,
      snapshot: snapshot.id,
      tables: content.tables.map((t) => ({ ...t, of: sha256 })),
      not_covered: content.notCovered,
    },
    words:
      `${counted(content.tables.length, 'table')}, ${counted(rows, 'row')}, ${size(sizeBytes)} encrypted to ` +
      `${shortFingerprint(recipients.declared)}${proof}; snapshot held ${duration(heldMs)}`,
  });
}
