import { expect, test } from 'vitest';
import { wholeExample } from '../../src/explain/index.js';
import { validate } from '../../src/rules/validate.js';
import { memorySources } from '../support/sources.js';
import {
  actions,
  command,
  disk,
  expectations,
  free,
  gate,
  guards,
  only,
  ruleTable,
  runbook,
} from '../support/table.js';

const mkdir = (name: string): string => `{mkdir: {path: "\${{ run.work }}/${name}"}, as: ${name}}`;
const fact = (expression: string, before = ''): string => `${before}facts: {a: "\${{ ${expression} }}"}\n`;
const look = (id: string, gateId: string): string => command(id, guards(free(gateId)));

ruleTable('ids-ascend', ['GB2001', 'GB2002'], {
  valid: {
    'numbers and letters ascend': runbook(look('C-09', 'G-09'), look('C-09a', 'G-09a'), look('C-10', 'G-10')),
    'three digits after two': runbook(look('C-99', 'G-99'), look('C-100', 'G-100')),
  },
  invalid: {
    'a lower number': [runbook(look('C-02', 'G-01'), look('C-01', 'G-02')), 'GB2001 C-01'],
    'a letter before none': [runbook(look('C-01a', 'G-01'), look('C-01', 'G-02')), 'GB2001 C-01'],
    'expectations come after guards': [
      runbook(command('C-01', guards(free('G-02')) + expectations(free('G-01')))),
      'GB2001 G-01',
    ],
    'teardown comes last': [
      `${runbook(look('C-02', 'G-01'))}teardown:\n${look('C-01', 'G-02')}`,
      'GB2001 C-01',
    ],
    'one id twice': [runbook(look('C-01', 'G-01'), look('C-02', 'G-01')), 'GB2002 G-01'],
    'one slip is one finding': [
      runbook(look('C-01', 'G-01'), look('C-09', 'G-02'), look('C-02', 'G-03'), look('C-10', 'G-04')),
      'GB2001 C-02',
    ],
  },
});

ruleTable('outputs-are-named-once, outputs-exist-before-use', ['GB2004', 'GB2207', 'GB2208'], {
  valid: {
    'in a later action': runbook(
      command(
        'C-01',
        guards(free('G-01')) + actions(mkdir('a'), `{mkdir: {path: "\${{ commands['C-01'].a.path }}/b"}}`),
      ),
    ),
    'in an expectation': runbook(
      command(
        'C-01',
        guards(free('G-01')) +
          actions(mkdir('a')) +
          expectations(
            gate('G-02', `probe: {value: "\${{ commands['C-01'].a.path }}"}, expect: {matches: a$}`),
          ),
      ),
    ),
    'in the report': `${runbook(command('C-01', guards(free('G-01')) + actions(mkdir('a'))))}${fact("commands['C-01'].a.path")}`,
  },
  invalid: {
    'two of one name': [
      runbook(command('C-01', guards(free('G-01')) + actions(mkdir('a'), mkdir('a')))),
      'GB2004 a',
    ],
    'by a guard of its own command': [
      runbook(
        command(
          'C-01',
          guards(
            free('G-01'),
            gate('G-02', `probe: {value: "\${{ commands['C-01'].a.path }}"}, expect: {matches: a$}`),
          ) + actions(mkdir('a')),
        ),
      ),
      "GB2207 commands['C-01'].a.path",
    ],
    'by the condition of its own command': [
      runbook(
        command(
          'C-01',
          `    when: commands['C-01'].a.path != ''\n${guards(free('G-01'))}${actions(mkdir('a'))}`,
        ),
      ),
      "GB2207 commands['C-01'].a.path",
    ],
    'by itself': [
      runbook(
        command(
          'C-01',
          guards(free('G-01')) + actions(`{mkdir: {path: "\${{ commands['C-01'].a.path }}/b"}, as: a}`),
        ),
      ),
      "GB2207 commands['C-01'].a.path",
    ],
    'a gate of a later command': [
      runbook(
        command(
          'C-01',
          guards(gate('G-01', `${disk}, assert: "value.free_bytes > gates['G-02'].observed.free_bytes"`)),
        ),
        look('C-02', 'G-02'),
      ),
      "GB2207 gates['G-02'].observed.free_bytes",
    ],
    'a guard beside it': [
      runbook(
        command(
          'C-01',
          guards(
            free('G-01'),
            gate('G-02', `${disk}, assert: "value.free_bytes > gates['G-01'].observed.free_bytes"`),
          ),
        ),
      ),
      "GB2208 gates['G-01'].observed.free_bytes",
    ],
  },
});

