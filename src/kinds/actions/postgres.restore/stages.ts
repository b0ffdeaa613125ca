import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import { quoteIdentifier } from '../../../base/sql.js';
import { cut } from '../../../base/visible.js';
import { size } from '../../../base/words.js';
import { isIntact, statusFd } from '../../../ports/gpg.js';
import type { ActionContext, KindProblem } from '../../executor.js';
import type { Archive, Contents, Entry } from '../../postgres/archive.js';
import { changed, decryption, limits, overHead, useList } from '../../postgres/archive.js';
import { everyMember } from '../../postgres/pipeline.js';
import { withoutOptions } from './server-log.js';

/** Where a stage restores to. */
export interface Destination {
  readonly database: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How many errors a stage's client counted. */
export type Counted = Result<number, KindProblem>;

/** A throwaway server has no tablespace but its own. */
const into = ({ database }: Destination): readonly string[] => [
  ...['--no-password', '--no-tablespaces', `--dbname=${database}`],
];

/** pg_restore ends with 1 both where it went on after errors, which it counts, and where it gave up. */
function countedBy(stderr: string, exitCode: number | null): Counted {
  if (exitCode === 0) return ok(0);
  const count = /errors ignored on restore: ([0-9]+)\s*$/.exec(stderr)?.[1];
  if (exitCode === 1 && count !== undefined) return ok(Number(count));
  const said = cut(withoutOptions(stderr.trim()).split('\n').slice(-3).join(' '), 600);
  return err({ code: 'RESTORE_FAILED', message: `pg_restore gave up (exit ${exitCode ?? '?'}): ${said}` });
}

/** Definitions: everything they need stands in the archive's head. */
export async function restoreDefinitions(
  context: ActionContext,
  contents: Contents,
  entries: readonly Entry[],
  to: Destination,
): Promise<Counted> {
  if (entries.length === 0) return ok(0);
  const list = await useList(context, entries);
  if (!list.ok) return list;
  const end = await overHead(context, contents.head, [...into(to), `--use-list=${list.value}`], to.env);
  return end.ok ? countedBy(end.value.stderr, end.value.exitCode) : end;
}

/** Entries for which pg_restore reads beyond the table of contents. */
export const hasRows = (entries: readonly Entry[]): boolean =>
  entries.some((e) => /^(TABLE DATA|BLOBS|BLOB DATA) /.test(e.line));

/**
 * Rows: the one pass that reads the whole message. It counts only if the bytes that were fed have the known
 * sha256 and gpg says that the message is intact to its end.
 */
export async function restoreRows(
  context: ActionContext,
  archive: Archive,
  entries: readonly Entry[],
  { atOnce = false, ...to }: Destination & { readonly atOnce?: boolean },
): Promise<Counted> {
  const list = await useList(context, entries);
  if (!list.ok) return list;
  const opened = await context.files.open(archive.path);
  if (!opened.ok) return opened;
  const argv = [
    'pg_restore',
    '--format=custom',
    ...into(to),
    ...(atOnce ? ['--single-transaction'] : []),
    `--use-list=${list.value}`,
  ] as const;
  // With no rows in it pg_restore wouldn't read the archive to its end; then it is only read and checked.
  const withRows = hasRows(entries);
  const members = decryption(context, archive);
  const fed = new Fed(context, archive);
  const ends = await context.processes.pipeline(
    withRows ? [...members, { argv, env: to.env }] : members,
    { input: Readable.from(fed.through(opened.value), { objectMode: false, highWaterMark: 1 << 20 }) },
    limits(context),
  );
  if (!ends.ok) return ends;
  const restorer = withRows ? ends.value.at(-1) : undefined;
  // What the message is worth comes first: whatever else went wrong may follow from it.
  const status = ends.value[0]?.captured[statusFd] ?? '';
  const gaveUp =
    restorer && restorer.cancelled !== true ? countedBy(restorer.stderr, restorer.exitCode) : ok(0);
  if (/BADMDC|DECRYPTION_FAILED|NODATA/.test(status)) return err(notIntact(archive));
  if (!gaveUp.ok) return gaveUp;
  const well = everyMember(ends.value, (name, code) => code === 0 || (name === 'pg_restore' && code === 1));
  if (!well.ok) return well;
  if (!isIntact(status)) return err(notIntact(archive));
  return fed.sha256() === archive.sha256 ? gaveUp : err(changed(archive.path));
}

const notIntact = ({ path }: Archive): KindProblem => ({
  code: 'NOT_INTACT',
  message: `${path} did not decrypt as an intact message (DECRYPTION_OKAY and GOODMDC are required)`,
  next: 'The restored database was discarded. Take a new backup.',
});

/** Hashes what is fed, in the same pass, and tells how far it is. */
class Fed {
  readonly #hash = createHash('sha256');
  constructor(
    readonly context: ActionContext,
    readonly archive: Archive,
  ) {}
  async *through(input: Readable): AsyncGenerator<Buffer> {
    let bytes = 0;
    let toldAt = 0;
    for await (const chunk of input as AsyncIterable<Buffer>) {
      this.#hash.update(chunk);
      bytes += chunk.length;
      const now = this.context.clock.monotonicMs();
      if (now - toldAt > 500) {
        toldAt = now;
        this.context.progress({ bytes, words: `of ${size(this.archive.sizeBytes)}` });
      }
      yield chunk;
    }
  }
  sha256 = (): string => this.#hash.digest('hex');
}

/**
 * Privileges go as text through psql, statement by statement: pg_restore sends all grants of an object as one
 * query, and one missing role would lose the others'. No row is in this text.
 */
export async function restorePrivileges(
  context: ActionContext,
  contents: Contents,
  entries: readonly Entry[],
  to: Destination,
): Promise<Counted> {
  if (entries.length === 0) return ok(0);
  const list = await useList(context, entries);
  if (!list.ok) return list;
  const print = ['pg_restore', '--format=custom', '--file=-', `--use-list=${list.value}`] as const;
  const argv = [
    ...(['psql', '--no-psqlrc', '--quiet', '--no-password', '--set=ON_ERROR_STOP=0'] as const),
    ...['--set=VERBOSITY=sqlstate', '--output=/dev/null', `--dbname=${to.database}`],
  ] as const;
  // Between the two it stays bytes: names are in the encoding of the source.
  const ends = await context.processes.pipeline(
    [{ argv: print }, { argv, env: to.env }],
    { input: Readable.from([contents.head]) },
    limits(context),
  );
  if (!ends.ok) return ends;
  const well = everyMember(ends.value);
  if (!well.ok) return err({ ...well.error, code: 'RESTORE_FAILED' });
  const said = ends.value.at(-1)?.stderr ?? '';
  return ok(said.match(/^(?:psql:[^\n]*: )?(?:ERROR|FATAL|PANIC): {2}/gm)?.length ?? 0);
}

/** Nothing of a message that isn't intact may be looked at: the database goes, and with it every session on it. */
export async function discardDatabase(
  context: ActionContext,
  to: Destination,
): Promise<Result<null, KindProblem>> {
  const name = quoteIdentifier(to.database);
  const argv = [
    'psql',
    '--no-psqlrc',
    '--no-password',
    '--set=ON_ERROR_STOP=1',
    '--dbname=template1',
  ] as const;
  const end = await context.processes.run(
    { argv, env: to.env, stdin: `DROP DATABASE ${name} WITH (FORCE);\n` },
    { timeoutMs: 30_000, signal: AbortSignal.timeout(30_000) },
  );
  if (!end.ok) return end;
  if (end.value.exitCode === 0) return ok(null);
  return err({
    code: 'RESTORE_NOT_DISCARDED',
    message: `the restored database is still there: ${end.value.stderr}`,
  });
}
