import { readFile } from 'node:fs/promises';
import { replaceFile } from '../../adapters/rewrite.js';
import { projectSources } from '../../adapters/sources.js';
import { visible } from '../../base/visible.js';
import { fix, type Fixed } from '../../rules/fix.js';
import { validate, type Validation } from '../../rules/validate.js';
import type { Problem } from '../../text/problem.js';
import { say } from '../io.js';

/** `validate --fix`: mends what is safe, says each of it on stderr, and validates what the files hold then. */
export async function validateFixed(
  paths: readonly string[],
  wholeFolders?: ReadonlySet<string>,
): Promise<Validation> {
  const sources = projectSources(process.cwd());
  const { texts, fixed, unfixed, validation } = await fix(sources, paths, wholeFolders);
  const lines: string[] = [];
  let failed = false;
  for (const [file, { before, after }] of texts) {
    const problem = await write(file, before, after);
    failed ||= problem !== null;
    lines.push(
      ...(problem === null ? fixed.filter((f) => f.location.file === file).map(words) : [refusal(problem)]),
    );
  }
  for (const { file, because } of unfixed)
    lines.push(`not fixed ${visible(file)}: it would bring ${because.code} ${visible(because.message)}`);
  if (lines.length === 0) lines.push('nothing to fix by itself');
  await say(process.stderr, `${lines.join('\n')}\n`);
  return failed ? validate(sources, paths, wholeFolders) : validation;
}

const byteOrderMark = [0xef, 0xbb, 0xbf] as const;

async function write(file: string, read: string, text: string): Promise<Problem | null> {
  const before = await readFile(file);
  if (new TextDecoder().decode(before) !== read) {
    return {
      code: 'FILE_CHANGED',
      message: `${file} was changed by somebody else meanwhile`,
      next: 'run it again',
    };
  }
  const hasMark = byteOrderMark.every((byte, index) => before[index] === byte);
  const after = Buffer.from(text, 'utf8');
  const written = await replaceFile(
    file,
    before,
    hasMark ? Buffer.concat([Buffer.from(byteOrderMark), after]) : after,
  );
  return written.ok ? null : written.error;
}

const refusal = ({ code, message, next }: Problem): string =>
  `not fixed ${visible(message)} (${code})${next === undefined ? '' : `; ${next}`}`;

/** `fixed     a.yaml:3:10 GB1011 7611… → "7611…"`. */
function words({ location: { file, range }, code, before, after }: Fixed): string {
  const place = `${visible(file)}:${String(range.start.line)}:${String(range.start.column)}`;
  const change = before === '' ? `added ${after.trim().replace(/^, /, '')}` : `${before} → ${after}`;
  return `fixed     ${place} ${code} ${visible(change)}`;
}
