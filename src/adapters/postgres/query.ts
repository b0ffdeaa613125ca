import pg from 'pg';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Value, ValueMap } from '../../base/value.js';
import { valueMap } from '../../base/value.js';
import type { PgProblem, Rows } from '../../ports/postgres.js';
import { resultLimits } from '../../ports/postgres.js';
import { decoderOf, encodeParameter, parseArray, Unheld } from './decode.js';
import { queryProblem } from './problem.js';

/** Every column arrives as PostgreSQL's text; `decode` knows what becomes of it. */
const asText = { getTypeParser: () => (text: string) => text };

interface Raw {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly rowCount: number;
  readonly command: string;
}

/** In the extended protocol a second statement in the text is the server's error. */
export type Protocol = 'extended' | 'simple';

interface Statement {
  readonly text: string;
  readonly params: readonly Value[];
  readonly protocol: Protocol;
}

/**
 * Runs a text and collects its rows.
 * `cancel` is called once if the result grows over the limits; what still arrives is dropped.
 */
function runRaw(client: pg.Client, { text, params, protocol }: Statement, cancel: () => void): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const rows: (string | null)[][] = [];
    let bytes = 0;
    let tooLarge = false;
    const config = {
      text,
      rowMode: 'array',
      ...(protocol === 'extended' && { values: params.map(encodeParameter), queryMode: 'extended' }),
      types: asText,
    };
    const query = new pg.Query(config);
    query.on('row', (row: unknown) => {
      if (tooLarge) return;
      const cells = row as (string | null)[];
      for (const cell of cells) bytes += cell === null ? 0 : Buffer.byteLength(cell);
      rows.push(cells);
      if (rows.length <= resultLimits.rows && bytes <= resultLimits.bytes) return;
      tooLarge = true;
      rows.length = 0;
      cancel();
    });
    query.on('error', (error: Error) => reject(tooLarge ? new TooLarge() : error));
    query.on('end', (result: unknown) => {
      if (tooLarge) {
        reject(new TooLarge());
        return;
      }
      const many = Array.isArray(result) ? (result as pg.QueryArrayResult[]) : undefined;
      const last = many ? many.at(-1) : (result as pg.QueryArrayResult);
      const { fields = [], rowCount = 0, command = '' } = last ?? {};
      // The rows of several statements have several shapes: none of them is kept.
      resolve({
        fields: many ? [] : fields,
        rows: many ? [] : rows,
        rowCount: rowCount ?? 0,
        command,
      });
    });
    client.query(query);
  });
}

class TooLarge extends Error {}

export interface Cancellation {
  /** Asks the server to cancel what the session runs. */
  readonly cancel: () => void;
  readonly aborted: () => boolean;
}

export async function runQuery(
  client: pg.Client,
  statement: Statement,
  cancellation: Cancellation,
  elements: Map<number, number | null>,
): Promise<Result<Rows, PgProblem>> {
  try {
    const raw = await runRaw(client, statement, cancellation.cancel);
    const names = raw.fields.map((f) => f.name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined)
      return err({
        code: 'DUPLICATE_COLUMN',
        message: `two columns of the result are called ${JSON.stringify(twice)}`,
        next: 'Give each its own name with AS.',
      });
    await learnArrays(client, raw, cancellation, elements);
    return ok({ rows: decodeRows(raw, elements), rowCount: raw.rowCount, command: raw.command });
  } catch (error) {
    if (error instanceof TooLarge)
      return err({
        code: 'RESULT_TOO_LARGE',
        message: `the result has more than ${resultLimits.rows} rows or ${resultLimits.bytes} bytes`,
        next: 'Aggregate on the server, or add a LIMIT.',
      });
    if (error instanceof Unheld)
      return err({
        code: 'RESULT_TOO_LARGE',
        message: error.message,
        next: 'Select it as text, with ::text, or the parts of it that are wanted.',
      });
    return err(queryProblem(error, cancellation.aborted()));
  }
}

// Below this oid all types are PostgreSQL's own (access/transam.h, FirstNormalObjectId).
const firstUserOid = 16_384;

/** Arrays of user-defined types (enums, domains) come as lists too; which oids these are only the server knows. */
async function learnArrays(
  client: pg.Client,
  raw: Raw,
  cancellation: Cancellation,
  elements: Map<number, number | null>,
): Promise<void> {
  const unknown = raw.fields
    .map((f) => f.dataTypeID)
    .filter((oid) => oid >= firstUserOid && !elements.has(oid));
  if (unknown.length === 0) return;
  const text = `
    SELECT oid::text, CASE WHEN typcategory = 'A' AND typdelim = ',' THEN typelem::text END
    FROM pg_catalog.pg_type WHERE oid::text = ANY ($1::text[])`;
  const lookUp = { text, params: [unknown.map(String)], protocol: 'extended' } as const;
  const found = await runRaw(client, lookUp, cancellation.cancel);
  for (const oid of unknown) elements.set(oid, null);
  for (const [oid, element] of found.rows) if (element) elements.set(Number(oid), Number(element));
}

function decodeRows(raw: Raw, elements: ReadonlyMap<number, number | null>): readonly ValueMap[] {
  const decoders = raw.fields.map(({ dataTypeID }) => {
    const element = elements.get(dataTypeID);
    if (element === undefined || element === null) return decoderOf(dataTypeID);
    return (text: string) => parseArray(text, decoderOf(element) ?? ((item) => item));
  });
  return raw.rows.map((cells) =>
    valueMap(
      cells.map((cell, i): readonly [string, Value] => {
        const decode = decoders[i];
        return [raw.fields[i]?.name ?? '', cell === null || decode === undefined ? cell : decode(cell)];
      }),
    ),
  );
}
