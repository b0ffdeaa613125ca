import type { Cancellation } from '../../execute/cancellation.js';
import type { Claim } from './claim.js';

const askEveryMs = 10_000;
/** Rounds without an answer. They are counted and not timed: a machine that slept has asked nothing meanwhile. */
const patience = 3;

/**
 * Looks after the sessions that hold the claims, until it is called off: a claim whose session ended is free for
 * others, on any machine. The server says so where it ends one; a network that swallows everything says nothing, so
 * the server is asked.
 */
export function watchClaims(
  claims: readonly Claim[],
  cancellation: Pick<Cancellation, 'abort'>,
  everyMs = askEveryMs,
): () => void {
  const stops = claims.map((claim) => watch(claim, cancellation, everyMs));
  return () => {
    for (const stop of stops) stop();
  };
}

function watch({ target, session }: Claim, cancellation: Pick<Cancellation, 'abort'>, everyMs: number) {
  let unanswered = 0;
  let watching = true;
  const stop = (): void => {
    watching = false;
    clearInterval(timer);
  };
  const lost = (why: string): void => {
    if (!watching) return;
    stop();
    cancellation.abort({
      kind: 'environment',
      code: 'CLAIM_LOST',
      command: null,
      gate: null,
      message: `the session that holds the claim on ${target} is lost: ${why}`,
      next: 'find out what ended it (pg_terminate_backend, a restart, a firewall) before you run again',
    });
  };
  const ask = (): void => {
    unanswered += 1;
    if (unanswered > patience) lost(`the server has not answered for ${(patience * everyMs) / 1000} s`);
    if (unanswered > 1) return;
    void session.query('SELECT 1').then((answer) => {
      if (!answer.ok && answer.error.code === 'CONNECTION_LOST') lost(answer.error.message);
      else unanswered = 0;
    });
  };
  const timer = setInterval(ask, everyMs);
  void session.ended.then(({ message }) => lost(message));
  return stop;
}
