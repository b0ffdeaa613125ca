import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';

/** The schema of SARIF 2.1.0; what it finds, as text. */
export function sarifErrors(log: unknown): readonly string[] {
  validator ??= compiled();
  void validator(log);
  return (validator.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

let validator: ReturnType<Ajv['compile']> | undefined;

/** Of draft-04 the schema uses nothing that draft-07 reads otherwise, but for the name of its own id. */
function compiled(): ReturnType<Ajv['compile']> {
  const path = join(import.meta.dirname, '../fixtures/sarif/sarif-2.1.0-rtm.5.json');
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  ajv.addFormat('uri', (text: string) => URL.canParse(text));
  ajv.addFormat('uri-reference', (text: string) => /^[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/.test(text));
  ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
  return ajv.compile(schema);
}
