import type { Result } from '../../../base/result.js';
import { ok } from '../../../base/result.js';
import type { KindProblem, ProbeContext } from '../../executor.js';
import type { Contents, Entry } from '../../postgres/archive.js';
import { sectionIds } from '../../postgres/archive.js';

/** The archive's entries in the order in which they are restored. */
export interface RestorePlan {
  readonly definitions: readonly Entry[];
  readonly rows: readonly Entry[];
  /** A queue of short lists, to be worked on side by side. */
  readonly indexes: readonly (readonly Entry[])[];
  readonly rest: readonly Entry[];
  readonly privileges: readonly Entry[];
  /** Materialized views' rows, which their owners may need privileges for; then what would fire for any of this. */
  readonly last: readonly (readonly Entry[])[];
}

const isPrivilege = (e: Entry): boolean => /^(ACL|DEFAULT ACL) /.test(e.line);
const isRefresh = (e: Entry): boolean => /^MATERIALIZED VIEW DATA /.test(e.line);
const ofEventTrigger = (e: Entry): boolean =>
  /^(EVENT TRIGGER |(COMMENT|SECURITY LABEL) - EVENT TRIGGER )/.test(e.line);
/** Side by side two that are attached, one to the other's parent, would leave that one invalid: neither sees the other. */
const isIndex = (e: Entry): boolean => /^(INDEX(?! ATTACH)|CONSTRAINT) /.test(e.line);
/** Objects that had to wait for a key (a view that groups by it): indexes may stand on them. */
const isPostponed = (e: Entry): boolean =>
  /^(VIEW|MATERIALIZED VIEW|FUNCTION|PROCEDURE|AGGREGATE) /.test(e.line);

/** Sorts the entries into stages; every entry is in exactly one. */
export async function planRestore(
  context: ProbeContext,
  contents: Contents,
  jobs: number,
): Promise<Result<RestorePlan, KindProblem>> {
  const pre = await sectionIds(context, contents, 'pre-data');
  if (!pre.ok) return pre;
  const data = await sectionIds(context, contents, 'data');
  if (!data.ok) return data;
  const plain = contents.entries.filter((e) => !isPrivilege(e));
  const rows = plain.filter((e) => data.value.has(e.id));
  const definitions = plain.filter((e) => pre.value.has(e.id) && !data.value.has(e.id));
  const after = plain.filter((e) => !pre.value.has(e.id) && !data.value.has(e.id));
  const post = after.filter((e) => !isRefresh(e) && !ofEventTrigger(e));
  const sideBySide = jobs > 1 && !post.some(isPostponed);
  const indexes = sideBySide ? post.filter(isIndex) : [];
  return ok({
    definitions,
    rows,
    indexes: chunks(indexes, jobs),
    rest: sideBySide ? post.filter((e) => !isIndex(e)) : post,
    privileges: contents.entries.filter(isPrivilege),
    last: [after.filter(isRefresh), after.filter(ofEventTrigger)],
  });
}

const chunksEach = 16;

/** Short enough that no connection idles at the end, long enough that starting pg_restore costs little. */
function chunks(entries: readonly Entry[], jobs: number): readonly (readonly Entry[])[] {
  const size = Math.max(1, Math.ceil(entries.length / (jobs * chunksEach)));
  const count = Math.ceil(entries.length / size);
  return Array.from({ length: count }, (_, i) => entries.slice(i * size, (i + 1) * size));
}
