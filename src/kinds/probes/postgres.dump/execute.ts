import { err, ok } from '../../../base/result.js';
import type { Value } from '../../../base/value.js';
import type { ProbeExecutor } from '../../executor.js';
import { openArchive, overHead, readContents, useList } from '../../postgres/archive.js';
import { splitStatements } from '../../postgres/sql/split.js';
import { qualifiedName, rolesIn, statementKind } from '../../postgres/sql/statement.js';
import type { Args } from './schema.js';

const holdsRows = /^(TABLE DATA|BLOBS|BLOB DATA|SEQUENCE SET) /;

export const execute: ProbeExecutor<Args> = async (args, context) => {
  const archive = await openArchive(context, args.artifact);
  if (!archive.ok) return archive;
  const contents = await readContents(context, archive.value);
  if (!contents.ok) return contents;
  // All but the rows stands in the archive's head, so its text is made without reading further.
  const list = await useList(
    context,
    contents.value.entries.filter((e) => !holdsRows.test(e.line)),
  );
  if (!list.ok) return list;
  const text = await overHead(context, contents.value.head, ['--file=-', `--use-list=${list.value}`]);
  if (!text.ok) return text;
  if (text.value.exitCode !== 0 || text.value.cut.stdout)
    return err({
      code: 'ARCHIVE_UNREADABLE',
      message: 'pg_restore could not print the archive’s definitions',
    });
  return ok(summary(text.value.stdout, args.schemas));
};

function summary(script: string, schemas: readonly string[] | undefined): Value {
  const tables: string[] = [];
  const views: string[] = [];
  const references = new Map<string, Map<string, number>>();
  for (const statement of splitStatements(script)) {
    const kind = statementKind(statement);
    const at = qualifiedName(statement);
    if (schemas && (at === null || !schemas.includes(at.schema))) continue;
    if (kind === 'CREATE TABLE' && at) tables.push(`${at.schema}.${at.name}`);
    if ((kind === 'CREATE VIEW' || kind === 'CREATE MATERIALIZED VIEW') && at)
      views.push(`${at.schema}.${at.name}`);
    for (const role of rolesIn(statement)) {
      const kinds = references.get(role) ?? new Map<string, number>();
      references.set(role, kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
    }
  }
  return {
    tables: [...new Set(tables)].sort(),
    views: [...new Set(views)].sort(),
    role_references: Object.fromEntries(
      [...references].sort().map(([role, kinds]) => [role, Object.fromEntries(kinds)]),
    ),
  };
}