/** A loop over `data.d` whose condition is this. */
const looping = (items: string, condition: string, source = 'data.d'): string =>
  `data: {d: ${items}}\n${runbook(command('C-01', `    for_each: "\${{ ${source} }}"\n    when: "${condition}"\n${guards(free('G-01'))}`))}`;

ruleTable('constants-have-values', ['GB2601'], {
  valid: {
    'a constant that is there': `data: {d: [1]}\n${fact('data.d[0]')}`,
    'one that is asked for first': `data: {d: [1]}\n${fact('size(data.d) > 1 ? data.d[1] : 0')}`,
    'a division by what a param says': `params: {p: {type: integer, default: 0}}\n${fact('1 / params.p')}`,
    'a field of some items': looping(
      '{S1: {a: 1, k: x}, S2: {a: 2}}',
      "has(each.value.k) && each.value.k == 'x'",
    ),
    'a loop over what a param says': `params: {p: {type: list, items: integer, default: [0]}}\n${looping('[]', '1 / each.value == 1 || size(data.d) == 0', 'params.p')}`,
  },
  invalid: {
    'a division by zero': [fact('1 / 0'), 'GB2601 1 / 0'],
    'past the end of a constant': [`data: {d: [1]}\n${fact('data.d[1]')}`, 'GB2601 data.d[1]'],
    'a condition on constants': [looping('{S1: {a: 0}}', '1 / data.d.S1.a == 1'), 'GB2601 1 / data.d.S1.a'],
    'a field that one item lacks': [looping('{S1: {k: x}, S2: {}}', "each.value.k == 'x'"), 'GB2601 k'],
    'an item of another type than the first': [
      looping('[a, 5]', "each.value.startsWith('a')"),
      "GB2601 each.value.startsWith('a')",
    ],
  },
});

ruleTable('expressions-are-sound', ['GB2201', 'GB2202', 'GB2203', 'GB2204', 'GB2205', 'GB2206', 'GB2212'], {
  valid: {
    'every root': `params: {p: {type: integer, default: 3}}
data: {d: {e: [1]}}
keys: {k: {gpg: {generate: true}}}
targets: {t: {postgres: {url: {env: X}}}}
facts: {a: "\${{ params.p + data.d.e[0] }} \${{ keys.k.fingerprint }} \${{ targets.t.identity.database }} \${{ gates['G-01'].observed.free_bytes }} \${{ run.verdict }}"}
`,
  },
  invalid: {
    'an unknown root': [fact('rum.id'), 'GB2202 rum'],
    'an unknown field, in place': [fact('run.id + run.ide'), 'GB2203 run.ide'],
    'a field that no item has': [
      looping('{S1: {name: a}, S2: {name: b}}', 'each.value.nmae == run.id'),
      'GB2203 each.value.nmae',
    ],
    'an unknown param': [fact('params.q'), 'GB2203 params.q'],
    'an unknown gate': [fact("gates['G-07'].state"), "GB2203 gates['G-07']"],
    'the verdict before it is known': [
      only('probe: {value: "${{ run.verdict }}"}, expect: {equals: PASS}'),
      'GB2203 run.verdict',
    ],
    'what only the run knows in a convention': ['conventions: ["run ${{ run.id }}"]\n', 'GB2202 run'],
    'what only the run knows as the name of a target or key': [
      `targets: {a: {postgres: {url: {env: X}}}}\nkeys: {k: {gpg: {generate: true}}}\n${runbook(
        command(
          'C-01',
          guards(
            gate('G-01', 'probe: {postgres.identity: {target: "${{ run.id }}"}}, expect: {database: a}'),
            gate(
              'G-02',
              'probe: {gpg.key: {key: "${{ targets.a.identity.database }}"}}, expect: {present: true}',
            ),
            gate(
              'G-03',
              'probe: {exec: {argv: [x], env: {target: "${{ run.id }}"}}}, expect: {exit_code: 0}',
            ),
            gate('G-04', 'probe: {exec: {argv: [x], in: "${{ run.mode }}"}}, expect: {exit_code: 0}'),
          ),
        ),
      )}`,
      'GB2202 run',
      'GB2202 targets',
      'GB2202 run',
    ],
    'the verdict in what is recorded of a change': [
      'compensation: {kill_switch: true, record: ["${{ run.verdict }}"], escalate: SG_3}\n',
      'GB2203 run.verdict',
    ],
    'value outside an assert': [fact('value'), 'GB2202 value'],
    'each outside a loop': [fact('each.key'), 'GB2202 each'],
    'a condition of text': [
      only(`${disk}, expect: {free_bytes: {gt: 5}}, when: {if: run.id, reason: r}`),
      'GB2212 run.id',
    ],
  },
});

