import { expect, test } from 'vitest';
import { loadRunbook } from '../../src/document/index.js';
import { memorySources } from '../support/sources.js';

const load = (authorization: string) =>
  loadRunbook(
    memorySources({
      'r.yaml': `gatebook: v1
id: example
title: Example
revision: 1
authorization: ${authorization}
commands:
  C-01: {title: t, expectations: {G-01: {title: set, probe: {env: {name: HOME}}, expect: {set: true}}}}
`,
    }),
    'r.yaml',
  );

test.each([
  ['{none: reads nothing}', { none: 'reads nothing' }],
  ['{slots: [SG_1], valid_for: 24h}', { slots: ['SG_1'], validForMs: 86_400_000 }],
  ['{slots: [SG_1, SG_2], valid_for: 30m}', { slots: ['SG_1', 'SG_2'], validForMs: 1_800_000 }],
])('%s', async (text, authorization) => {
  const loaded = await load(text);
  expect(loaded.ok && loaded.value.runbook.authorization).toEqual(authorization);
});

test.each([
  '{}',
  '{slots: [SG_1]}',
  '{valid_for: 24h}',
  '{slots: [], valid_for: 24h}',
  '{slots: [SG_1, SG_1], valid_for: 24h}',
  '{slots: ["../SG"], valid_for: 24h}',
  '{slots: SG_1, valid_for: 24h}',
  '{slots: [SG_1], valid_for: 0s}',
  '{slots: [SG_1], valid_for: 400d}',
  '{slots: [SG_1], valid_for: soon}',
  '{none: reads nothing, slots: [SG_1], valid_for: 24h}',
  '{none: reads nothing, valid_for: 24h}',
])('%s is refused', async (text) => {
  const loaded = await load(text);
  expect(loaded.ok).toBe(false);
});
