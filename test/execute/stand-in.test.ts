import { expect, test } from 'vitest';
import { valueMap } from '../../src/base/value.js';
import type { Execution } from '../../src/execute/context.js';
import { seedOfAction, seedOfGate } from '../../src/execute/stand-in.js';
import type { PlannedAction, PlannedGate } from '../../src/model/plan.js';

const execution = (mode: string, seed = ['runbooks/embedded/production.sql']) =>
  ({
    facts: { mode },
    plan: { targets: { prod: { postgres: { via: 'url', embedded: { seed } } }, copy: { postgres: {} } } },
  }) as unknown as Execution;
const args = (target: string) => valueMap([['target', target]]);
const gate = (kind: string, target = 'prod') => ({ probe: { kind, args: args(target) } }) as PlannedGate;
const backup = { kind: 'postgres.backup', args: args('prod') } as unknown as PlannedAction;
const missing = { code: 'TABLE_MISSING', message: 'no such table: shop.orders' };
const told =
  /^in a rehearsal prod is a stand-in and holds only what runbooks\/embedded\/production\.sql makes: /;

test('what a stand-in was not given is told, and where it belongs', () => {
  expect(seedOfGate(execution('rehearsal'), gate('sql'), undefined)).toMatch(told);
  expect(seedOfGate(execution('rehearsal'), gate('postgres.rows'), missing)).toMatch(told);
  expect(seedOfAction(execution('rehearsal'), backup, missing)).toMatch(told);
  expect(seedOfGate(execution('rehearsal', []), gate('sql'), undefined)).toContain('is empty');
});

test.each([
  ['on production itself', seedOfGate(execution('live'), gate('sql'), undefined)],
  ['of a copy', seedOfGate(execution('rehearsal'), gate('sql', 'copy'), undefined)],
  [
    'where it is asked which server it is',
    seedOfGate(execution('rehearsal'), gate('postgres.identity'), undefined),
  ],
  [
    'where a statement timed out',
    seedOfGate(execution('rehearsal'), gate('sql'), { ...missing, code: 'TIMEOUT' }),
  ],
  ['where a key is missing', seedOfAction(execution('rehearsal'), backup, { ...missing, code: 'KEY_UNSET' })],
])('and nothing is told of it %s', (_, next) => {
  expect(next).toBeUndefined();
});
