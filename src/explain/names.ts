import type { Explanation } from './entry.js';

const look = (id: string, gate: string, extra = ''): string =>
  `  ${id}:\n    title: Look\n    guards:\n      ${gate}:\n        title: enough free disk\n        probe: {disk: {path: "\${{ run.work }}"}}\n        expect: {free_bytes: {gte: 1000}}\n${extra}`;

/** GB20xx: names, params, libraries. */
export const names: readonly Explanation[] = [
  {
    code: 'GB2001',
    title: "ids that don't ascend",
    explanation:
      'Commands and gates are numbered in the order in which they happen: guards, then expectations, teardown last. So a report reads like its runbook. A letter makes room: G-13a comes after G-13.',
    wrong: `commands:\n${look('C-02', 'G-01')}${look('C-01', 'G-02')}`,
    right: `commands:\n${look('C-01', 'G-01')}${look('C-02', 'G-02')}`,
  },
  {
    code: 'GB2002',
    title: 'an id stands twice',
    explanation: 'An id means one thing in the whole runbook, teardown included.',
    wrong: `commands:\n${look('C-01', 'G-01')}${look('C-02', 'G-01')}`,
    right: `commands:\n${look('C-01', 'G-01')}${look('C-02', 'G-02')}`,
  },
  {
    code: 'GB2003',
    title: "a target or key that isn't declared",
    explanation:
      'Every server and key that is named is declared under `targets` or `keys`, where a reviewer sees what it is.',
    wrong: keyed('bakup'),
    right: keyed('backup'),
  },
  {
    code: 'GB2004',
    title: 'two actions of one name',
    explanation:
      '`as` names the outputs of an action, and what the teardown destroys. It is unique in the runbook.',
    wrong: `commands:\n${look('C-01', 'G-01', '    do:\n      - {mkdir: {path: "${{ run.work }}/a"}, as: folder}\n      - {mkdir: {path: "${{ run.work }}/b"}, as: folder}\n')}`,
    right: `commands:\n${look('C-01', 'G-01', '    do:\n      - {mkdir: {path: "${{ run.work }}/a"}, as: first}\n      - {mkdir: {path: "${{ run.work }}/b"}, as: second}\n')}`,
  },
  {
    code: 'GB2005',
    title: 'nothing uses it',
    explanation: 'A warning: what is declared and never used is most often a misspelt name.',
    wrong: 'data: {scope: [a]}\n',
    right: 'data: {scope: [a]}\nfacts: {scope: "${{ data.scope[0] }}"}\n',
  },
  {
    code: 'GB2006',
    title: 'a default of another type',
    explanation: 'The default of a param is a value of its type and matches its pattern.',
    wrong: 'params: {min_free: {type: bytes, default: lots}}\nfacts: {free: "${{ params.min_free }}"}\n',
    right: 'params: {min_free: {type: bytes, default: 1GiB}}\nfacts: {free: "${{ params.min_free }}"}\n',
  },
  {
    code: 'GB2007',
    title: 'values or items that a type lacks, or has no use for',
    explanation:
      'A param of type enum says which values it has, and no other type has any; `items` are of a list. Nothing that is written is ignored.',
    wrong: 'params: {mode: {type: enum, default: a}}\nfacts: {mode: "${{ params.mode }}"}\n',
    right: 'params: {mode: {type: enum, values: [a, b], default: a}}\nfacts: {mode: "${{ params.mode }}"}\n',
  },
  {
    code: 'GB2008',
    title: "a constant that isn't one",
    explanation:
      'A default is a literal; a constant under `data` may hold params, and nothing that only a run knows.',
    wrong:
      'params: {a: {type: string, default: "${{ data.b }}"}}\ndata: {b: x}\nfacts: {a: "${{ params.a }}"}\n',
    right: 'params: {a: {type: string, default: x}}\nfacts: {a: "${{ params.a }}"}\n',
  },
  {
    code: 'GB2009',
    title: 'a library without that gate, or a gate without that parameter',
    explanation:
      '`uses: gates/x.yaml#name` names a gate of that file; inside it `with.NAME` names a parameter that the gate declares.',
    wrong: {
      text: 'commands:\n  C-01:\n    title: Look\n    guards:\n      G-01: {uses: "gates/disk.yaml#free-spcae"}\n',
      files: { 'gates/disk.yaml': libraryText() },
    },
    right: {
      text: 'commands:\n  C-01:\n    title: Look\n    guards:\n      G-01: {uses: "gates/disk.yaml#free-space", with: {least: 1000}}\n',
      files: { 'gates/disk.yaml': libraryText() },
    },
  },
  {
    code: 'GB2010',
    title: "with doesn't fit the library gate",
    explanation: 'A use gives each parameter that has no default, of its type, and no other.',
    wrong: {
      text: 'commands:\n  C-01:\n    title: Look\n    guards:\n      G-01: {uses: "gates/disk.yaml#free-space", with: {least: lots}}\n',
      files: { 'gates/disk.yaml': libraryText() },
    },
    right: {
      text: 'commands:\n  C-01:\n    title: Look\n    guards:\n      G-01: {uses: "gates/disk.yaml#free-space", with: {least: 1000}}\n',
      files: { 'gates/disk.yaml': libraryText() },
    },
  },
];

function keyed(second: string): string {
  const gate = (id: string, key: string): string =>
    `      ${id}:\n        title: a key\n        probe: {gpg.key: {key: ${key}}}\n        expect: {present: true}\n`;
  return `keys:\n  backup: {gpg: {fingerprint: {env: BACKUP_GPG_FPR}}}\ncommands:\n  C-01:\n    title: Look\n    guards:\n${gate('G-01', 'backup')}${gate('G-02', second)}`;
}

function libraryText(): string {
  return `gatebook: v1
kind: gates
gates:
  free-space:
    title: enough free disk
    with: {least: {type: integer}}
    probe: {disk: {path: "\${{ run.work }}"}}
    expect: {free_bytes: {gte: "\${{ with.least }}"}}
`;
}
