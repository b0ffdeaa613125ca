import { describe, expect, test } from 'vitest';
import { showTemplate } from '../../src/model/template.js';
import { outline } from '../../src/plan/index.js';
import { planned, planOf } from '../support/plan.js';

const gates = (body: string) => `
commands:
  C-01:
    title: One
    expectations:
${body}
`;
const oneGate = gates(`      G-01: {title: t, probe: {value: 1}, expect: {equals: 1}}`);

describe('params', () => {
  const declared = (declaration: string) => `params:\n  p: ${declaration}\n${oneGate}`;
  const cases: readonly (readonly [string, string | undefined, unknown])[] = [
    ['{type: bytes, default: 1GiB}', undefined, 1073741824],
    ['{type: bytes}', '5GiB', 5368709120],
    ['{type: integer}', '9223372036854775807', 9223372036854775807n],
    ['{type: integer}', '-3', -3],
    ['{type: boolean}', 'true', true],
    ['{type: duration, default: 90s}', undefined, '90s'],
    ['{type: list, items: bytes}', '1kB, 2kB', [1000, 2000]],
    ['{type: list}', '', []],
    ['{type: enum, values: [a, b]}', 'b', 'b'],
    ['{type: identifier}', 'public.t', 'public.t'],
    ["{type: string, pattern: '^[a-z]+$'}", 'abc', 'abc'],
    ['{type: path}', '/var/lib', '/var/lib'],
  ];
  test.each(cases)('%s given %s', async (declaration, given, value) => {
    const plan = await planOf(declared(declaration), given === undefined ? {} : { p: given });
    expect(plan.params['p']).toEqual(value);
  });
  const refused: readonly (readonly [string, string])[] = [
    ['{type: bytes}', '5 gigs'],
    ['{type: integer}', '1.5'],
    ['{type: integer}', '0x10'],
    ['{type: boolean}', 'yes'],
    ['{type: duration}', '90'],
    ['{type: enum, values: [a, b]}', 'c'],
    ['{type: identifier}', 'a=b'],
    ['{type: list, items: integer}', '1,x'],
    ["{type: string, pattern: '^[a-z]+$'}", 'abc1'],
    ['{type: path}', 'a\u0000b'],
  ];
  test.each(refused)('%s refuses %j', async (declaration, given) => {
    expect(await planned(declared(declaration), { p: given })).toMatchObject({
      ok: false,
      error: [{ code: 'PARAM_MALFORMED', exit: 2 }],
    });
  });
  test('an unknown one is wrong usage, and says what was meant', async () => {
    expect(
      await planned(`params: {min_free: {type: bytes, default: 1GiB}}\n${oneGate}`, { 'min-free': '1GiB' }),
    ).toMatchObject({
      ok: false,
      error: [{ code: 'PARAM_UNKNOWN', exit: 2, next: 'did you mean min_free?' }],
    });
  });
  test('one without default must be given', async () => {
    expect(await planned(declared('{type: string}'))).toMatchObject({
      ok: false,
      error: [{ code: 'PARAM_MISSING', exit: 2 }],
    });
  });
  test('one from outside is not in the plan by value, and what depends on it is not folded', async () => {
    const body = `params:
  p: {type: bytes, default: 1kB, from: {env: SIZE}}
  q: {type: string, default: x}
${gates("      G-01: {title: '${{ params.p }} ${{ params.q }}', probe: {value: '${{ params.p }}'}, expect: {gt: 0}}")}`;
    const plan = await planOf(body);
    expect(plan.params).toEqual({ q: 'x' });
    expect(plan.outsideParams).toMatchObject({ p: { default: 1000, from: { env: 'SIZE' } } });
    const gate = plan.commands[0]?.expectations[0];
    expect(showTemplate(gate?.title ?? '')).toBe('${{ params.p }} x');
    expect(showTemplate(gate?.probe.args ?? '')).toBe('${{ params.p }}');
    const given = await planOf(body, { p: '5kB' });
    expect(given.outsideParams).toEqual({});
    expect(given.commands[0]?.expectations[0]?.title).toBe('5000 x');
  });
});

describe('folding', () => {
  test('keeps types, joins texts, leaves what only the run knows', async () => {
    const plan = await planOf(`data: {scope: [a, b], min: 3}
${gates(`      G-01:
        title: "\${{ size(data.scope) }} tables of \${{ run.id }}"
        probe: {value: "\${{ data.scope }}"}
        expect: {length: {equals: "\${{ data.min - 1 }}"}}`)}`);
    const gate = plan.commands[0]?.expectations[0];
    expect(showTemplate(gate?.title ?? '')).toBe('2 tables of ${{ run.id }}');
    expect(gate?.probe.args).toEqual(['a', 'b']);
    expect(gate?.expect[0]?.matcher).toMatchObject({ op: 'length', matcher: { operand: 2 } });
  });
  test('what data holds is never looked through for expressions', async () => {
    const plan = await planOf(
      `data: {text: "\${{ params.p }}"}
params: {p: {type: string, default: x}}
${gates("      G-01: {title: '${{ data.text }}', probe: {value: 1}, expect: {equals: 1}}")}`,
      { p: '${{ secrets.x }}' },
    );
    expect(plan.commands[0]?.expectations[0]?.title).toBe('${{ secrets.x }}');
  });
  test('an expression that fails before the run is an error with its place', async () => {
    const plan = await planned(
      `data: {scope: [a]}\n${gates("      G-01: {title: '${{ data.scope[3] }}', probe: {value: 1}, expect: {equals: 1}}")}`,
    );
    expect(plan).toMatchObject({
      ok: false,
      error: [{ code: 'GB2601', exit: 3, at: { range: { start: { line: 12 } } } }],
    });
  });
});

