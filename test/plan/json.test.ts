import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Value } from '../../src/base/value.js';
import { valueMap } from '../../src/base/value.js';
import type { Plan } from '../../src/model/plan.js';
import { Expression, TextTemplate, type Template } from '../../src/model/template.js';
import { buildPlan, canonicalPlan, decodePlan, planDigest } from '../../src/plan/index.js';
import { planOf } from '../support/plan.js';
import { projectSources } from '../../src/adapters/sources.js';
import { loadRunbook } from '../../src/document/index.js';

const body = `params: {n: {type: integer, default: 1}}
data: {x: {b: 1, a: [1, two, null]}}
commands:
  C-01:
    title: "Hello \${{ run.id }}"
    guards:
      G-01: {title: g, probe: {value: "\${{ run.mode }}"}, expect: {one_of: [live, rehearsal]}, assert: size(value) > 0}
tables:
  - {title: T, from: G-01, columns: {Zed: a, Alpha: b, Mid: c}}
`;
let plan: Plan;
beforeAll(async () => {
  plan = await planOf(body);
});

const text = fc.string({ unit: 'grapheme' });
const key = fc.oneof(
  text,
  fc.constantFrom('$expr', '$text', '$int', '$map', '$', '!', '__proto__', 'constructor', 'toJSON'),
);
const template = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    text,
    text.map((source) => new Expression(source)),
    fc
      .array(
        fc.oneof(
          text,
          text.map((source) => new Expression(source)),
        ),
        { maxLength: 3 },
      )
      .map((parts) => new TextTemplate(parts)),
  ),
  any: fc.oneof(
    { maxDepth: 4 },
    tie('leaf'),
    fc.array(tie('any'), { maxLength: 4 }),
    fc
      .array(fc.tuple(key, tie('any')), { maxLength: 4 })
      .map((entries) => valueMap(entries as [string, Value][])),
  ),
})).any as fc.Arbitrary<Template>;

const holding = (args: Template): Plan => {
  const [command] = plan.commands;
  if (!command) throw new Error('no command');
  const action = { kind: 'exec', args, effect: 'observe' as const };
  return { ...plan, commands: [{ ...command, actions: [action] }] };
};

describe('plan.json', () => {
  test('decoding is the exact inverse of encoding', () => {
    fc.assert(
      fc.property(template, (args) => {
        const written = canonicalPlan(holding(args));
        const read = decodePlan(JSON.parse(written));
        if (!read.ok) throw new Error(read.error.message);
        expect(read.value).toEqual(holding(args));
        expect(canonicalPlan(read.value)).toBe(written);
      }),
    );
  });
  test('two values never share a form', () => {
    fc.assert(
      fc.property(template, template, (a, b) => {
        const same = canonicalPlan(holding(a)) === canonicalPlan(holding(b));
        const read = decodePlan(JSON.parse(canonicalPlan(holding(a))));
        if (same && read.ok) expect(read.value).toEqual(holding(b));
      }),
    );
  });
  test('an expression, its text and a map that looks like it are told apart', () => {
    const forms = [
      new Expression('a'),
      '${{ a }}',
      valueMap([['$expr', 'a']]),
      new TextTemplate([new Expression('a')]),
      1,
      1n,
      '1',
    ];
    const digests = forms.map((form) => planDigest(holding(form as Template)));
    expect(new Set(digests).size).toBe(forms.length);
  });
  test('is the same for the same runbook, and another for any change of meaning', async () => {
    const digest = planDigest(plan);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(planDigest(await planOf(body))).toBe(digest);
    for (const [from, to] of [
      ['rehearsal', 'dry-run'],
      ['default: 1', 'default: 2'],
      ['size(value) > 0', 'size(value) > 1'],
      ['Hello', 'hello'],
    ] as const)
      expect(planDigest(await planOf(body.replace(from, to)))).not.toBe(digest);
  });
  test('keeps the order of constants, which an expression may walk in the run', () => {
    const orderOf = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(orderOf)
        : typeof value === 'object' && value !== null
          ? Object.entries(value).map(([name, entry]) => [name, orderOf(entry)])
          : null;
    expect(Object.keys(plan.data['x'] as object)).toEqual(['b', 'a']);
    fc.assert(
      fc.property(template, (value) => {
        const written = canonicalPlan({ ...plan, data: valueMap([['x', value as Value]]) });
        const read = decodePlan(JSON.parse(written));
        if (!read.ok) throw new Error(read.error.message);
        expect(orderOf(read.value.data['x'])).toEqual(orderOf(value));
        expect(canonicalPlan(read.value)).toBe(written);
      }),
    );
  });
  test('keeps the order of columns', () => {
    const read = decodePlan(JSON.parse(canonicalPlan(plan)));
    expect(read.ok && Object.keys(read.value.report.tables[0]?.columns ?? {})).toEqual([
      'Zed',
      'Alpha',
      'Mid',
    ]);
  });
  test.each([
    ['null', null],
    ['a list', []],
    ['another schema', { schema: 'gatebook/plan@2' }],
    ['nothing but the schema', { schema: 'gatebook/plan@1' }],
  ])('%s is refused', (_name, json) => {
    expect(decodePlan(json)).toMatchObject({ ok: false, error: { code: 'PLAN_MALFORMED' } });
  });
  test.each([
    ['an unknown mark', '{"$other":1}'],
    ['a mark with a neighbour', '{"$expr":"a","b":1}'],
    ['a mark behind another key', '{"!":1,"$expr":"a"}'],
    ['a number that is none', '{"$int":"1e5"}'],
    ['a wrap that was not needed', '{"$map":{"a":1}}'],
    ['an order where none counts', '{"$pairs":[["b",1],["a",2]]}'],
    ['pairs that are none', '{"$pairs":[["b"]]}'],
  ])('%s is refused', (_name, form) => {
    const json = canonicalPlan(holding('PLACE')).replace('"PLACE"', form);
    expect(decodePlan(JSON.parse(json))).toMatchObject({ ok: false, error: { code: 'PLAN_MALFORMED' } });
  });
});

test.each(['o9-backup', 'restore-rehearsal'])('runbooks/%s.yaml has a plan that reads back', async (name) => {
  const loaded = await loadRunbook(projectSources(process.cwd()), `runbooks/${name}.yaml`);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error[0]));
  const built = buildPlan(loaded.value, { params: {}, version: '0.1.0' });
  if (!built.ok) throw new Error(JSON.stringify(built.error[0]));
  expect(decodePlan(JSON.parse(canonicalPlan(built.value)))).toEqual(built);
});
