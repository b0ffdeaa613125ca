import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { explanations } from '../../src/explain/index.js';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** Codes as the source states them: `code: 'X'`, or as the first argument of what makes a finding. */
const stated =
  /(?:\bcode: |\b(?:failure|fail|problem|refuse|report|reportAt|at|make|err|add)\((?:[\w.]+, )*\s*)'(GB[0-9]{4}|[A-Z][A-Z0-9]*_[A-Z0-9_]+)'/g;

function codesInSource(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
    const inside = join(entry.parentPath, entry.name);
    if (
      !entry.isFile() ||
      !entry.name.endsWith('.ts') ||
      inside.includes('/explain/') ||
      inside.endsWith('.d.ts')
    )
      continue;
    for (const match of readFileSync(inside, 'utf8').matchAll(stated)) found.add(match[1] ?? '');
  }
  return found;
}

test('every code that the source states is explained', () => {
  const explained = new Set(explanations.map((e) => e.code));
  expect([...codesInSource()].filter((code) => !explained.has(code)).sort()).toEqual([]);
});

test('an explanation is a sentence, and no path of a machine', () => {
  for (const { code, explanation, title } of explanations) {
    expect(`${code} ${explanation}`).toMatch(/[.)`]$/);
    expect(title).not.toMatch(/\.$/);
  }
});
