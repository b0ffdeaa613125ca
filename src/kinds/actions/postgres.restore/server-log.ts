import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import { field } from '../../../base/value.js';
import type { Session } from '../../../ports/postgres.js';
import type { KindProblem } from '../../executor.js';
import { ask, textOf } from '../../postgres/ask.js';

/** One refused statement, as the server recorded it. */
export interface ServerError {
  readonly sqlstate: string;
  readonly message: string;
  readonly statement: string;
  /** Of a COPY, where its data was refused: without the value, which is somebody's row. */
  readonly at?: string;
}
/**
 * What a foreign server, a user mapping or a subscription connects by holds passwords: left out to the end of the
 * statement, or to what pg_restore says next.
 */
export const withoutOptions = (text: string): string =>
  text.replace(/\b(OPTIONS\s*\(|CONNECTION\s)[^]*?(?=\npg_restore: |$)/gi, '$1…');

/** A place in the server's structured log. */
export interface LogMark {
  readonly file: string;
  readonly format: 'jsonlog' | 'csvlog';
  readonly offset: number;
}

const chunkBytes = 4 << 20;
/** Less than a text of JavaScript can hold. */
const maxLogBytes = 500 * 2 ** 20;
const waitMs = 10_000;

/** Where the log ends now. jsonlog from PostgreSQL 15 on, csvlog before. */
export async function markLog(session: Session): Promise<Result<LogMark, KindProblem>> {
  const rows = await ask(
    session,
    `SELECT f.file, f.format, (pg_catalog.pg_stat_file(f.file)).size::text AS size FROM (
       SELECT CASE WHEN pg_catalog.current_setting('server_version_num')::int >= 150000 THEN 'jsonlog' ELSE 'csvlog' END AS format,
       pg_catalog.pg_current_logfile(CASE WHEN pg_catalog.current_setting('server_version_num')::int >= 150000 THEN 'jsonlog' ELSE 'csvlog' END) AS file
     ) f`,
  );
  if (!rows.ok) return rows;
  const [row = {}] = rows.value;
  const file = textOf(row, 'file');
  if (file === '')
    return err({
      code: 'LOG_MISSING',
      message: 'the sandbox writes no structured log, so errors can’t be classified',
    });
  const format = field(row, 'format') === 'csvlog' ? 'csvlog' : 'jsonlog';
  return ok({ file, format, offset: Number(textOf(row, 'size')) });
}

/**
 * The errors of sessions with this application_name since the mark, one a statement. Waits for a line of our own,
 * which stands behind everything that was logged before it.
 */
export async function errorsSince(
  session: Session,
  mark: LogMark,
  applicationName: string,
  nonce: string,
): Promise<Result<readonly ServerError[], KindProblem>> {
  const end = `gatebook end of restore ${nonce}`;
  const said = await ask(session, `DO $$ BEGIN RAISE LOG '${end}'; END $$`);
  if (!said.ok) return said;
  const deadline = performance.now() + waitMs;
  const log = new LogReader(session, mark);
  while (performance.now() < deadline) {
    const read = await log.more();
    if (!read.ok) return read;
    const text = log.text();
    if (text.includes(end)) {
      const lines = mark.format === 'jsonlog' ? jsonLines(text) : csvLines(text);
      return ok(lines.filter((l) => l.application === applicationName).map(({ error }) => error));
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return err({ code: 'LOG_INCOMPLETE', message: 'the sandbox’s log did not reach the end of the restore' });
}

class LogReader {
  readonly #chunks: Buffer[] = [];
  #offset: number;
  #read = 0;
  constructor(
    readonly session: Session,
    readonly mark: LogMark,
  ) {
    this.#offset = mark.offset;
  }
  text = (): string => Buffer.concat(this.#chunks).toString('utf8');
  async more(): Promise<Result<null, KindProblem>> {
    for (;;) {
      const rows = await ask(
        this.session,
        `SELECT pg_catalog.encode(pg_catalog.pg_read_binary_file($1::text, $2::bigint, $3::bigint), 'base64') AS bytes`,
        [this.mark.file, this.#offset, chunkBytes],
      );
      if (!rows.ok) return rows;
      const bytes = Buffer.from(textOf(rows.value[0] ?? {}, 'bytes'), 'base64');
      this.#chunks.push(bytes);
      this.#offset += bytes.length;
      this.#read += bytes.length;
      if (this.#read > maxLogBytes)
        return err({ code: 'LOG_TOO_LONG', message: 'the sandbox’s log is over 500 MiB' });
      if (bytes.length < chunkBytes) return ok(null);
    }
  }
}

interface LogLine {
  readonly application: string;
  readonly error: ServerError;
}
const severities = new Set(['ERROR', 'FATAL', 'PANIC']);

/** `COPY t, line 3, column c: "…"`. */
function placeOf(context: string): Pick<ServerError, 'at'> {
  const at = /^COPY [^]*?, (line \d+(?:, column [^]*?)?)(?:: |$)/.exec(context)?.[1];
  return at === undefined ? {} : { at };
}

/** PostgreSQL docs, 20.8.5: one JSON object a line. */
function jsonLines(log: string): LogLine[] {
  return log.split('\n').flatMap((line): LogLine[] => {
    if (!line.includes('"error_severity":"')) return [];
    let entry: Record<string, unknown>;
    try {
      entry = JSON.parse(line) as Record<string, unknown>;
    } catch {
      return [];
    }
    const text = (key: string): string => {
      const value = entry[key];
      return typeof value === 'string' ? value : '';
    };
    if (!severities.has(text('error_severity'))) return [];
    const error = {
      ...{ sqlstate: text('state_code'), message: text('message'), statement: text('statement') },
      ...placeOf(text('context')),
    };
    return [{ application: text('application_name'), error }];
  });
}

/** Quotes are doubled, lines may go on inside them, and a statement of many megabytes is a field too. */
const csvField = /(?:"([^"]*(?:""[^"]*)*)"|([^,\n"]*))(,|\n|$)/g;

/** PostgreSQL docs, 20.8.4: fields by position. */
function csvLines(log: string): LogLine[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, separator] of log.matchAll(csvField)) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (separator === '\n') rows.push([]);
    else if (separator === '') break;
  }
  return rows.flatMap((row): LogLine[] => {
    const at = (i: number): string => row[i] ?? '';
    if (!severities.has(at(11))) return [];
    const error = { sqlstate: at(12), message: at(13), statement: at(19), ...placeOf(at(18)) };
    return [{ application: at(22), error }];
  });
}
