import type pg from 'pg';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { later } from '../../base/timer.js';
import type { Value } from '../../base/value.js';
import { duration } from '../../base/words.js';
import type {
  ConnectionParts,
  PgProblem,
  Reached,
  Rows,
  Session,
  SessionSpec,
} from '../../ports/postgres.js';
import { asReached } from '../../ports/postgres.js';
import type { Connected } from './connect.js';
import { connectClient, cutOff, withClient } from './connect.js';
import { assertIdentity } from './identity.js';
import { queryProblem } from './problem.js';
import type { Cancellation, Protocol } from './query.js';
import { runQuery } from './query.js';

/** How long the server may take to answer a cancellation before the socket is cut. */
const cancelGraceMs = 2_000;
/** The server itself ends a statement at its time; one that has said nothing so long after it says nothing any more. */
const silentMs = 20_000;

/** Asks the server, on a connection of its own, to cancel what this backend runs (PostgreSQL docs, 9.27.2). */
async function cancelBackend(backendPid: number, connection: ConnectionParts): Promise<void> {
  const connected = await connectClient({
    connection,
    applicationName: 'gatebook/cancel',
    signal: AbortSignal.timeout(cancelGraceMs),
    statementTimeoutMs: cancelGraceMs,
  });
  if (!connected.ok) return;
  await withClient(connected.value, cancelGraceMs, (client) =>
    client.query('SELECT pg_catalog.pg_cancel_backend($1)', [backendPid]).catch(() => undefined),
  );
}

/** Opens a session. Its first statement asserts the identity; a mismatch closes it before a second one. */
export async function openSession(spec: SessionSpec): Promise<Result<Session, PgProblem>> {
  const connected = await connectClient(spec);
  if (!connected.ok) return connected;
  const session = new LiveSession(connected.value, spec);
  const asserted = await session.begin();
  if (asserted.ok) return ok(session);
  await session.close();
  return asserted;
}

class LiveSession implements Session {
  backendPid = 0;
  readonly client: pg.Client;
  readonly reached: Reached;
  readonly ended: Promise<PgProblem>;
  #closed = false;
  /** Why nothing can be asked any more, from when that is heard, which is before the socket is closed. */
  #lost: PgProblem | undefined;
  #silent: PgProblem | undefined;
  #cancelling: Promise<void> | undefined;
  readonly #elements = new Map<number, number | null>();
  readonly #onAbort = () => this.#abort();

  constructor(
    { client, reached }: Connected,
    readonly spec: SessionSpec,
  ) {
    this.client = client;
    this.reached = reached;
    this.ended = new Promise((resolve) => {
      // The first tells why; what comes after it says only that the socket is closed.
      client.on('error', (error) => (this.#lost ??= queryProblem(error, false)));
      client.on('end', () => {
        if (!this.#closed) resolve(this.#lost ?? queryProblem('it was closed', false));
        this.#closed = true;
      });
    });
    spec.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  async begin(): Promise<Result<null, PgProblem>> {
    // node-pg keeps the announced process for cancelling; its types don't say so.
    const { processID: announced } = this.client as unknown as { readonly processID: number | null };
    const asserted = await assertIdentity((text) => this.query(text), this.spec, announced);
    if (!asserted.ok) return asserted;
    this.backendPid = asserted.value;
    for (const [name, value] of Object.entries(this.spec.settings ?? {})) {
      const set = await this.query('SELECT pg_catalog.set_config($1, $2, false)', [name, value]);
      if (!set.ok) return set;
    }
    return ok(null);
  }

  readonly query = (text: string, params: readonly Value[] = []): Promise<Result<Rows, PgProblem>> =>
    this.#run(text, params, 'extended');

  readonly script = (text: string): Promise<Result<Rows, PgProblem>> => this.#run(text, [], 'simple');

  async #run(text: string, params: readonly Value[], protocol: Protocol): Promise<Result<Rows, PgProblem>> {
    if (this.spec.signal.aborted) return err({ code: 'CANCELLED', message: 'cancelled' });
    if (this.#lost !== undefined) return err({ ...this.#lost, code: 'CONNECTION_LOST' });
    if (this.#closed)
      return err({ code: 'CONNECTION_LOST', message: 'the connection to PostgreSQL is closed' });
    const cancellation: Cancellation = {
      cancel: this.cancel,
      aborted: () => this.spec.signal.aborted,
    };
    const forget = protocol === 'extended' ? this.#cutIfSilent() : () => undefined;
    const result = await runQuery(this.client, { text, params, protocol }, cancellation, this.#elements);
    forget();
    // A cancellation that arrives late would hit the next statement.
    await this.#cancelling;
    return this.#silent && !result.ok ? err(this.#silent) : result;
  }

  /** A text of several statements has no time limit of its own. */
  #cutIfSilent(): () => void {
    const { statementTimeoutMs } = this.spec;
    if (statementTimeoutMs <= 0) return () => undefined;
    const cut = (): void => {
      const waited = duration(statementTimeoutMs + silentMs);
      this.#silent = {
        code: 'CONNECTION_LOST',
        message: `the server took the connection and has not answered for ${waited}`,
        next: 'Look whether it hangs (its log, its disk), and whether something between here and there swallows what it says.',
      };
      this.#cut();
    };
    // In two parts: on a machine that slept the first is over at once, and what came meanwhile is read in the second.
    let forget = later(statementTimeoutMs, () => (forget = later(silentMs, cut)));
    return () => forget();
  }

  readonly cancel = (): void => {
    this.#cancelling ??= cancelBackend(
      this.backendPid,
      asReached(this.spec.connection, this.reached),
    ).finally(() => {
      this.#cancelling = undefined;
    });
  };

  readonly close = async (): Promise<void> => {
    this.spec.signal.removeEventListener('abort', this.#onAbort);
    await this.#cancelling;
    if (this.#closed) return;
    this.#closed = true;
    const cut = setTimeout(() => this.#cut(), cancelGraceMs);
    await this.client.end().catch(() => undefined);
    clearTimeout(cut);
  };

  /** The server is told first: a statement outlives a client that merely goes away. */
  #abort(): void {
    if (this.#closed) return;
    if (this.backendPid !== 0) this.cancel();
    const cut = setTimeout(() => this.#cut(), cancelGraceMs);
    cut.unref();
  }

  #cut(): void {
    this.#closed = true;
    cutOff(this.client);
  }
}
