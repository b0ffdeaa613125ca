import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { sha256Of } from '../../../base/sha256.js';
import { err, ok } from '../../../base/result.js';
import type { Result } from '../../../base/result.js';
import { limitsOf } from '../../docker/limits.js';
import { ofThisRun } from '../../docker/of-this-run.js';
import type { ActionContext, ActionExecutor, KindProblem } from '../../executor.js';
import type { Args } from './schema.js';

interface Content {
  readonly sizeBytes: number;
  readonly content: Uint8Array | Readable;
}

/** The plan's bytes; or those of a file that this run made, read twice: what arrives is checked against both. */
async function contentOf(
  file: string,
  pin: string,
  context: ActionContext,
): Promise<Result<Content, KindProblem>> {
  const pinned = context.pinned(file);
  if (pinned !== undefined) {
    const sha256 = sha256Of(pinned.content);
    if (sha256 !== pin) return differs(file, sha256, pin);
    return ok({ sizeBytes: pinned.content.length, content: pinned.content });
  }
  const path = resolve(context.run.project, file);
  const facts = await context.files.facts(path);
  if (!facts.ok) return facts;
  if (facts.value === null) return err({ code: 'FILE_ABSENT', message: `${path} isn't there` });
  const sha256 = await context.files.sha256(path, context.signal);
  if (!sha256.ok) return sha256;
  if (sha256.value !== pin) return differs(file, sha256.value, pin);
  const content = await context.files.open(path);
  return content.ok ? ok({ sizeBytes: facts.value.sizeBytes, content: content.value }) : content;
}

const differs = (what: string, found: string, wanted: string): Result<never, KindProblem> =>
  err({
    code: 'PIN_MISMATCH',
    message: `${what} has sha256 ${found}, the pin says ${wanted}`,
    next: 'read it again; if it is what you mean, pin its digest',
  });

export const execute: ActionExecutor<Args> = async ({ to, file, sha256, path, mode = '0644' }, context) => {
  const container = ofThisRun('container', to, context.ledger);
  if (!container.ok) return container;
  const source = await contentOf(file, sha256, context);
  if (!source.ok) return source;
  const { content, sizeBytes } = source.value;
  const copied = await context.docker.copyIn(
    container.value,
    { path, content, sizeBytes, mode: Number.parseInt(mode, 8) },
    limitsOf(context),
  );
  if (!copied.ok) return copied;
  const arrived = copied.value.sha256;
  if (arrived !== sha256) return differs(`the copy of ${file} in ${container.value.name}`, arrived, sha256);
  return ok({
    outputs: { path, sha256, copied_sha256: arrived, size_bytes: copied.value.sizeBytes },
    words: `${container.value.name}:${path}, ${copied.value.sizeBytes} bytes, sha256 as pinned`,
  });
};
