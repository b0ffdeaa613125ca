import { wholeExample, asExample, type Example } from '../../src/explain/index.js';
import { validate } from '../../src/rules/validate.js';
import type { Diagnostic } from '../../src/text/diagnostic.js';
import { memorySources } from './sources.js';

/** What `validate` finds in a runbook; what every runbook begins with is put before it. */
export async function findingsOf(example: Example | string): Promise<readonly Diagnostic[]> {
  const sources = memorySources({ 'runbook.yaml': wholeExample(example), ...asExample(example).files });
  return (await validate(sources, ['runbook.yaml'])).diagnostics;
}
