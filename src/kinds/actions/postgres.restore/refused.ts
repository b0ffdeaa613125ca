import { cut } from '../../../base/visible.js';
import { counted, grouped } from '../../../base/words.js';
import type { ActionContext, KindProblem } from '../../executor.js';
import { withoutOptions, type ServerError } from './server-log.js';

const shown = 5;

/** What no rule allows, as the action's problem: the first few in words, and what to do. */
export function refused(
  context: ActionContext,
  disallowed: readonly ServerError[],
  all: number,
  namedTables: boolean,
): KindProblem {
  const [first] = disallowed;
  const lines = disallowed.slice(0, shown).map(({ sqlstate, message, statement, at }) => {
    const text = cut(withoutOptions(statement).replace(/\s+/g, ' ').trim(), 120);
    return context.redact(`${sqlstate} ${message} [${text}${at === undefined ? '' : ` ${at}`}]`);
  });
  const more = disallowed.length > shown ? `; and ${disallowed.length - shown} more` : '';
  return {
    code: 'RESTORE_ERRORS',
    message: `${among(disallowed.length, all)}: ${lines.join('; ')}${more}`,
    ...(first && { sqlstate: first.sqlstate }),
    exitCode: 1,
    next:
      causes.find(([is]) => disallowed.every(is))?.[1] ??
      (namedTables && disallowed.some(isLacking) ? notInDump : whatever),
  };
}

/** Something that the dump itself should have brought; a role never comes with one. */
const isLacking = ({ sqlstate, message }: ServerError): boolean =>
  sqlstate === '42883' || (sqlstate === '42704' && !message.startsWith('role '));
const notInDump =
  'A dump of named tables has none of the types and functions that they use: back up their `schemas`, or `all`.';

const noRoom =
  'The disk of the throwaway server is full: free some where TMPDIR points, or on the container engine’s disk. Teardown destroys what came back.';

/** A full disk is told apart from whatever else it made go wrong. */
export const roomAdvised = (problem: KindProblem): KindProblem =>
  /No space left on device|Disk quota exceeded|\b53100\b/.test(problem.message)
    ? { ...problem, code: 'DISK_FULL', next: noRoom }
    : problem;

const whatever = 'Find out what each one means; what is benign is named under `allow_errors`.';

/** Not there: a role, type or collation, a relation, a function or operator, a schema (PostgreSQL docs, appendix A). */
const absent: ReadonlySet<string> = new Set(['42704', '42P01', '42883', '3F000']);
/** Only the input of such a type looks for an object while a column is read. */
const isNameInRow = ({ sqlstate, at }: ServerError): boolean =>
  absent.has(sqlstate) && /, column /.test(at ?? '');
/** A source that holds such rows has checked them when others were there. */
const isCheckOfRow = ({ sqlstate, at }: ServerError): boolean => sqlstate === '23514' && at !== undefined;
const isMoney = ({ message }: ServerError): boolean => /^invalid input syntax for type money:/.test(message);

/** What a faithful dump can't bring back anywhere, or only where it is set so. */
const causes: readonly (readonly [(error: ServerError) => boolean, string])[] = [
  [({ sqlstate }) => sqlstate === '53100', noRoom],
  [
    isNameInRow,
    'A row names a role or object in a column of a type like regrole, aclitem or regclass, and where it is restored there is ' +
      'none when rows are loaded (an index comes after them): each restore of this dump lacks that whole table. Correct the row, ' +
      'or keep the name as text.',
  ],
  [
    isCheckOfRow,
    'A CHECK calls a function that looks at other rows, or has another answer than when the row came: each restore of this dump ' +
      'lacks that whole table. Make it a foreign key or a trigger, or NOT VALID, which a dump brings after the rows.',
  ],
  [
    isMoney,
    'Amounts of type money are written in the lc_monetary of the source, and any restore needs the same: before it, ' +
      "`sql: {target: …, query: ALTER DATABASE … SET lc_monetary = '…'}` on the throwaway server.",
  ],
];

const among = (refusedCount: number, all: number): string =>
  refusedCount === all
    ? `${counted(all, 'error')} of the restore, none of them allowed`
    : `${counted(refusedCount, 'error')} of the restore not allowed, beside ${grouped(all - refusedCount)} that are`;