describe('loops', () => {
  const loop = (each: string) => `data: {scenarios: {S1: {n: 1}, S2: {n: 2}}, names: [x, y]}
commands:
  C-01:
    title: "Scenario \${{ each.key }}"
    for_each: ${each}
    do:
      - exec: {argv: ["true", "\${{ string(each.value.n) }}"]}
        as: ran
    effect: observe
    expectations:
      G-01: {title: ok, probe: {value: "\${{ commands['C-01'].ran.exit_code }}"}, expect: {equals: 0}}
      G-02: {title: same, probe: {value: "\${{ gates['G-01'].state }}"}, expect: {unchanged_since: G-01}}
`;
  test('are unrolled in order; ids inside become those of the iteration', async () => {
    const plan = await planOf(loop('"${{ data.scenarios }}"'));
    expect(plan.commands.map(({ id, base, each, title }) => [id, base, each?.key, title])).toEqual([
      ['C-01[S1]', 'C-01', 'S1', 'Scenario S1'],
      ['C-01[S2]', 'C-01', 'S2', 'Scenario S2'],
    ]);
    const [, second] = plan.commands;
    expect(second?.actions[0]?.args).toEqual({ argv: ['true', '2'] });
    expect(second?.expectations.map(({ id }) => id)).toEqual(['G-01[S2]', 'G-02[S2]']);
    expect(second?.expectations[0]?.probe.args).toMatchObject({
      source: "commands['C-01[S2]'].ran.exit_code",
    });
    expect(second?.expectations[1]?.probe.args).toMatchObject({ source: "gates['G-01[S2]'].state" });
    expect(second?.expectations[1]?.expect[0]?.matcher).toEqual({ op: 'unchanged_since', gate: 'G-01[S2]' });
  });
  test.each([
    ['"${{ data.names.filter(n, n == \'z\') }}"', 'GB2603'],
    ['"${{ size(data.names) }}"', 'GB2602'],
    ['"${{ commands[\'C-00\'].x }}"', 'GB2602'],
    ['{"a b": {n: 1}}', 'GB2604'],
    ['"${{ data.names + data.names }}"', 'GB2604'],
    ['"${{ data.nope }}"', 'GB2601'],
  ])('for_each: %s is refused', async (each, code) => {
    const plan = await planned(loop(each));
    expect(plan.ok ? [] : plan.error.map((p) => p.code)).toContain(code);
  });
  test('list items are their own keys', async () => {
    const plan = await planned(loop('"${{ data.names }}"').replace('string(each.value.n)', 'each.value'));
    expect(plan.ok && plan.value.commands.map(({ id }) => id)).toEqual(['C-01[x]', 'C-01[y]']);
  });
});

describe('effects', () => {
  test('a command has the worst of its actions and its own', async () => {
    const plan = await planOf(`commands:
  C-01: {title: look, expectations: {G-01: {title: t, probe: {value: 1}, expect: {equals: 1}}}}
  C-02: {title: wait, do: [{wait: {for: 1s}}]}
  C-03: {title: make, do: [{mkdir: {path: "\${{ run.work }}/x"}, as: x}, {wait: {for: 1s}}]}
  C-04: {title: run, effect: change, do: [{exec: {argv: ["true"]}}]}
`);
    expect(plan.commands.map(({ effect }) => effect)).toEqual(['observe', 'observe', 'create', 'change']);
    expect(plan.commands[3]?.actions[0]?.effect).toBe('change');
  });
});

test('the outline says in words what would happen', async () => {
  const plan = await planOf(`params: {min: {type: bytes, default: 1GiB}}
commands:
  C-01:
    title: Pre-flight
    guards:
      G-01: {title: "disk of \${{ run.id }}", probe: {disk: {path: /}}, expect: {free_bytes: {gte: "\${{ params.min }}"}}, why: room}
teardown:
  C-02: {title: After, expectations: {G-02: {title: t, probe: {value: 1}, assert: value == 1, on_fail: note}}}
`);
  const { commands, authorization } = outline(plan);
  expect(authorization).toBe('none required — reads nothing');
  expect(commands).toMatchObject([
    {
      id: 'C-01',
      teardown: false,
      gates: [
        {
          id: 'G-01',
          // What only the run knows stands in a title by its name, and not in the marks of the language.
          title: 'disk of ‹run.id›',
          phase: 'guard',
          expected_words: ['free_bytes ≥ 1 GiB'],
          why: 'room',
        },
      ],
    },
    {
      id: 'C-02',
      teardown: true,
      gates: [{ id: 'G-02', phase: 'teardown', on_fail: 'note', expected_words: ['value == 1'] }],
    },
  ]);
  expect(commands[0]?.gates[0]?.probe_words).not.toBe('');
});

test('waivers are part of the plan; without any there is no key for them', async () => {
  const waiver = { code: 'GB2706', at: 'C-01', reason: 'a banner', approver: 'SG_1', until: '2026-12-31' };
  const plan = await planOf(`waivers: [${JSON.stringify(waiver)}]\n${oneGate}`);
  expect(plan.waivers).toEqual([waiver]);
  expect(Object.keys(await planOf(oneGate))).not.toContain('waivers');
});
