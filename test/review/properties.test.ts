import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan, PlannedCommand } from '../../src/model/plan.js';
import { comparePlans } from '../../src/review/compare/index.js';
import { base, files } from './base.js';
import { sideOf } from './support.js';

const side = await sideOf(files(base));
const { plan } = side;
const changesTo = (after: Plan) => comparePlans(side, { ...side, plan: after });

/** Any value with the keys of its maps in another order; classes and lists stay as they are. */
function permuted(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((item) => permuted(item, seed));
  if (typeof value !== 'object' || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, permuted(entry, seed)] as const);
  const turned = seed % Math.max(1, entries.length);
  const order = [...entries.slice(turned), ...entries.slice(0, turned)];
  return Object.fromEntries(seed % 2 === 0 ? order : order.reverse());
}

const eachCommand = (after: (command: PlannedCommand) => PlannedCommand): Plan => ({
  ...plan,
  commands: plan.commands.map(after),
  teardown: plan.teardown.map(after),
});
const gatesOf = ({ guards, expectations }: PlannedCommand) => [...guards, ...expectations];
const gates = [...plan.commands, ...plan.teardown].flatMap(gatesOf);

describe('whatever the plan', () => {
  test('compared with itself nothing changed', () => {
    expect(changesTo(plan)).toEqual([]);
  });

  test('the order of keys means nothing', () => {
    fc.assert(
      fc.property(fc.nat(50), (seed) => {
        expect(changesTo(permuted(plan, seed) as Plan)).toEqual([]);
      }),
    );
  });

  test('the order of what one gate expects means nothing', () => {
    fc.assert(
      fc.property(fc.nat(10), (seed) => {
        const turn = <T>(list: readonly T[]): T[] => {
          const at = seed % Math.max(1, list.length);
          return [...list.slice(at), ...list.slice(0, at)];
        };
        const after = eachCommand((command) => ({
          ...command,
          guards: command.guards.map((gate) => ({ ...gate, expect: turn(gate.expect) })),
          expectations: command.expectations.map((gate) => ({ ...gate, expect: turn(gate.expect) })),
        }));
        expect(changesTo(after)).toEqual([]);
      }),
    );
  });

  test('each gate that is removed is told as removed, and weakens', () => {
    fc.assert(
      fc.property(fc.subarray(gates, { minLength: 1 }), (gone) => {
        const stays = ({ id }: { readonly id: string }) => !gone.some((gate) => gate.id === id);
        const after = eachCommand((command) => ({
          ...command,
          guards: command.guards.filter(stays),
          expectations: command.expectations.filter(stays),
        }));
        const told = changesTo(after).filter(({ kind }) => kind === 'gate-removed');
        expect(told.map(({ place }) => place.name).sort()).toEqual(gone.map(({ id }) => id as string).sort());
        expect(told.every(({ weight }) => weight === 'weakens')).toBe(true);
      }),
    );
  });

  test('each expectation that is removed weakens', () => {
    const lines = gates.flatMap((gate) => gate.expect.map((expectation) => ({ gate, expectation })));
    fc.assert(
      fc.property(fc.constantFrom(...lines), ({ gate, expectation }) => {
        const without = (one: (typeof gates)[number]) =>
          one.id === gate.id ? { ...one, expect: one.expect.filter((e) => e !== expectation) } : one;
        const after = eachCommand((command) => ({
          ...command,
          guards: command.guards.map(without),
          expectations: command.expectations.map(without),
        }));
        expect(changesTo(after)).toMatchObject([{ kind: 'expectation-removed', weight: 'weakens' }]);
      }),
    );
  });

  test('a command that is removed takes its gates with it, and each is told', () => {
    for (const { id } of plan.commands) {
      const gone = plan.commands.filter((command) => command.id === id).flatMap(gatesOf);
      const changes = changesTo({ ...plan, commands: plan.commands.filter((command) => command.id !== id) });
      expect(changes.filter(({ kind }) => kind === 'gate-removed').map(({ place }) => place.name)).toEqual(
        gone.map((gate) => gate.id),
      );
      expect(changes.some(({ kind }) => kind === 'command-removed')).toBe(true);
    }
  });
});
