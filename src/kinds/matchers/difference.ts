import type { Value } from '../../base/value.js';
import { field, isMap, valueMap } from '../../base/value.js';
import { counted } from '../../base/words.js';
import { unlikeness } from './alike.js';
import { equal, identity } from './compare.js';
import { firstHint, type Mismatch } from './verdict.js';
import { valueWords } from './words.js';

/** How many lines and cells a difference tells; how many there are is always said. */
const MAX_LINES = 10;
const MAX_CELLS = 1000;

/** What a set lacks and what it has too much; null where both are the same set. */
export function setDifference(observed: readonly Value[], expected: readonly Value[]): Mismatch | null {
  const have = new Map(observed.map((item) => [identity(item), item] as const));
  const want = new Map(expected.map((item) => [identity(item), item] as const));
  const missing = [...want].filter(([key]) => !have.has(key)).map(([, item]) => item);
  const extra = [...have].filter(([key]) => !want.has(key)).map(([, item]) => item);
  if (missing.length === 0 && extra.length === 0) return null;
  const words: string[] = [];
  if (missing.length > 0) words.push(`missing ${valueWords(missing)}`);
  if (extra.length > 0) words.push(`extra ${valueWords(extra)}`);
  const pairs = extra
    .slice(0, MAX_LINES)
    .flatMap((item) => missing.slice(0, MAX_LINES).map((m) => [item, m] as const));
  return {
    ...firstHint(pairs),
    words,
    detail: valueMap([
      ['missing', missing.slice(0, MAX_CELLS)],
      ['extra', extra.slice(0, MAX_CELLS)],
    ]),
  };
}

interface Cell {
  readonly row: number;
  readonly column: string | null;
  readonly expected: Value | undefined;
  readonly observed: Value | undefined;
}

/** The cells in which rows differ, row by row in their order; null where none does. */
export function rowDifference(observed: readonly Value[], expected: readonly Value[]): Mismatch | null {
  const cells: Cell[] = [];
  const rows = Math.max(observed.length, expected.length);
  for (let row = 0; row < rows; row += 1) cells.push(...cellsOf(row, observed[row], expected[row]));
  if (cells.length === 0) return null;
  const words = cells.slice(0, MAX_LINES).map(cellWords);
  if (cells.length > MAX_LINES) words.push(`and ${counted(cells.length - MAX_LINES, 'further difference')}`);
  const pairs = cells.map((cell) => [cell.observed ?? null, cell.expected ?? null] as const);
  return {
    ...firstHint(pairs),
    words,
    detail: valueMap([['cells', cells.slice(0, MAX_CELLS).map(cellValue)]]),
  };
}

function cellsOf(row: number, observed: Value | undefined, expected: Value | undefined): readonly Cell[] {
  if (!isMap(observed) || !isMap(expected)) {
    const same = observed !== undefined && expected !== undefined && equal(observed, expected);
    return same ? [] : [{ row, column: null, expected, observed }];
  }
  const columns = new Set([...Object.keys(expected), ...Object.keys(observed)]);
  return [...columns].flatMap((column) =>
    cellsOf(row, field(observed, column), field(expected, column)).map((cell) => ({
      ...cell,
      column: cell.column === null ? column : `${column}.${cell.column}`,
    })),
  );
}

const shown = (value: Value | undefined): string => (value === undefined ? 'nothing' : valueWords(value));
function cellWords({ row, column, expected, observed }: Cell): string {
  const hint = expected === undefined || observed === undefined ? undefined : unlikeness(observed, expected);
  const cell = column === null ? `[${row}]` : `[${row}].${column}`;
  return `${cell}: expected ${shown(expected)}, observed ${shown(observed)}${hint === undefined ? '' : ` (${hint})`}`;
}

const cellValue = ({ row, column, expected, observed }: Cell): Value =>
  valueMap([
    ['row', row],
    ['column', column],
    ...(expected === undefined ? [] : [['expected', expected] as const]),
    ...(observed === undefined ? [] : [['observed', observed] as const]),
  ]);
