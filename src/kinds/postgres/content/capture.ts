import type { Result } from '../../../base/result.js';
import { ok } from '../../../base/result.js';
import { printing } from '../../../base/sql.js';
import { counted } from '../../../base/words.js';
import type { Session } from '../../../ports/postgres.js';
import type { KindProblem } from '../../executor.js';
import type { CatalogEntry } from '../catalog/capture.js';
import { captureCatalog, captureRoles } from '../catalog/capture.js';
import { captureNotCovered, undumpedWords } from '../catalog/not-covered.js';
import { majorOf } from '../server-major.js';
import { ask } from '../ask.js';
import type { LargeObjects } from './large-objects.js';
import { captureLargeObjects } from './large-objects.js';
import type { Relation } from './relations.js';
import { resolveRelations } from './relations.js';
import { tryHashes } from './row-hash.js';
import type { Scope as SequenceScope, SequenceState } from './sequences.js';
import { captureSequences } from './sequences.js';
import type { TableContent } from './tables.js';
import { hashTables } from './tables.js';

/** What to look at. Names are `schema.name`; null or absent means every one outside the system's schemas. */
export interface Selection {
  readonly tables: readonly string[] | null;
  readonly schemas?: readonly string[];
}

/** Everything of a database that a restore must bring back, small enough to keep and compare. */
export interface Content {
  /** Leaf tables only: a partitioned parent has no rows of its own. Sorted by name. */
  readonly tables: readonly TableContent[];
  /** What the server's hashes make of constants. */
  readonly hashTrial: string;
  /** Its major version: another one prints some definitions otherwise. */
  readonly major: number;
  readonly sequences: readonly SequenceState[];
  /** One row per object, so that a difference can be named. */
  readonly catalog: readonly CatalogEntry[];
  /** Roles that own something here or are named in an ACL, a policy or rows, built-in ones left out. */
  readonly roles: readonly string[];
  /** Those of them that are superusers: nobody else can own an event trigger or a foreign-data wrapper. */
  readonly superusers: readonly string[];
  /** Null where the selection names tables: pg_dump leaves large objects out then. */
  readonly largeObjects: LargeObjects | null;
  /** What isn't compared, in words: foreign tables, settings of the database, invalid indexes, … */
  readonly notCovered: readonly string[];
  /** Every relation that pg_dump must be given by name: the leaves and their partitioned parents. */
  readonly relations: readonly Relation[];
}

export interface CaptureOptions {
  /** Default: all of them. `rows` counts and hashes tables only. */
  readonly parts?: 'all' | 'rows';
  /** A name that isn't there: TABLE_MISSING (default), or left out, for the comparison to say so. */
  readonly missing?: 'refuse' | 'leave';
}

/**
 * Fixes everything that changes how a value is printed, and makes a row hidden by row-level security an error
 * instead of a smaller count. Stays for the rest of the session.
 */
export async function pinOutput(session: Session): Promise<Result<null, KindProblem>> {
  const settings: Readonly<Record<string, string>> = {
    ...printing,
    client_encoding: 'UTF8',
    xmloption: 'content',
    quote_all_identifiers: 'off',
    search_path: '',
    row_security: 'off',
    // Compiling these statements takes longer than it saves.
    jit: 'off',
  };
  const calls = Object.keys(settings).map(
    (_, i) => `pg_catalog.set_config($${2 * i + 1}, $${2 * i + 2}, false) AS "s${i}"`,
  );
  const done = await ask(session, `SELECT ${calls.join(', ')}`, Object.entries(settings).flat());
  return done.ok ? ok(null) : done;
}

/** What has to be read before anything else reads the selection: what there is, and where its sequences stand. */
export interface Begun {
  readonly relations: readonly Relation[];
  readonly notCovered: readonly string[];
  readonly sequences: readonly SequenceState[];
}

/**
 * Resolves the selection and reads its sequences. A dump that is compared with this must begin after it: sequences
 * are of no snapshot, so only one read before the dump is a lower bound of what the dump holds.
 * Problems: TABLE_MISSING, AMBIGUOUS_NAME, NOTHING_SELECTED and those of the session.
 */
export async function beginCapture(
  session: Session,
  selection: Selection,
  options: CaptureOptions = {},
): Promise<Result<Begun, KindProblem>> {
  const pinned = await pinOutput(session);
  if (!pinned.ok) return pinned;
  const resolved = await resolveRelations(session, selection, options.missing);
  if (!resolved.ok) return resolved;
  if (options.parts === 'rows') return ok({ ...resolved.value, sequences: [] });
  const sequences = await captureSequences(session, scopeOf(selection, resolved.value.relations));
  return sequences.ok ? ok({ ...resolved.value, sequences: sequences.value }) : sequences;
}

/** Counts, hashes and describes what was begun. Problems: those of the session. */
export async function finishCapture(
  session: Session,
  selection: Selection,
  begun: Begun,
  options: CaptureOptions = {},
): Promise<Result<Content, KindProblem>> {
  const trial = await tryHashes(session);
  if (!trial.ok) return trial;
  const major = await majorOf(session);
  if (!major.ok) return major;
  const tables = await hashTables(session, begun.relations);
  if (!tables.ok) return tables;
  const rows = { ...begun, tables: tables.value, hashTrial: trial.value, major: major.value };
  if (options.parts === 'rows')
    return ok({ ...rows, catalog: [], roles: [], superusers: [], largeObjects: null });
  return captureRest(session, selection, rows);
}

/** Both, one after the other. Inside a REPEATABLE READ transaction all of it is of one snapshot, except sequences. */
export async function captureContent(
  session: Session,
  selection: Selection,
  options: CaptureOptions = {},
): Promise<Result<Content, KindProblem>> {
  const begun = await beginCapture(session, selection, options);
  return begun.ok ? finishCapture(session, selection, begun.value, options) : begun;
}

/** A selection of everything has no list of relations. */
const scopeOf = (selection: Selection, relations: readonly Relation[]): SequenceScope =>
  selection.tables === null
    ? { relations: null, ...(selection.schemas && { schemas: selection.schemas }) }
    : { relations };

async function captureRest(
  session: Session,
  selection: Selection,
  rows: Begun & Pick<Content, 'tables' | 'hashTrial' | 'major'>,
): Promise<Result<Content, KindProblem>> {
  const scope = scopeOf(selection, rows.relations);
  const catalog = await captureCatalog(session, scope);
  if (!catalog.ok) return catalog;
  const roles = await captureRoles(session);
  if (!roles.ok) return roles;
  // pg_dump takes large objects only when neither tables nor schemas are named.
  const withLargeObjects = selection.tables === null && selection.schemas === undefined;
  const largeObjects = await captureLargeObjects(session, withLargeObjects);
  if (!largeObjects.ok) return largeObjects;
  const left = largeObjects.value;
  const others = await captureNotCovered(session, scope);
  if (!others.ok) return others;
  return ok({
    ...rows,
    catalog: catalog.value,
    ...roles.value,
    largeObjects: withLargeObjects ? left : null,
    notCovered: [
      ...rows.notCovered,
      ...(withLargeObjects || left.count === 0
        ? []
        : [`${counted(left.count, 'large object')} (a dump of named tables has none)`]),
      ...others.value,
      ...undumpedWords(catalog.value),
    ],
  });
}
