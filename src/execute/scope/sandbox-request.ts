import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { ValueMap } from '../../base/value.js';
import { evaluateTemplate } from '../../expression/index.js';
import type { KindProblem, SandboxRequest } from '../../kinds/executor.js';
import type { SandboxEngine } from '../../model/binding.js';
import type { TargetDeclaration } from '../../model/runbook.js';
import type { Template } from '../../model/template.js';

/** Evaluates what a sandbox's declaration says of the server that is wanted; where it runs is bound. */
export function sandboxRequest(
  declaration: TargetDeclaration | undefined,
  name: string,
  values: ValueMap,
  place: { readonly engine: SandboxEngine; readonly image?: string },
): Result<SandboxRequest, KindProblem> {
  if (declaration?.postgres.via !== 'sandbox')
    return err({ code: 'NOT_A_SANDBOX', message: `${name} is not declared as a sandbox` });
  const { version, password, name: container, network } = declaration.postgres;
  const wanted: Record<string, string> = {};
  const fields: Readonly<Record<string, Template | undefined>> = {
    version,
    password,
    container,
    network,
    database: declaration.identity?.database,
  };
  for (const [field, template] of Object.entries(fields)) {
    if (template === undefined) continue;
    const value = evaluateTemplate(template, values);
    if (!value.ok)
      return err({ code: value.error.code, message: `${field} of ${name}: ${value.error.message}` });
    if (typeof value.value !== 'string' && typeof value.value !== 'number')
      return err({ code: 'SANDBOX_TYPE', message: `${field} of ${name} is neither text nor a number` });
    wanted[field] = String(value.value);
  }
  const like = declaration.identity?.differs_from;
  return ok({ ...place, ...wanted, ...(like !== undefined && { like }) });
}
