import type { Explanation } from './entry.js';

const gate = (body: string): string =>
  `commands:\n  C-01:\n    title: Look\n    guards:\n      G-01:\n        title: enough free disk\n${body.replaceAll(/^/gm, '        ')}\n`;
const disk = 'probe: {disk: {path: "${{ run.work }}"}}';

/** GB11xx to GB14xx: what the schema and the reader of expectations and expressions say. */
export const shape: readonly Explanation[] = [
  {
    code: 'GB1100',
    title: 'something the language does not allow here',
    explanation:
      'The value breaks a rule of the schema that has no words of its own. `gatebook schema runbook` prints the schema.',
  },
  {
    code: 'GB1101',
    title: 'an unknown key',
    explanation:
      "Nothing is ignored: a key that the language doesn't know is most often a misspelt one. Inside braces an unquoted comma ends a text, and what follows it is read as a key.",
    wrong: 'sumary: text\n',
    right: 'summary: text\n',
  },
  {
    code: 'GB1102',
    title: 'something is missing',
    explanation: 'The language needs this key here.',
    wrong: gate('expect: {free_bytes: {gte: 1}}'),
    right: gate(`${disk}\nexpect: {free_bytes: {gte: 1}}`),
  },
  {
    code: 'GB1103',
    title: 'a value of another type',
    explanation:
      'In YAML 1.2 only `true` and `false` are booleans; `yes`, `on` and `no` are text. An unquoted 15 is a number, a quoted one is text. A key without a value is null.',
    wrong: 'tags: backup\n',
    right: 'tags: [backup]\n',
  },
  {
    code: 'GB1104',
    title: "a name that can't stand here",
    explanation:
      'Commands are C-01, gates G-01, with two or three digits and perhaps a letter. Params, data, targets, keys, secrets and `as` are lower-case letters, digits and underscores.',
    wrong: 'commands:\n  First:\n    title: Look\n    do: [{wait: {for: 1s}}]\n',
    right: 'commands:\n  C-01:\n    title: Look\n    do: [{wait: {for: 1s}}]\n',
  },
  {
    code: 'GB1105',
    title: "a text that hasn't the form it needs",
    explanation:
      "The value is a duration, an id, a digest or the like, and isn't written as one. The reason beside the mark says how it is, or the fix shows one that is right.",
    wrong: gate(`${disk}\nexpect: {free_bytes: {gte: 1}}\ntimeout: 30 seconds`),
    right: gate(`${disk}\nexpect: {free_bytes: {gte: 1}}\ntimeout: 30s`),
  },
  {
    code: 'GB1106',
    title: 'too much or too little',
    explanation:
      'The value is outside the bounds that the language gives it: an empty map or list where something must stand, a number too small or too great.',
    wrong: 'revision: 0\n',
    right: 'revision: 1\n',
  },
  {
    code: 'GB1107',
    title: "a word that can't stand here",
    explanation: 'Only some words have a meaning here.',
    wrong: gate(`${disk}\nexpect: {free_bytes: {gte: 1}}\non_fail: stop`),
    right: gate(`${disk}\nexpect: {free_bytes: {gte: 1}}\non_fail: abort`),
  },
  {
    code: 'GB1108',
    title: 'exactly one of several',
    explanation: 'A gate has one probe, an item of `do` one action, a target is reached in one way.',
    wrong: 'targets:\n  copy:\n    postgres: {sandbox: {engine: auto}, url: {env: X}}\n',
    right: 'facts: {a: b}\n',
  },
  {
    code: 'GB1110',
    title: 'keys that do not go together',
    explanation:
      'A gate that `uses` a library may override title, on_fail, retry, timeout, why and when, nothing else, so that the same name always proves the same thing.',
    wrong: gate(`${disk}\nexpect: {free_bytes: {gte: 1}}\nwith: {a: 1}`),
    right: gate(`${disk}\nexpect: {free_bytes: {gte: 1}}`),
  },
  {
    code: 'GB1201',
    title: 'reserved: not built yet',
    explanation:
      "The language has it, this version doesn't. It is refused rather than ignored, so that nothing seems to be done that isn't.",
    wrong: 'hosts: {vps: {ssh: {}}}\n',
    right: 'facts: {host: this one}\n',
  },
  {
    code: 'GB1301',
    title: 'neither a matcher nor a path',
    explanation:
      'In `expect`, a matcher\'s name as key applies to the whole observation; any other key is a path: `rows[0].dro`, `a["x.y"]`.',
    wrong: gate(`${disk}\nexpect: {"free bytes": {gte: 1}}`),
    right: gate(`${disk}\nexpect: {free_bytes: {gte: 1}}`),
  },
  {
    code: 'GB1302',
    title: 'or_empty without a meaning',
    explanation:
      '`or_empty: true` lets a matcher over the items of a list pass where there is none. It stands beside every, some, one_of, contains_all, set_equals or rows_equal.',
    wrong: gate(`${disk}\nexpect: {free_bytes: {gte: 1, or_empty: true}}`),
    right: gate(`${disk}\nexpect: {free_bytes: {gte: 1}}`),
  },
  {
    code: 'GB1303',
    title: 'unchanged_since names a gate',
    explanation:
      'The gate is written out, so that it is known before the run which two observations are compared.',
    wrong: gate(`${disk}\nexpect: {unchanged_since: "\${{ run.id }}"}`),
    right: gate(`${disk}\nexpect: {free_bytes: {gte: 1}}`),
  },
  {
    code: 'GB1401',
    title: "an expression that isn't closed",
    explanation: 'An expression stands between `${{` and `}}`. Braces and quotes inside it are counted.',
    wrong: 'facts: {run: "${{ run.id }"}\n',
    right: 'facts: {run: "${{ run.id }}"}\n',
  },
  {
    code: 'GB1402',
    title: 'no expression is evaluated here',
    explanation: 'This text is read as it stands: it names or describes the runbook itself, before any run.',
    wrong: 'title: Backup of ${{ run.date }}\n',
    right: 'title: Backup\nfacts: {date: "${{ run.date }}"}\n',
  },
  {
    code: 'GB1403',
    title: 'a condition is CEL without braces',
    explanation: '`when`, `if` and `assert` hold an expression and nothing else, so they need no braces.',
    wrong: gate(`${disk}\nassert: "\${{ value.free_bytes > 1 }}"`),
    right: gate(`${disk}\nassert: value.free_bytes > 1`),
  },
];
