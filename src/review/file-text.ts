import { cut } from '../base/visible.js';
import type { Plan, PlanFile } from '../model/plan.js';
import { isTemplateMap } from '../model/template.js';
import type { Review } from './schema.js';

/** What a reviewer reads of a file before looking for it elsewhere. */
const maxLines = 100;
const maxCharacters = 8 * 1024;

type FileText = Review['files'][number]['text'];

/** A file with what was read of it; its bytes are those whose digest the plan holds. */
export interface ReadFile extends PlanFile {
  readonly content: Uint8Array;
}

/** Scripts and SQL files that an action or a probe names: what is in them is what would happen. */
export function filesRun({ commands, teardown }: Plan): ReadonlySet<string> {
  const named = [...commands, ...teardown].flatMap(({ guards, actions, expectations }) =>
    [...actions, ...[...guards, ...expectations].map(({ probe }) => probe)].map(({ args }) =>
      isTemplateMap(args) ? args['file'] : undefined,
    ),
  );
  return new Set(named.filter((path) => typeof path === 'string'));
}

/** The beginning of a file, in whole lines but where the first alone is too long; null where it is no text. */
export function fileText(content: Uint8Array): FileText {
  const text = decoded(content);
  if (text === null) return null;
  const all = text.replace(/\n+$/, '').split('\n');
  const lines = all.slice(0, linesThatFit(all));
  if (lines.length === all.length) return { lines, left_out: null };
  const left = all.slice(lines.length);
  const [first = ''] = all;
  if (lines.length > 0) return { lines, left_out: leftOut(left, 0) };
  const beginning = cut(first, maxCharacters);
  return { lines: [beginning], left_out: leftOut(left, Buffer.byteLength(beginning.slice(0, -1))) };
}

function linesThatFit(all: readonly string[]): number {
  let characters = 0;
  const tooMany = all.slice(0, maxLines).findIndex((line) => (characters += line.length + 1) > maxCharacters);
  return tooMany < 0 ? Math.min(all.length, maxLines) : tooMany;
}

const leftOut = (lines: readonly string[], shownBytes: number) => ({
  lines: lines.length,
  bytes: Buffer.byteLength(lines.join('\n')) - shownBytes,
});

function decoded(content: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return null;
  }
}
