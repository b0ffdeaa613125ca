import { describe, expect, test } from 'vitest';
import { findingsOf } from '../support/validate.js';

const gate = (body: string): string =>
  `commands:\n  C-01:\n    title: Look\n    guards:\n      G-01:\n        title: t\n${body.replaceAll(/^/gm, '        ')}\n`;
const disk = 'probe: {disk: {path: /tmp}}';

test('a digest that is none says what one is, and how to get it', async () => {
  const [found] = await findingsOf(
    'data: {x: 1}\ncommands: {C-01: {title: t, effect: observe, do: [{script: {file: a.sh, sha256: SUM}}]}}\n',
  );
  expect(found?.reason).toBe(
    'a digest is 64 lower-case hex digits; where a file has none yet, gatebook validate --fix writes it',
  );
});

test.each([
  ['keep: {path: "out/${{ run.id }}", from: a}', 'an expression here is the whole value, and no part of it'],
  ['keep: {path: /a, from: a}', 'a name has letters'],
  ['mkdir: {path: a, mode: rwx}', 'a mode is four octal digits'],
  ['destroy: [A]', 'a name is a lower-case letter'],
])('what a form must be stands beside the finding: %s', async (action, reason) => {
  const found = await findingsOf(`commands: {C-01: {title: t, do: [{${action}}]}}\n`);
  expect(found.find(({ code }) => code === 'GB1105')?.reason).toContain(reason);
});

test('a name that is none says what one is', async () => {
  const found = await findingsOf('secrets: {S: {generate: {bytes: 24}}}\n');
  expect(found.find(({ code }) => code === 'GB1104')?.reason).toContain('a name is a lower-case letter');
});

test('a name with a percent sign is read as it stands', async () => {
  const found = await findingsOf('commands: {"C-%": {title: t, sumary: x}}\n');
  expect(found.map(({ message }) => message)).toContain('C-% has no key sumary');
});

