import { expect, test } from 'vitest';
import { ofThisRun } from '../../../src/kinds/docker/of-this-run.js';
import type { LedgerEntry } from '../../../src/kinds/executor.js';
import { localEngine } from '../../../src/ports/docker.js';

const entry = (state: LedgerEntry['state'], id: string): LedgerEntry => ({
  ...{ resource: id, kind: 'docker.container', name: 'box', durability: 'ephemeral', state },
  handle: {
    ...{ type: 'container', host: localEngine, name: `gb-${id}`, run: 'r', nonce: '0'.repeat(32) },
    ...{ id, volumes: null },
  },
});
const found = (name: string, ...entries: readonly LedgerEntry[]): unknown => {
  const one = ofThisRun('container', name, { entries: () => entries });
  return one.ok ? one.value.id : one.error.code;
};

test('what an `as` name means is the newest that is there, whatever has been destroyed or was only intended', () => {
  expect(found('box', entry('created', 'a'), entry('created', 'b'))).toBe('b');
  expect(found('box', entry('created', 'a'), entry('destroyed', 'b'), entry('intended', 'c'))).toBe('a');
  expect(found('gb-a', entry('created', 'a'), entry('created', 'b'))).toBe('a');
});

test('what is gone is told from what this run never made', () => {
  expect(found('box', entry('destroyed', 'a'), entry('leaked', 'b'))).toBe('RESOURCE_GONE');
  expect(found('other', entry('created', 'a'))).toBe('NOT_OURS');
});
