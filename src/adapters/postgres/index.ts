import type { Postgres } from '../../ports/postgres.js';
import { endSessions } from './end-sessions.js';
import { openSession } from './session.js';

/** PostgreSQL by node-pg: the only place where a connection is made. */
export const createPostgres = (): Postgres => ({ open: openSession, endSessions });
