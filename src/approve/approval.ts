import type { Result } from '../base/result.js';
import type { Json } from '../base/value.js';
import type { Binding } from '../model/binding.js';
import { bindingDigest } from '../bind/index.js';
import type { Problem } from '../text/problem.js';
import { forms, instantOf, Malformed, mapOf, printStatement, readStatement, textOf } from './statement.js';
import type { Fields } from './statement.js';

/**
 * What a plan is made of: with the same files, params and runner the same plan comes out. An approval carries it,
 * so that a refusal can say which of them differs.
 */
export interface PlanBasis {
  readonly gatebook: string;
  readonly params: Json;
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** One slot of one plan on one machine, for one run: what an approver signs. */
export interface Approval {
  readonly runbook: string;
  readonly plan_digest: string;
  readonly binding_digest: string;
  readonly requester: string;
  /** Of the requester's key, which may not approve either. */
  readonly requester_key: string;
  readonly slot: string;
  readonly principal: string;
  /** UTC, ISO 8601: valid from here on, */
  readonly not_before: string;
  /** and no longer from here on. */
  readonly expires: string;
  readonly nonce: string;
  /** Id of the state folder in which it can be used, once. */
  readonly state: string;
  readonly plan: PlanBasis;
  /** What `binding_digest` is the digest of. No secret is in it. */
  readonly binding: Binding;
}

export const printApproval = (approval: Approval): string =>
  printStatement({ ...approval, type: 'gatebook/approval@1' });

/** Problem: STATEMENT_MALFORMED. */
export const readApproval = (text: string): Result<Approval, Problem> =>
  readStatement(text, 'approval', (fields) => {
    const binding = bindingOf(fields);
    const approval: Approval = {
      runbook: textOf(fields, 'runbook', forms.id),
      plan_digest: textOf(fields, 'plan_digest', forms.digest),
      binding_digest: textOf(fields, 'binding_digest', forms.digest),
      requester: textOf(fields, 'requester', forms.principal),
      requester_key: textOf(fields, 'requester_key', forms.key),
      slot: textOf(fields, 'slot', forms.slot),
      principal: textOf(fields, 'principal', forms.principal),
      not_before: instantOf(fields, 'not_before'),
      expires: instantOf(fields, 'expires'),
      nonce: textOf(fields, 'nonce', forms.nonce),
      state: textOf(fields, 'state', forms.state),
      plan: basisOf(mapOf(fields['plan'], 'plan')),
      binding,
    };
    if (bindingDigest(binding) !== approval.binding_digest)
      throw new Malformed('its binding is not the one that its binding_digest names');
    if (Date.parse(approval.expires) <= Date.parse(approval.not_before))
      throw new Malformed('it expires before it begins');
    return approval;
  });

/** Only its digest counts; its form is looked at where a part of it is shown. */
export const bindingOf = (fields: Fields): Binding => {
  const binding = mapOf(fields['binding'], 'binding');
  textOf(binding, 'schema', /^gatebook\/binding@1$/);
  return binding as unknown as Binding;
};

function basisOf(fields: Fields): PlanBasis {
  const files = fields['files'];
  if (!Array.isArray(files)) throw new Malformed('plan.files is not a list');
  return {
    gatebook: textOf(fields, 'gatebook', forms.anything),
    params: fields['params'] ?? null,
    files: (files as unknown[]).map((entry) => {
      const file = mapOf(entry, 'a file of the plan');
      return {
        path: textOf(file, 'path', forms.anything),
        sha256: textOf(file, 'sha256', /^[0-9a-f]{64}$/),
      };
    }),
  };
}
