import { ok } from '../../../base/result.js';
import type { Value } from '../../../base/value.js';
import type { ProbeExecutor } from '../../executor.js';
import { queryReadOnly } from '../../postgres/transaction.js';
import { withSession } from '../../postgres/with-session.js';
import type { Args } from './schema.js';

export const execute: ProbeExecutor<Args> = ({ target, query, params = [] }, context) => {
  return withSession(context, target, async (session) => {
    const result = await queryReadOnly(session, query, params as readonly Value[]);
    return result.ok ? ok({ rows: result.value.rows, row_count: result.value.rowCount }) : result;
  });
};