/** One mistake is one finding, in the words of the language. */
describe('findings of the schema', () => {
  test.each([
    ['sumary: x\n', 'GB1101 the file has no key sumary', 'did you mean summary?'],
    [
      gate('probe: {exec: {argv: ls -la}}\nexpect: {exit_code: 0}'),
      'GB1103 argv must be a list, not text',
      'write a list: [ls, -la]',
    ],
    [
      'commands: {C-01: {title: t, do: [{mkdir: {path: a, mode: 755}}]}}\n',
      'GB1103 mode must be text, not a number',
      'e.g. "0750"',
    ],
    ['tags: yes\n', 'GB1103 tags must be a list, not text', 'write a list: [yes]'],
    [
      'targets: {a: {postgres: {url: {env: X}}, production: yes}}\n',
      'GB1103 production must be true or false, not text',
      'write true: in YAML 1.2 yes is text',
    ],
    [
      gate(`${disk}\nexpect: {free_bytes: {gt: 1}}\ntimeout: 0s`),
      'GB1105 timeout has not the form it needs',
      undefined,
    ],
    [
      gate(`${disk}\nexpect: {free_bytes: {gt: 1}}\nretry: {attempts: 2, every: 1000d}`),
      'GB1105 every has not the form it needs',
      undefined,
    ],
    [
      gate('probe: {exec: {argv: [x], timeout: 0m}}\nexpect: {exit_code: 0}'),
      'GB1105 timeout has not the form it needs',
      undefined,
    ],
    [
      'commands: {C-01: {title: t, guards: {}}}\n',
      'GB1106 guards holds nothing',
      'write at least one, or remove the key',
    ],
    [
      'commands: {C-01: {title: t, expectations: {}}}\n',
      'GB1106 expectations holds nothing',
      'write at least one, or remove the key',
    ],
    ['title: 15\n', 'GB1103 title must be text, not a number', 'quote it: "15"'],
    ['teardown: []\n', 'GB1103 teardown must be a map, not a list', 'write NAME: VALUE below it'],
    [
      'authorization: maybe\n',
      'GB1103 authorization must be a map, not text',
      'e.g. {none: reads production}',
    ],
    ['title: [a]\n', 'GB1103 title must be text, not a list', 'e.g. Restore rehearsal'],
    [
      'targets: {a: b}\n',
      'GB1103 a must be a map, not text',
      'below it stand postgres, access, production, superuser, identity',
    ],
    [
      'params:\n',
      'GB1103 params is empty: a map expected',
      'write what it holds, indented further, or remove the key',
    ],
    ['commands:\n  c-01: {title: t}\n', 'GB1104 "c-01" can\'t be a name here', 'write C-01'],
    [
      'guards: {}\n',
      'GB1101 the file has no key guards',
      'guards stands in a command: commands: {C-01: {guards: …}}',
    ],
    [
      'commands:\n  C-01: {title: t, do: [{shell: pg_dump app}]}\n',
      'GB1101 there is no action shell, nor a modifier of one',
      "a program is exec: {argv: [PROGRAM, ARGUMENT, …]}, a shell's text exec: {argv: [sh, -c, '…']}",
    ],
    [
      'commands:\n  C-01: {title: t, do: [{exec: {argv: "pg_dump -Fc app"}}]}\n',
      'GB1103 argv must be a list, not text',
      'write a list: [pg_dump, -Fc, app]',
    ],
    ['summary:\n', 'GB1103 summary is empty: text expected', 'write a value, or remove the key'],
    [
      gate(`probe: {dsk: {path: /tmp}}\nexpect: {a: 1}`),
      'GB1101 there is no probe dsk',
      'did you mean disk?',
    ],
    [gate(`probe: {disk: {pth: /tmp}}\nexpect: {a: 1}`), 'GB1101 disk has no key pth', 'did you mean path?'],
    [
      gate(`${disk}\nexpect: {free_bytes: {gte: true}}`),
      'GB1103 gte must be a number or text, not true or false',
      undefined,
    ],
    [
      gate(`${disk}\nexpect: {free_bytes: {between: 3}}`),
      'GB1103 between must be a list, not a number',
      'write a list: [a, b]',
    ],
    [
      gate(`${disk}\nexpect: {free_bytes: {exists: maybe}}`),
      'GB1103 exists must be true or false, not text',
      undefined,
    ],
    [
      gate(`${disk}\nexpect: {free_bytes: {gt: 1}}\non_fail: hardabort`),
      "GB1107 on_fail can't be hardabort",
      'did you mean hard-abort?',
    ],
    [
      gate(`${disk}\nexpect: {free_bytes: {gt: 1}}\ntimeout: 30`),
      'GB1103 timeout must be text, not a number',
      'e.g. 30s',
    ],
    [
      'commands:\n  C-01: {title: t, do: [{wait: {for: 0.5s}}]}\n',
      'GB1105 for has not the form it needs',
      'e.g. 2s',
    ],
    [
      'targets: {a: {postgres: {url: 3}}}\n',
      'GB1103 url must be text or a map, not a number',
      'quote it: "3"',
    ],
    ['targets: {a: {postgres: {url: {environment: X}}}}\n', 'GB1101 url has no key environment', undefined],
    [
      gate('probe: {sql: {target: prod, query: select a, b from c}}\nexpect: {row_count: 1}'),
      'GB1101 sql has no key b from c',
      'quote a text that holds a comma: what follows it is read as a key',
    ],
    ['secrets: {a: {}}\n', 'GB1108 a needs exactly one key', 'one of generate, env, file'],
    [
      'secrets: {a: {env: X, file: y}}\n',
      'GB1108 a takes exactly one of env, file',
      'one of generate, env, file',
    ],
  ])('%j', async (text, message, fix) => {
    const found = await findingsOf(text);
    const own = found.filter((d) => `${d.code} ${d.message}` === message);
    expect(own.map((d) => `${d.code} ${d.message}`)).toEqual([message]);
    if (fix !== undefined) expect(own[0]?.fix).toBe(fix);
    const others = found.filter((d) => !own.includes(d));
    expect(
      others.map((d) => d.code).filter((c) => c !== 'GB1108' && c !== 'GB1101' && c !== 'GB1102'),
    ).toEqual([]);
  });

  test.each([
    ['hosts: {a: {}}\n', 'hosts'],
    ['commands: {C-01: {title: t, host: vps, do: [{wait: {for: 1s}}]}}\n', 'host'],
  ])('%j is reserved', async (text, name) => {
    const reserved = (await findingsOf(text)).filter((d) => d.code === 'GB1201');
    expect(reserved.map((d) => d.message)).toContain(`${name} is reserved: not built yet`);
  });

  test('what every object has is not reserved', async () => {
    expect((await findingsOf('constructor: x\n')).map(({ code }) => code)).toEqual(['GB1101']);
  });
});
