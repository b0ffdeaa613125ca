import { Buffer } from 'node:buffer';
import { resolve } from 'node:path';
import { ok } from '../../../base/result.js';
import type { ProbeContext, ProbeExecutor } from '../../executor.js';
import { gitTracked } from './git.js';
import type { Args } from './schema.js';

const passwdMaxBytes = 1 << 20;

/** The user's name where the machine's own list has it, else the number. */
async function userName(uid: number, { files }: ProbeContext): Promise<string> {
  const passwd = await files.read('/etc/passwd', passwdMaxBytes);
  if (!passwd.ok) return String(uid);
  const entries = Buffer.from(passwd.value).toString('utf8').split('\n');
  return entries.find((line) => line.split(':')[2] === String(uid))?.split(':')[0] ?? String(uid);
}

const absent = {
  present: false,
  type: null,
  mode: null,
  owner: null,
  size_bytes: null,
  sha256: null,
  git_tracked: null,
};

export const execute: ProbeExecutor<Args> = async (args, context) => {
  const path = resolve(context.run.project, args.path);
  const facts = await context.files.facts(path);
  if (!facts.ok) return facts;
  if (facts.value === null) return ok(absent);
  const { type, mode, uid, sizeBytes } = facts.value;
  const sha256 = type === 'file' ? await context.files.sha256(path, context.signal) : ok(null);
  if (!sha256.ok) return sha256;
  const tracked = await gitTracked(path, context);
  if (!tracked.ok) return tracked;
  return ok({
    present: true,
    type,
    mode,
    owner: await userName(uid, context),
    size_bytes: sizeBytes,
    sha256: sha256.value,
    git_tracked: tracked.value,
  });
};
