import type { Readable } from 'node:stream';
import { join } from 'node:path';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { cut } from '../../base/visible.js';
import type { Limits, ProgramSpec } from '../../ports/process.js';
import type { KindProblem, ProbeContext } from '../executor.js';
import { workFile } from './libpq.js';
import type { BackupRecord, Packing } from './record.js';
import { readRecord } from './record.js';

/** An encrypted archive that this run made, and a home that can decrypt it. */
export interface Archive {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly home: string;
  readonly record: BackupRecord;
}

export const limits = (context: ProbeContext, captureBytes = 16 * 2 ** 20): Limits => ({
  timeoutMs: context.timeoutMs,
  signal: context.signal,
  captureBytes,
});

/**
 * Finds the artifact of a backup's outputs. Its sha256 is compared before anything is done with it, and once more
 * on the bytes that are fed.
 */
export async function openArchive(
  context: ProbeContext,
  envelope: { readonly sha256: string; readonly artifact_ref: string },
): Promise<Result<Archive, KindProblem>> {
  const record = await readRecord(context, envelope.sha256);
  if (!record.ok) return record;
  const name = envelope.artifact_ref;
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name))
    return err({
      code: 'UNSAFE_NAME',
      message: `${JSON.stringify(cut(name, 200))} is no artifact’s name`,
    });
  const path = join(context.run.artifacts, name);
  const facts = await context.files.facts(path);
  if (!facts.ok) return facts;
  const sha256 = await context.files.sha256(path, context.signal);
  if (!sha256.ok) return sha256;
  if (sha256.value !== record.value.artifact) return err(changed(path));
  const home = await decryptingHome(context, record.value);
  if (!home.ok) return home;
  const sizeBytes = facts.value?.sizeBytes ?? 0;
  return ok({ path, sha256: sha256.value, sizeBytes, home: home.value, record: record.value });
}

export const changed = (path: string): KindProblem => ({
  code: 'ARTIFACT_CHANGED',
  message: `${path} is not the file that was made: its sha256 differs`,
  next: 'Keep the file as evidence; take a new backup.',
});

/** The run's own recipient where there is one, else the declared key's secret half, if that needs no prompt. */
async function decryptingHome(
  context: ProbeContext,
  record: BackupRecord,
): Promise<Result<string, KindProblem>> {
  if (record.proof) return ok(record.proof.home);
  const key = context.key(record.key);
  if (!key.ok) return key;
  const { home, fingerprint, operatorHome } = key.value;
  if (home === null) return err({ code: 'KEY_NOT_IN_KEYRING', message: `key ${record.key} is not usable` });
  if (operatorHome === null) return ok(home);
  const imported = await context.gpg.importSecret({ home, fingerprint }, operatorHome, context.signal);
  return imported.ok ? ok(home) : imported;
}

const unpackers: Readonly<Record<Packing, readonly ProgramSpec[]>> = {
  zstd: [{ argv: ['zstd', '--decompress', '--quiet', '--stdout'] }],
  gzip: [{ argv: ['gzip', '--decompress', '--stdout'] }],
  none: [],
};

/** Ciphertext on stdin, the archive on stdout. */
export const decryption = (
  context: ProbeContext,
  archive: Archive,
): readonly [ProgramSpec, ...ProgramSpec[]] => [
  context.gpg.decrypt(archive.home),
  ...unpackers[archive.record.packing],
];

const firstHead = 1 << 20;
const longestHead = 1 << 28;

/** The archive's first bytes; they hold its table of contents, which is all but the rows. */
async function readHead(
  context: ProbeContext,
  archive: Archive,
  bytes: number,
): Promise<Result<Buffer, KindProblem>> {
  const input = await context.files.open(archive.path);
  if (!input.ok) return input;
  const chunks: Buffer[] = [];
  let held = 0;
  const consume = async (out: Readable): Promise<void> => {
    for await (const chunk of out as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      held += chunk.length;
      if (held >= bytes) return;
    }
  };
  const ends = await context.processes.pipeline(
    decryption(context, archive),
    { input: input.value, consume },
    limits(context),
  );
  // Whether the whole message is intact is found out by the pass that reads all of it.
  return ends.ok || held >= bytes ? ok(Buffer.concat(chunks)) : ends;
}

/** One line of `pg_restore --list`. */
export interface Entry {
  readonly id: string;
  /** `TABLE DATA`, `ACL`, …: a prefix of what follows the two oids, as far as it is in capitals. */
  readonly line: string;
}
export interface Contents {
  /** The archive up to and with its table of contents, for pg_restore's stdin. */
  readonly head: Buffer;
  readonly entries: readonly Entry[];
}

const entriesOf = (listing: string): Entry[] =>
  listing.split('\n').flatMap((line) => {
    const match = /^(\d+); \d+ \d+ (.*)$/.exec(line);
    return match?.[1] === undefined ? [] : [{ id: match[1], line: match[2] ?? '' }];
  });

/** Runs pg_restore over an archive's head. */
export const overHead = (
  context: ProbeContext,
  head: Buffer,
  args: readonly string[],
  env?: ProgramSpec['env'],
) =>
  context.processes.run(
    { argv: ['pg_restore', '--format=custom', ...args], stdin: head, ...(env && { env }) },
    limits(context, 256 * 2 ** 20),
  );

/** Reads as much of the archive as its table of contents needs, and lists it. */
export async function readContents(
  context: ProbeContext,
  archive: Archive,
): Promise<Result<Contents, KindProblem>> {
  if (archive.record.format !== 'custom')
    return err({
      code: 'FORMAT_UNSUPPORTED',
      message: 'a plain dump can’t be read back safely: cut off within a COPY it restores without an error',
      next: 'Back up with `format: custom`, which is the default.',
    });
  for (let bytes = firstHead; bytes <= longestHead; bytes *= 4) {
    const head = await readHead(context, archive, bytes);
    if (!head.ok) return head;
    const listed = await overHead(context, head.value, ['--list']);
    if (!listed.ok) return listed;
    if (listed.value.exitCode === 0 && !listed.value.cut.stdout)
      return ok({ head: head.value, entries: entriesOf(listed.value.stdout) });
    if (head.value.length < bytes)
      return err({
        code: 'ARCHIVE_UNREADABLE',
        message: `pg_restore can’t read the archive: ${listed.value.stderr.trim().split('\n')[0] ?? ''}`,
      });
  }
  return err({
    code: 'ARCHIVE_UNREADABLE',
    message: 'the archive’s table of contents is longer than 256 MiB',
  });
}

/** The ids of one section's entries. */
export async function sectionIds(
  context: ProbeContext,
  { head }: Contents,
  section: 'pre-data' | 'data' | 'post-data',
): Promise<Result<ReadonlySet<string>, KindProblem>> {
  const listed = await overHead(context, head, ['--list', `--section=${section}`]);
  if (!listed.ok) return listed;
  if (listed.value.exitCode !== 0)
    return err({ code: 'ARCHIVE_UNREADABLE', message: `pg_restore can’t list ${section}` });
  return ok(new Set(entriesOf(listed.value.stdout).map((e) => e.id)));
}

/** A file for `--use-list`, which counts nothing but the ids. */
export const useList = (
  context: ProbeContext,
  entries: readonly Entry[],
): Promise<Result<string, KindProblem>> =>
  workFile(context, 'restore-list', entries.map((e) => `${e.id};\n`).join(''));
