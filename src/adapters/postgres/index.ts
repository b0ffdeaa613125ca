import type { Postgres } from '../../ports/postgres.js';

/** PostgreSQL by node-pg: the only place where a connection is made. It is loaded with the first one. */
export const createPostgres = (): Postgres => ({
  open: async (...args) => (await import('./session.js')).openSession(...args),
  endSessions: async (...args) => (await import('./end-sessions.js')).endSessions(...args),
});
