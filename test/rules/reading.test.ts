import { expect, it } from 'vitest';
import { ok } from '../../src/base/result.js';
import type { Sources } from '../../src/ports/sources.js';
import { validate } from '../../src/rules/validate.js';
import { memorySources } from '../support/sources.js';

const runbookUsing = (use: string): string => `gatebook: v1
id: read-once
title: Read once
revision: 1
commands:
  C-01:
    title: look
    effect: observe
    guards:
      G-01: {uses: ${use}}
`;

/** A project that remembers what was read of it. */
function watched(files: Readonly<Record<string, string>>): { sources: Sources; read: string[] } {
  const inner = memorySources(files);
  const read: string[] = [];
  const project: Sources['project'] = async (path) => {
    const found = await inner.project(path);
    if (!found.ok) return found;
    return ok({
      ...found.value,
      read: (inside, maxBytes) => {
        read.push(inside);
        return found.value.read(inside, maxBytes);
      },
    });
  };
  return { sources: { ...inner, project }, read };
}

it('reads every file once: what was looked at is what is validated', async () => {
  const { sources, read } = watched({
    'gatebook.yaml': 'gatebook: v1\n',
    'gates.yaml':
      'gatebook: v1\nkind: gates\ngates:\n  sound: {title: sound, probe: {disk: {path: "${{ run.work }}"}}, expect: {free_bytes: {gt: 1}}}\n',
    'runbook.yaml': runbookUsing('gates.yaml#sound'),
  });
  const { diagnostics } = await validate(sources, ['runbook.yaml']);
  expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  expect([...read].sort()).toEqual(['gatebook.yaml', 'gates.yaml', 'runbook.yaml']);
});