const looped = (data: string): string =>
  `data: {d: ${data}}\n${runbook(command('C-01', `    for_each: "\${{ data.d }}"\n${guards(free('G-01'))}`))}`;

ruleTable('loops-are-named', ['GB2211', 'GB2602', 'GB2603', 'GB2604'], {
  valid: {
    'an iteration by its name': `${runbook(command('C-01', `    for_each: {S1: {}, S2: {}}\n${guards(free('G-01'))}`))}${fact("gates['G-01[S1]'].observed.free_bytes")}`,
    'the worst of all': `${runbook(command('C-01', `    for_each: {S1: {}}\n${guards(free('G-01'))}`))}${fact("gates['G-01'].state")}`,
    'its own iteration': runbook(
      command(
        'C-01',
        `    for_each: {S1: {}}\n${guards(free('G-01'))}${actions(mkdir('a'))}${expectations(gate('G-02', `probe: {value: "\${{ commands['C-01'].a.path }}"}, expect: {matches: a$}`))}`,
      ),
    ),
  },
  invalid: {
    'all at once': [
      `${runbook(command('C-01', `    for_each: {S1: {}}\n${guards(free('G-01'))}`))}${fact("gates['G-01'].observed.free_bytes")}`,
      "GB2211 gates['G-01'].observed.free_bytes",
    ],
    'over nothing': [looped('{}'), 'GB2603 "${{ data.d }}"'],
    'over an empty list': [looped('[]'), 'GB2603 "${{ data.d }}"'],
    'over null': [looped('null'), 'GB2602 "${{ data.d }}"'],
    'over a text': [looped('abc'), 'GB2602 "${{ data.d }}"'],
    'over the same twice': [looped('[a, b, a]'), 'GB2604 "${{ data.d }}"'],
    'over maps without a key': [looped('[{n: 1}]'), 'GB2604 "${{ data.d }}"'],
    'over a text that is written there': [
      runbook(command('C-01', `    for_each: abc\n${guards(free('G-01'))}`)),
      'GB2602 abc',
    ],
    'a key that is no part of an id': [
      runbook(command('C-01', `    for_each: {"a b": {}}\n${guards(free('G-01'))}`)),
      'GB2211 "a b"',
    ],
  },
});

ruleTable('params-fit-their-types, declarations-are-constant', ['GB2006', 'GB2007', 'GB2008', 'GB2109'], {
  valid: {
    'an integer that YAML wants in quotes': fact(
      'params.a + 1 > 0',
      'params: {a: {type: integer, default: "-9223372036854775808"}}\n',
    ),
    'a constant that is null': fact('data.a == null', 'data: {a: null}\n'),
    'each type': fact(
      'params.s',
      'params: {s: {type: string, default: a, pattern: "^a"}, i: {type: integer, default: 3}, b: {type: boolean, default: true}, z: {type: bytes, default: 5GiB}, d: {type: duration, default: 90s}, p: {type: path, default: a/b}, n: {type: identifier, default: a_b}, e: {type: enum, values: [x], default: x}, l: {type: list, items: integer, default: [1]}}\n',
    ),
  },
  invalid: {
    'a size': [fact('params.a', 'params: {a: {type: bytes, default: lots}}\n'), 'GB2006 lots'],
    'a list of something else': [
      fact('params.a[0]', 'params: {a: {type: list, items: integer, default: [x]}}\n'),
      'GB2006 [x]',
    ],
    'not in the enum': [fact('params.a', 'params: {a: {type: enum, values: [x], default: y}}\n'), 'GB2006 y'],
    'not of its pattern': [
      fact('params.a', 'params: {a: {type: string, pattern: "^[0-9]+$", default: y}}\n'),
      'GB2006 y',
    ],
    'a list that is not of its pattern': [
      fact('params.a[0]', 'params: {a: {type: list, pattern: "[a-z]", default: [a, 1]}}\n'),
      'GB2006 [a, 1]',
    ],
    'a number that is not of its pattern': [
      fact('params.a', 'params: {a: {type: integer, pattern: "5", default: 6}}\n'),
      'GB2006 6',
    ],
    'an integer of more than 64 bits': [
      fact('params.a', 'params: {a: {type: integer, default: "9223372036854775808"}}\n'),
      'GB2006 "9223372036854775808"',
    ],
    'values of what is no enum': [
      fact('params.a', 'params: {a: {type: string, values: [x], default: y}}\n'),
      'GB2007 values',
    ],
    'items of what is no list': [
      fact('params.a', 'params: {a: {type: string, items: integer, default: y}}\n'),
      'GB2007 items',
    ],
    'a pattern that backtracks': [
      fact('params.a', 'params: {a: {type: string, pattern: "(?<=a)b"}}\n'),
      'GB2109 "(?<=a)b"',
    ],
    'a constant of a run': [fact('data.a', 'data: {a: "${{ data.b }}", b: 1}\n'), 'GB2008 data.b'],
  },
});

