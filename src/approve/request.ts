import { sha256Of } from '../base/sha256.js';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { Json } from '../base/value.js';
import { bindingDigest } from '../bind/index.js';
import type { Binding } from '../model/binding.js';
import type { Plan } from '../model/plan.js';
import { canonicalPlan, decodePlan, planDigest } from '../plan/index.js';
import type { Problem } from '../text/problem.js';
import type { PlanBasis } from './approval.js';
import { bindingOf } from './approval.js';
import { forms, instantOf, Malformed, mapOf, printStatement, readStatement, textOf } from './statement.js';

/** Who asks, and for what: plan and binding as they are on the machine that will run. */
export interface Request {
  readonly runbook: string;
  readonly plan_digest: string;
  readonly binding_digest: string;
  readonly requester: string;
  readonly created: string;
  readonly state: string;
  /** The approvers' file, whole: its sha256 is in the binding. */
  readonly approvers: string;
  /** plan.json */
  readonly plan: Json;
  readonly binding: Binding;
}

export function makeRequest(options: {
  readonly plan: Plan;
  readonly binding: Binding;
  readonly approvers: string;
  readonly created: string;
}): string {
  const { plan, binding, approvers, created } = options;
  const request: Request = {
    runbook: plan.runbook.id,
    plan_digest: planDigest(plan),
    binding_digest: bindingDigest(binding),
    requester: binding.requester,
    created,
    state: binding.state,
    approvers,
    plan: JSON.parse(canonicalPlan(plan)) as Json,
    binding,
  };
  return printStatement({ ...request, type: 'gatebook/request@1' });
}

export interface ReadRequest {
  readonly request: Request;
  readonly plan: Plan;
}

/** Reads a request and recomputes both digests from what it holds. Problem: STATEMENT_MALFORMED. */
export function readRequest(text: string): Result<ReadRequest, Problem> {
  const read = readStatement(text, 'request', (fields): Request => {
    const request = {
      runbook: textOf(fields, 'runbook', forms.id),
      plan_digest: textOf(fields, 'plan_digest', forms.digest),
      binding_digest: textOf(fields, 'binding_digest', forms.digest),
      requester: textOf(fields, 'requester', forms.principal),
      created: instantOf(fields, 'created'),
      state: textOf(fields, 'state', forms.state),
      approvers: textOf(fields, 'approvers', /^[^]{1,262144}$/),
      plan: mapOf(fields['plan'], 'plan') as Json,
      binding: bindingOf(fields),
    };
    consistent(request);
    return request;
  });
  if (!read.ok) return read;
  const plan = decodePlan(read.value.plan);
  if (!plan.ok) return malformed(plan.error.message);
  if (planDigest(plan.value) !== read.value.plan_digest || plan.value.runbook.id !== read.value.runbook)
    return malformed('its plan is not the one that its plan_digest names');
  return ok({ request: read.value, plan: plan.value });
}

const malformed = (message: string): Result<never, Problem> => err({ code: 'STATEMENT_MALFORMED', message });

function consistent({ binding, binding_digest, requester, state, approvers }: Request): void {
  if (bindingDigest(binding) !== binding_digest)
    throw new Malformed('its binding is not the one that its binding_digest names');
  if (binding.requester !== requester) throw new Malformed('its binding names another requester');
  if (binding.state !== state) throw new Malformed('its binding names another state folder');
  if (binding.approvers?.sha256 !== sha256Of(approvers))
    throw new Malformed("its approvers' file is not the one that its binding names");
}

/** Taken from the plan's JSON form, so that big numbers and expressions have one form on both sides. */
export function basisOfPlan(plan: Plan): PlanBasis {
  const json = JSON.parse(canonicalPlan(plan)) as {
    readonly gatebook: string;
    readonly params: Json;
    readonly files: PlanBasis['files'];
  };
  return {
    gatebook: json.gatebook,
    params: json.params,
    files: json.files.map(({ path, sha256 }) => ({ path, sha256 })),
  };
}
