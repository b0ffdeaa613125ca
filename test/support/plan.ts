import type { Result } from '../../src/base/result.js';
import { loadRunbook } from '../../src/document/index.js';
import type { Plan } from '../../src/model/plan.js';
import { buildPlan, type PlanProblem } from '../../src/plan/index.js';
import { memorySources } from './sources.js';

const head = `gatebook: v1
id: example
title: Example
revision: 1
authorization: {none: reads nothing}
`;

/** The plan of a runbook, its beginning put before it. */
export async function planned(
  body: string,
  params: Readonly<Record<string, string>> = {},
): Promise<Result<Plan, readonly PlanProblem[]>> {
  const loaded = await loadRunbook(
    memorySources({ 'runbook.yaml': head + body, 'seed.sql': 'select 1;' }),
    'runbook.yaml',
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error, null, 1));
  return buildPlan(loaded.value, { params, version: '0.1.0' });
}

export async function planOf(body: string, params: Readonly<Record<string, string>> = {}): Promise<Plan> {
  const plan = await planned(body, params);
  if (!plan.ok) throw new Error(JSON.stringify(plan.error, null, 1));
  return plan.value;
}