ruleTable('references-exist', ['GB2003', 'GB2403'], {
  valid: {
    'differs from a cluster that is known, or is one':
      'targets: {a: {postgres: {url: {env: X}}, identity: {differs_from: b}}, b: {postgres: {url: {env: Y}}, identity: {system_identifier: "1"}}, c: {postgres: {sandbox: {}}, identity: {differs_from: d}}, d: {postgres: {url: {env: Z}}}}\n',
    'a declared key': `keys: {k: {gpg: {generate: true}}}\n${only('probe: {gpg.key: {key: k}}, expect: {present: true}')}`,
  },
  invalid: {
    'a key': [only('probe: {gpg.key: {key: k}}, expect: {present: true}'), 'GB2003 k'],
    'a target': [only('probe: {postgres.identity: {target: p}}, expect: {database: a}'), 'GB2003 p'],
    'differs from whom': [
      'targets: {a: {postgres: {url: {env: X}}, identity: {differs_from: b}}}\n',
      'GB2003 b',
    ],
    'differs from itself': [
      'targets: {a: {postgres: {url: {env: X}}, identity: {differs_from: a}}}\n',
      'GB2403 a',
    ],
    'differs from nobody knows which': [
      'targets: {a: {postgres: {url: {env: X}}, identity: {differs_from: b}}, b: {postgres: {url: {env: Y}}, identity: {database: d}}}\n',
      'GB2403 b',
    ],
    'of an of': [
      'targets: {a: {postgres: {url: {env: X}}}, b: {postgres: {of: a, user: u}}, c: {postgres: {of: b, user: v}}}\n',
      'GB2403 b',
    ],
  },
});

ruleTable('everything-is-used', ['GB2005'], {
  valid: {
    'used by an expression, a probe, another target': `data: {d: 1}\nparams: {p: {type: string, default: x}}\n${fact('data.d + size(params.p)')}`,
  },
  invalid: {
    'nothing uses them': [
      'params: {p: {type: string, default: x}}\ndata: {d: 1}\nsecrets: {s: {env: S}}\nkeys: {k: {gpg: {generate: true}}}\n',
      'GB2005 p',
      'GB2005 d',
      'GB2005 s',
      'GB2005 k',
    ],
  },
});

test('a library that no runbook of a whole folder uses', async () => {
  const library =
    'gatebook: v1\nkind: gates\ngates:\n  g: {title: t, probe: {disk: {path: a}}, expect: {free_bytes: {gt: 5}}}\n';
  const use = wholeExample(
    'commands:\n  C-01:\n    title: t\n    guards:\n      G-01: {uses: "gates/a.yaml#g"}\n',
  );
  const sources = memorySources({
    'r.yaml': use,
    'gates/a.yaml': library,
    'gates/b.yaml': library,
    'broken.yaml': 'a: b: c',
  });
  const paths = ['gates/a.yaml', 'gates/b.yaml', 'r.yaml'];
  const told = async (given: readonly string[], whole: readonly string[]): Promise<readonly string[]> =>
    (await validate(sources, given, new Set(whole))).diagnostics
      .filter((d) => d.code === 'GB2005')
      .map((d) => `${d.severity} ${d.location.file}: ${d.message}`);
  expect(await told(paths, paths)).toEqual([
    'warning gates/b.yaml: no runbook of this folder uses this library',
  ]);
  expect(await told(paths, ['r.yaml'])).toEqual([]);
  expect(await told([...paths, 'broken.yaml'], paths)).toEqual([]);
});
